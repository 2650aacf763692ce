"""The answers that a comparison of two sides can give."""

import enum


class Outcome(enum.StrEnum):
    """What is known about two sides, A and B; the values are those of the JSON documents."""

    A = "A is better"
    B = "B is better"
    NONE = "no difference shown"
    SEEDS = "not enough seeds to tell"
