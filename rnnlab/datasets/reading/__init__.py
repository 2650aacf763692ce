"""Reads a person's labelled reviews: bytes → unpacked → text → rows → columns → labels → reviews.

A step each in `containers`, `encodings`, `tables` (with a module for each other format), `columns`
and `labels`; `rows` does all of them, and `reviews` lets each text count once.
"""
