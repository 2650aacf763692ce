"""Datasets of one's own: what is recorded of them, their content, and how they are split.

Their rows are kept by `rnnlab.store.datasets`; files are read by `rnnlab.datasets.reading`.
"""
