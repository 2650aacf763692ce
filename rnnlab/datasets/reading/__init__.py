"""Reads a person's file of labelled reviews: bytes → text → rows → columns → labels → reviews.

A step each in `encodings`, `tables`, `columns` and `labels`; `reviews` does all of them.
"""
