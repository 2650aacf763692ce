"""Trials by fire: what the lab promises when processes, disks, clocks and crowds misbehave.

Run as `make chaos` or `python -m benchmarks.chaos`. Each module holds one kind of trial; its
`measure(effort)` yields a row for each promise.
"""
