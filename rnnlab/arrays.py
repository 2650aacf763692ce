"""What training is fed and what it leaves, as arrays: reviews, and weights as stored bytes."""

import io
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np


class Reviews(NamedTuple):
    """Reviews as they are fed: ids int32 (n, maxlen), labels float32 (n, 1)."""

    ids: np.ndarray
    labels: np.ndarray


def npz_bytes(arrays: Mapping[str, np.ndarray]) -> bytes:
    """The arrays by name, as the bytes of an uncompressed .npz."""
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


def npz_arrays(content: bytes) -> dict[str, np.ndarray]:
    """The arrays that `npz_bytes` wrote, in their order. Raises as numpy does where damaged."""
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        return dict(arrays)
