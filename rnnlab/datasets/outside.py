"""Reviews that no run was trained or selected on, to evaluate any run with.

Owns their names. A person's own reviews are read by `rnnlab.datasets.labelled`.
"""

from functools import lru_cache

import numpy as np

from rnnlab import format
from rnnlab.datasets import bundled, keras_imdb
from rnnlab.datasets.labelled import LabelledReviews, SkippedRows, labelled
from rnnlab.errors import InvalidField

OUTSIDE = {"rotten-tomatoes": "Rotten Tomatoes", "imdb-test": "IMDB test reviews"}


def available(name: str) -> bool:
    """Return whether the files of that set are here, without reading them. Raises InvalidField."""
    _check(name)
    return bundled.is_here() if name == "rotten-tomatoes" else keras_imdb.has_test_reviews()


def load(name: str) -> LabelledReviews:
    """Return the reviews of that set, read once per process and again where a file changes.

    `imdb-test` is Keras's: a run of the dataset keras reads its texts as Keras would feed them.
    Those with the same words as a training review, about one in 170, are left out.
    Raises InvalidField, DataError where a file is missing, altered or unreadable.
    """
    _check(name)
    source = bundled if name == "rotten-tomatoes" else keras_imdb
    return _load(name, source.fingerprint())


def _check(name: str) -> None:
    if name not in OUTSIDE:
        raise InvalidField("on", name, format.listing(tuple(OUTSIDE), "or"), "choose one of these")


@lru_cache(maxsize=len(OUTSIDE))
def _load(name: str, _fingerprint: str) -> LabelledReviews:
    if name == "rotten-tomatoes":
        return labelled(*bundled.of_source("rotten_tomatoes"))
    reviews = keras_imdb.test_reviews()
    seen = keras_imdb.seen_in_training(reviews)
    kept = np.flatnonzero(~seen).tolist()
    skipped = [SkippedRows("the same words as a training review", int(seen.sum()))]
    return labelled(
        [reviews.texts[row] for row in kept],
        reviews.labels[kept].tolist(),
        left_out=skipped if seen.any() else (),
        cut=keras_imdb.words_of,
    )
