"""The content of a dataset of one's own: its reviews, its split and its tokenizer, as bytes.

Owns the fingerprint, which covers all of them.
"""

import hashlib
import io
import itertools
import json
import zipfile
from dataclasses import dataclass

import numpy as np

from rnnlab import tokenizers
from rnnlab.datasets import encoded
from rnnlab.datasets.encoded import Reviews, offsets_of
from rnnlab.datasets.own.splits import TEST, SplitRule
from rnnlab.errors import DataError

FORMAT = 1


@dataclass(frozen=True, eq=False)
class Content:
    """Texts, labels uint8 (n,), how they are split, and how they are cut into words."""

    texts: tuple[str, ...]
    labels: np.ndarray
    rule: SplitRule
    tokenizer: str = "words"

    @property
    def fingerprint(self) -> str:
        """The SHA-256 that names this content: another split or tokenizer is another dataset."""
        digest = hashlib.sha256(json.dumps([FORMAT, self.rule.kind, self.tokenizer]).encode())
        digest.update(self.labels.astype(np.uint8).tobytes())
        digest.update(np.asarray(self.rule.assignment, "<i8").tobytes())
        for text in self.texts:
            digest.update(hashlib.sha256(text.encode()).digest())
        return digest.hexdigest()

    def to_bytes(self) -> bytes:
        """Return all of it as a compressed .npz."""
        texts = [text.encode() for text in self.texts]
        buffer = io.BytesIO()
        np.savez_compressed(
            buffer,
            texts=np.frombuffer(b"".join(texts), np.uint8),
            text_offsets=offsets_of(texts),
            labels=self.labels,
            kind=np.array(self.rule.kind),
            assignment=self.rule.assignment,
            tokenizer=np.array(self.tokenizer),
        )
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> "Content":
        """Return what `to_bytes` wrote. Raises DataError where it is damaged."""
        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
                joined = arrays["texts"].tobytes()
                offsets = arrays["text_offsets"].tolist()
                texts = tuple(
                    joined[start:end].decode() for start, end in itertools.pairwise(offsets)
                )
                rule = SplitRule(str(arrays["kind"]), arrays["assignment"])  # type: ignore[arg-type]
                return cls(texts, arrays["labels"], rule, str(arrays["tokenizer"]))
        except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile) as error:
            raise DataError(
                f"a stored dataset is damaged ({error}): delete it and add its file again"
            ) from error

    def reviews(self) -> Reviews:
        """Encode the reviews. The vocabulary is counted without those of a given test part."""
        counted = None
        if self.rule.kind == "column":
            counted = np.asarray(self.rule.assignment) != TEST
        cut = tokenizers.cutter(self.tokenizer)
        reviews = encoded.encode(self.texts, self.labels.tolist(), cut=cut, counted=counted)
        return reviews._replace(rule=self.rule, tokenizer=self.tokenizer)
