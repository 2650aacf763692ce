"""How the pages get their reviews ready."""

import time

import pytest

from rnnlab.errors import DataError
from ui import reviews


def test_reviews_are_prepared_from_any_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    preparation = reviews._Preparation("no-such-reviews")

    end = time.monotonic() + 120
    with pytest.raises(DataError, match="no-such-reviews"):
        while time.monotonic() < end:
            preparation.check()
            time.sleep(0.05)
