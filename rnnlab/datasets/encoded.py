"""The encoded copy of a dataset: written once into the home, mapped into memory since.

Token ids stand at full vocabulary as flat values with offsets, so that a run cuts its own
vocabulary and length out of them. The split is the tutorial's.
"""

import hashlib
import json
import logging
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np

from rnnlab.errors import DataError
from rnnlab.text import START, UNKNOWN, Vocabulary, pad

log = logging.getLogger(__name__)

FORMAT = 1
SPLIT_SEED = 42
VALIDATION_SHARE = 0.2
_ARRAYS = ("values", "offsets", "labels", "train_rows", "validation_rows", "texts", "text_offsets")
_VOCABULARY = "vocabulary.txt"
_CHUNK = 2_000  # reviews padded at once; keeps the working memory below 20 MB at maxlen 1,000


class Reviews(NamedTuple):
    """What a source yields: texts, their tokens, labels uint8 (n,), and the full vocabulary."""

    texts: Sequence[str]
    tokens: Sequence[Sequence[str]]
    labels: np.ndarray
    vocabulary: Vocabulary


@dataclass(frozen=True)
class Dataset:
    """Labelled reviews, encoded and split; a label of 1 is positive.

    values int32 (all ids, each review's start mark first), offsets int64 (n + 1,), labels uint8
    (n,), train_rows and validation_rows int64. `fingerprint` names the source file's content.
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
    folder: Path

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """All words of the dataset."""
        return Vocabulary.from_bytes((self.folder / _VOCABULARY).read_bytes())

    def text(self, row: int) -> str:
        """The text of a review."""
        start, end = self.text_offsets[row], self.text_offsets[row + 1]
        return self.texts[start:end].tobytes().decode()

    def inputs(
        self, rows: np.ndarray, *, vocab_size: int, maxlen: int, truncating: str
    ) -> np.ndarray:
        """Reviews as a network of these settings is fed: int32 ids (len(rows), maxlen)."""
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


def folder(home: Path, name: str, fingerprint: str) -> Path:
    """Where the copy of that source lies in a home."""
    return home / "cache" / f"{name}-{fingerprint[:12]}-v{FORMAT}"


def build(target: Path, *, name: str, fingerprint: str, reviews: Reviews) -> None:
    """Encode reviews into the folder `target`. Atomic: a half-written copy is never seen there."""
    from sklearn.model_selection import train_test_split  # a second's import, needed only here

    count = len(reviews.texts)
    if count < 2 or len(reviews.labels) != count:
        raise DataError(f"the dataset {name} has {count} reviews, and it needs at least 2")
    train_rows, validation_rows = train_test_split(
        np.arange(count), test_size=VALIDATION_SHARE, random_state=SPLIT_SEED
    )
    index = reviews.vocabulary.index
    encoded = [
        np.fromiter((START, *(index.get(t, UNKNOWN) for t in tokens)), dtype=np.int32)
        for tokens in reviews.tokens
    ]
    texts = [text.encode("utf-8", "replace") for text in reviews.texts]
    arrays = {
        "values": np.concatenate(encoded),
        "offsets": _offsets(encoded),
        "labels": np.asarray(reviews.labels, dtype=np.uint8),
        "train_rows": train_rows,
        "validation_rows": validation_rows,
        "texts": np.frombuffer(b"".join(texts), dtype=np.uint8),
        "text_offsets": _offsets(texts),
    }
    target.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        for array, content in arrays.items():
            np.save(scratch / f"{array}.npy", content, allow_pickle=False)
        (scratch / _VOCABULARY).write_bytes(reviews.vocabulary.to_bytes())
        sums = {path.name: _sum(path) for path in sorted(scratch.iterdir())}
        meta = {"name": name, "fingerprint": fingerprint, "format": FORMAT, "sha256": sums}
        (scratch / "meta.json").write_text(json.dumps(meta, indent=1))
        try:
            os.rename(scratch, target)
        except OSError:
            if open_if_sound(target) is None:  # not merely another process that was faster
                raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def open_if_sound(source: Path) -> Dataset | None:
    """The dataset in a folder that `build` wrote; None where there is none.

    A copy whose checksums are wrong is removed with a warning, and counts as none.
    """
    if not source.is_dir():
        return None
    try:
        meta = json.loads((source / "meta.json").read_text())
        wrong = [name for name, total in meta["sha256"].items() if _sum(source / name) != total]
        if wrong:
            raise ValueError(f"{', '.join(wrong)} altered")
        arrays = {
            name: np.load(source / f"{name}.npy", mmap_mode="r", allow_pickle=False)
            for name in _ARRAYS
        }
    except (OSError, ValueError, KeyError) as error:
        log.warning("the encoded reviews in %s are damaged (%s): making them anew", source, error)
        shutil.rmtree(source, ignore_errors=True)
        return None
    return Dataset(meta["name"], meta["fingerprint"], **arrays, folder=source)


def _offsets(parts: Sequence) -> np.ndarray:
    return np.concatenate([[0], np.cumsum([len(part) for part in parts])]).astype(np.int64)


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
