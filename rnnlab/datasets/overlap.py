"""Tells the reviews of a file that networks were trained on, or selected by, from all others."""

import hashlib
from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from rnnlab.config import RunConfig
from rnnlab.dataset_names import dataset_name
from rnnlab.datasets import Dataset
from rnnlab.datasets.labelled import LabelledReviews, SkippedRows, labelled
from rnnlab.datasets.own.record import is_own
from rnnlab.errors import DataError
from rnnlab.text import INDEX_FROM, tokenize
from rnnlab.tokenizers import cutter


def seen_rows(dataset: Dataset, configs: Iterable[RunConfig]) -> np.ndarray:
    """Return the rows of a dataset that runs of these configs train on or are selected by."""
    splits = {(config.split_seed, config.test_set): config for config in configs}
    parts = [part for config in splits.values() for part in dataset.split(config)[:2]]
    return np.unique(np.concatenate(parts))


def without_seen(reviews: LabelledReviews, dataset: Dataset, rows: np.ndarray) -> LabelledReviews:
    """Return the reviews without those that have the words of one of these rows of a dataset.

    A reason says how many they are. Unchanged where there are none. Raises DataError where all
    are.
    """
    seen = digests(dataset, rows)
    kept = [place for place, text in enumerate(reviews.texts) if not is_among(text, dataset, seen)]
    count = len(reviews.texts) - len(kept)
    if not count:
        return reviews
    if not kept:
        raise DataError(
            "all reviews of the file are among the training or validation reviews of the dataset "
            f"{dataset_name(dataset.name)}, which the models know: give others"
        )
    reason = f"among the training or validation reviews of the dataset {dataset_name(dataset.name)}"
    found = labelled(
        [reviews.texts[place] for place in kept],
        reviews.labels[kept].tolist(),
        left_out=(*reviews.left_out, SkippedRows(reason, count)),
        cut=reviews.cut,
    )
    return replace(found, remarks=reviews.remarks, name=reviews.name)


def digests(dataset: Dataset, rows: np.ndarray) -> set[bytes]:
    """Return the digests of the words of these rows of a dataset."""
    starts, ends = dataset.offsets[rows] + 1, dataset.offsets[rows + 1]  # without the start mark
    return {digest(dataset.values[start:end]) for start, end in zip(starts, ends, strict=True)}


def is_among(text: str, dataset: Dataset, seen: set[bytes]) -> bool:
    """Return whether a text's words, as the dataset has them or as people type them, are seen."""
    vocabulary, cut = dataset.vocabulary, cutter(dataset.tokenizer)
    cuts = [cut(text)] if is_own(dataset.name) else [tokenize(text), cut(text)]
    full, index = len(vocabulary.words) + INDEX_FROM + 1, vocabulary.index
    return any(
        digest(vocabulary.ids(words, full)) in seen
        for words in cuts
        if all(word in index for word in words)  # as all words of the dataset are
    )


def digest(ids: np.ndarray) -> bytes:
    """Return the digest of words, given as their ids in a dataset."""
    return hashlib.blake2b(np.ascontiguousarray(ids, np.int32).tobytes(), digest_size=12).digest()
