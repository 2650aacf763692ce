"""A running study."""

import pytest

from rnnlab.studies import Study
from tests.studies import spec, start


@pytest.fixture
def study(store) -> Study:
    """A running study in the store, its search queued."""
    return start(store, spec())
