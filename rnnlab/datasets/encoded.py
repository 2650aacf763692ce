"""The encoded copy of a dataset: written once into the home, then mapped into memory.

Token ids are kept for the full vocabulary as flat values with offsets, from which each run takes
its own vocabulary and length. The tutorial's split is stored; others are drawn by
`rnnlab.datasets.split` when a run asks for them.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from rnnlab.config import RunConfig
from rnnlab.datasets import split
from rnnlab.datasets.own import splits
from rnnlab.datasets.own.splits import SplitRule
from rnnlab.datasets.split import Split
from rnnlab.errors import DataError
from rnnlab.text import INDEX_FROM, START, UNKNOWN, Vocabulary, pad, tokenize
from rnnlab.tokenizers import WORDS

FORMAT = 1
SPLIT_SEED = 42  # of the stored rows
_ARRAYS = ("values", "offsets", "labels", "train_rows", "validation_rows", "texts", "text_offsets")
_ASSIGNMENT = "assignment"  # of a dataset of one's own
_VOCABULARY = "vocabulary.txt"
_FILES = {_VOCABULARY, *(f"{name}.npy" for name in _ARRAYS)}
_CHUNK = 2_000  # reviews padded at once; keeps the working memory below 40 MB at maxlen 1,000


class Reviews(NamedTuple):
    """What a source yields: texts, and their ids at full vocabulary.

    Review i is `values[offsets[i]:offsets[i + 1]]`, its start mark first; values int32, offsets
    int64 (n + 1,), labels uint8 (n,), 1 for a positive review.
    """

    texts: Sequence[str]
    values: np.ndarray
    offsets: np.ndarray
    labels: np.ndarray
    vocabulary: Vocabulary
    rule: SplitRule | None = None
    tokenizer: str = WORDS


def encode(
    texts: Sequence[str],
    labels: Sequence[int],
    *,
    cut: Callable[[str], list[str]] = tokenize,
    counted: np.ndarray | None = None,
) -> Reviews:
    """Encode texts as ids of the vocabulary that is counted from them.

    `cut` returns a text's words. `counted` (n,) says which texts the words are counted in; words
    that are in the others alone come last.
    """
    # Cut into words twice, because all words of 25,000 reviews at once would take 600 MB.
    order: Iterable[str] = texts
    if counted is not None:
        order = [texts[row] for row in np.flatnonzero(counted).tolist()]
    vocabulary = Vocabulary.count(map(cut, order))
    if counted is not None:
        others = Vocabulary.count(cut(texts[row]) for row in np.flatnonzero(~counted).tolist())
        index = vocabulary.index
        rest = (word for word in others.words if word not in index)
        vocabulary = Vocabulary((*vocabulary.words, *rest))
    full = len(vocabulary.words) + INDEX_FROM + 1
    mark = np.array([START], dtype=np.int32)
    ids = [np.concatenate([mark, vocabulary.ids(cut(text), full)]) for text in texts]
    return Reviews(
        texts,
        np.concatenate(ids),
        offsets_of(ids),
        np.asarray(labels, dtype=np.uint8),
        vocabulary,
    )


def offsets_of(parts: Sequence) -> np.ndarray:
    """Return where each part starts once they are joined, and their end: int64 (n + 1,)."""
    return np.concatenate([[0], np.cumsum([len(part) for part in parts])]).astype(np.int64)


@dataclass(frozen=True, eq=False)
class Dataset:
    """Labelled reviews, encoded and split; a label of 1 is positive.

    The arrays are those of `Reviews`, mapped read-only; train_rows and validation_rows are int64.
    `fingerprint` names the content of the source's files. `rule` splits a dataset of one's own,
    `tokenizer` cuts texts as those of the dataset were cut.
    """

    name: str
    fingerprint: str
    values: np.ndarray
    offsets: np.ndarray
    labels: np.ndarray
    train_rows: np.ndarray
    validation_rows: np.ndarray
    texts: np.ndarray
    text_offsets: np.ndarray
    vocabulary: Vocabulary
    rule: SplitRule | None = None
    tokenizer: str = WORDS

    @cached_property
    def first_twins(self) -> np.ndarray:
        """The row of the first review with the same words as each: int64 (n,)."""
        return split.first_equal(self.values, self.offsets)

    @cached_property
    def _splits(self) -> dict[tuple[int, bool], Split]:
        return {}

    def split(self, config: RunConfig) -> Split:
        """Return the rows that a run of this config trains on, is selected on and is tested on.

        Drawn once and kept. Raises DataError where there are too few reviews.
        """
        key = (config.split_seed, config.test_set)
        if key not in self._splits:
            self._splits[key] = self._draw(*key)
        return self._splits[key]

    def _draw(self, seed: int, test_set: bool) -> Split:
        if self.rule is not None:
            return splits.draw(
                self.rule,
                np.asarray(self.labels),
                self.first_twins,
                seed=seed,
                test_set=test_set,
            )
        if seed == SPLIT_SEED:
            train, held_out = np.asarray(self.train_rows), np.asarray(self.validation_rows)
        else:
            train, held_out = split.hold_out(len(self.labels), seed=seed)
        if not test_set:
            return Split(train, held_out, np.empty(0, np.int64))
        return split.halve(train, held_out, seed=seed, first_twins=self.first_twins)

    def text(self, row: int) -> str:
        """Return the text of a review."""
        start, end = self.text_offsets[row], self.text_offsets[row + 1]
        return self.texts[start:end].tobytes().decode()

    def inputs(
        self, rows: np.ndarray, *, vocab_size: int, maxlen: int, truncating: str
    ) -> np.ndarray:
        """Return reviews as a model of these settings is fed: int32 ids (len(rows), maxlen)."""
        inputs = np.empty((len(rows), maxlen), dtype=np.int32)
        for start in range(0, len(rows), _CHUNK):
            chosen = np.asarray(rows[start : start + _CHUNK])
            lengths = self.offsets[chosen + 1] - self.offsets[chosen]
            kept = np.minimum(lengths, maxlen)
            first = self.offsets[chosen] + (lengths - kept if truncating == "pre" else 0)
            ends = np.cumsum(kept)
            offsets = np.concatenate([[0], ends])
            # Only what is kept is copied out of the file: its positions, review after review.
            source = np.repeat(first - offsets[:-1], kept) + np.arange(ends[-1])
            inputs[start : start + _CHUNK] = pad(
                self.values[source], offsets, maxlen=maxlen, truncating=truncating
            )
        inputs[inputs >= vocab_size] = UNKNOWN
        return inputs


def build(target: Path, *, name: str, fingerprint: str, reviews: Reviews) -> None:
    """Write reviews into the folder `target`, in place of what is there.

    A half-written copy is never seen there. One process at a time: see `rnnlab.datasets.cache`.
    """
    count = len(reviews.labels)
    if count < 2:
        raise DataError(f"the dataset {name} has {count} reviews, and needs at least 2: add some")
    train_rows, validation_rows = _stored_rows(reviews)
    texts = [text.encode() for text in reviews.texts]
    arrays = {
        "values": reviews.values,
        "offsets": reviews.offsets,
        "labels": reviews.labels,
        "train_rows": train_rows,
        "validation_rows": validation_rows,
        "texts": np.frombuffer(b"".join(texts), dtype=np.uint8),
        "text_offsets": offsets_of(texts),
    }
    meta: dict[str, Any] = {"name": name, "fingerprint": fingerprint, "format": FORMAT}
    if reviews.rule is not None:
        arrays[_ASSIGNMENT] = reviews.rule.assignment
        meta |= {"split": reviews.rule.kind, "tokenizer": reviews.tokenizer}
    target.parent.mkdir(parents=True, exist_ok=True)
    prefix = f".{target.name}-"
    for left_over in target.parent.glob(f"{prefix}*"):  # by a process that was killed
        shutil.rmtree(left_over, ignore_errors=True)
    scratch = Path(tempfile.mkdtemp(prefix=prefix, dir=target.parent))
    try:
        for array, content in arrays.items():
            np.save(scratch / f"{array}.npy", content, allow_pickle=False)
        (scratch / _VOCABULARY).write_bytes(reviews.vocabulary.to_bytes())
        meta["sha256"] = {file: _sum(scratch / file) for file in sorted(_files(meta))}
        (scratch / "meta.json").write_text(json.dumps(meta, indent=1))
        if target.exists():
            shutil.rmtree(target)
        os.rename(scratch, target)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def read(source: Path) -> Dataset:
    """Return the dataset in a folder that `build` wrote, mapped; check every file's SHA-256.

    Raises DataError where the copy is missing, altered or cut short.
    """
    try:
        meta = json.loads((source / "meta.json").read_bytes())
        if set(meta["sha256"]) != _files(meta):
            raise ValueError("meta.json is altered")
        altered = [name for name, total in meta["sha256"].items() if _sum(source / name) != total]
        if altered:
            raise ValueError(f"{', '.join(altered)} altered")
        arrays = {
            name: np.load(source / f"{name}.npy", mmap_mode="r", allow_pickle=False)
            for name in _ARRAYS
        }
        vocabulary = Vocabulary.from_bytes((source / _VOCABULARY).read_bytes())
        dataset = Dataset(meta["name"], meta["fingerprint"], **arrays, vocabulary=vocabulary)
        if "split" not in meta:
            return dataset
        assignment = np.load(source / f"{_ASSIGNMENT}.npy", mmap_mode="r", allow_pickle=False)
        rule = SplitRule(meta["split"], assignment)
        return replace(dataset, rule=rule, tokenizer=meta["tokenizer"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"the encoded reviews in {source} are damaged ({error}): delete this folder"
        ) from error


def _stored_rows(reviews: Reviews) -> tuple[np.ndarray, np.ndarray]:
    if reviews.rule is None:
        return split.hold_out(len(reviews.labels), seed=SPLIT_SEED)
    twins = split.first_equal(reviews.values, reviews.offsets)
    rows = splits.draw(reviews.rule, reviews.labels, twins, seed=SPLIT_SEED, test_set=False)
    return rows.train, rows.validation


def _files(meta: Mapping[str, Any]) -> set[str]:
    """Return the names of the files of a copy, beside meta.json."""
    return {*_FILES, f"{_ASSIGNMENT}.npy"} if "split" in meta else _FILES


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
