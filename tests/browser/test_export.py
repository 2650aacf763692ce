"""Downloading a run's files in Chromium, from a real server."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.labs import trained_run
from tests.networks import tiny

pytestmark = pytest.mark.browser


def test_files_are_downloaded_as_they_are(page, store, server):
    run = trained_run(store, tiny("lstm"))
    page.goto(f"{server.url}/run?run={run.id}")
    with page.expect_download() as history:
        page.get_by_role("button", name="History (CSV)").click()
    assert history.value.suggested_filename == "lstm-1-history.csv"
    assert Path(history.value.path()).read_bytes().startswith(b"epoch,loss,accuracy,val_loss")
    with page.expect_download() as config:
        page.get_by_role("button", name="Settings (JSON)").click()
    assert json.loads(Path(config.value.path()).read_bytes())["id"] == run.id
    with page.expect_download() as everything:
        page.get_by_role("button", name="Download all (ZIP)").click()
    assert everything.value.suggested_filename == "lstm-1.zip"
    with zipfile.ZipFile(io.BytesIO(Path(everything.value.path()).read_bytes())) as file:
        assert file.testzip() is None
        assert "lstm-1/model.keras" in file.namelist()
    expect(page.get_by_text("Failed")).to_have_count(0)
