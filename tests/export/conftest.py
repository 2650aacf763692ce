"""Exported runs are trained in a lab whose workers go on from test to test."""

import pytest


@pytest.fixture
def lab(working_lab):
    """The lab that all tests of exported runs share."""
    return working_lab
