"""Trials by fire: what the lab promises when its processes are killed.

Run as `make chaos` or `python -m benchmarks.chaos`. Each module holds one kind of trial; its
`measure(effort)` yields a row for each promise.
"""
