"""Arrays that training takes and leaves: encoded reviews, and weights as stored bytes."""

import io
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np


class Reviews(NamedTuple):
    """Encoded reviews, as a model is fed: ids int32 (n, maxlen), labels float32 (n, 1)."""

    ids: np.ndarray
    labels: np.ndarray


def npz_bytes(arrays: Mapping[str, np.ndarray]) -> bytes:
    """Return named arrays as the bytes of an uncompressed .npz."""
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


def npz_arrays(content: bytes) -> dict[str, np.ndarray]:
    """Return the arrays that `npz_bytes` wrote, in their order. Raises as numpy does if damaged."""
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        return dict(arrays)
