"""What tests of models share: modules that take seconds to import, and reviews."""

import numpy as np
import pytest

from tests.networks import MAXLEN, REVIEWS, VOCAB


@pytest.fixture(scope="module")
def keras():
    import keras

    return keras


@pytest.fixture(scope="module")
def models():
    from rnnlab import models

    return models


@pytest.fixture
def ids():
    """Padded reviews in which words repeat; int32 (REVIEWS, MAXLEN)."""
    drawn = np.random.default_rng(1).integers(1, VOCAB, (REVIEWS, MAXLEN), dtype=np.int32)
    drawn[: REVIEWS // 2, : MAXLEN // 3] = 0
    drawn[0] = 0
    return drawn


@pytest.fixture
def labels():
    return np.random.default_rng(2).integers(0, 2, REVIEWS).astype(np.float32)
