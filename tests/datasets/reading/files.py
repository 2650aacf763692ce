"""Files of labelled reviews that tests write."""

from rnnlab.datasets.reading import reviews
from rnnlab.datasets.reading.reviews import Choices


def read(text, written_in="utf-8", **choices):
    """The reviews of a file with this text."""
    return reviews.read(text.encode(written_in), Choices(**choices))
