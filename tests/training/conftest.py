"""What tests of training share."""

from functools import partial

import pytest


@pytest.fixture
def uncompiled(monkeypatch):
    """Training without XLA, whose compiling takes seconds: for what does not depend on it."""
    from rnnlab import models

    monkeypatch.setattr(models, "compile_model", partial(models.compile_model, jit=False))
