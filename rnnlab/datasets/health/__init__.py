"""The health card of labelled reviews: what is in them, and whether it can be trusted.

`checked` holds the reviews that are checked, `card` puts the findings together, and each other
module computes some of them. Trains nothing and changes nothing.
"""
