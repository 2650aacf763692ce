"""Runs and labelled reviews that tests of commands share."""

import csv

import pytest

from rnnlab.datasets import bundled, cache, encoded
from tests.cli.reviews import EMBEDDING, LABELS, ONEHOT, TEXTS
from tests.labs import trained_run
from tests.networks import tiny


@pytest.fixture
def dataset(lab_home):
    """A small dataset in the home in place of the bundled one; 40 reviews of it to validate.

    None of them is in `file`.
    """
    encoded.build(
        cache.folder(lab_home, "bundled", bundled.fingerprint()),
        name="bundled",
        fingerprint=bundled.fingerprint(),
        reviews=encoded.encode([f"{text} too" for text in TEXTS], LABELS),
    )


@pytest.fixture
def runs(store, dataset):
    """Three seeds of two networks, each with weights of its own that call some reviews positive."""
    return [
        trained_run(store, tiny(arch, seed=seed), size=0.5 + seed / 5)
        for arch in (ONEHOT, EMBEDDING)
        for seed in (1, 2, 3)
    ]


@pytest.fixture
def file(tmp_path):
    """A CSV of 200 labelled reviews, two rows of which cannot be used."""
    path = tmp_path / "mine.csv"
    rows = [("text", "label"), *zip(TEXTS, LABELS, strict=True), ("", 1), ("the", "")]
    with path.open("w", newline="") as content:
        csv.writer(content).writerows(rows)
    return path
