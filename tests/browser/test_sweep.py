"""A sweep in a real browser, with its real coordinator: from the form to a point's run."""

import time

import pytest
from playwright.sync_api import expect

from rnnlab.studies import StudyState
from tests import labs

pytestmark = pytest.mark.browser


def test_sweep_is_started_from_the_form_followed_paused_and_its_point_opens_its_run(
    page, store, server
):
    page.goto(f"{server.url}/study")
    page.get_by_role("button", name="Start a sweep").click()
    dialog = page.get_by_role("dialog")
    for name in ("One-hot RNN", "Embedding RNN"):
        dialog.get_by_role("button", name=name).click()
    dialog.get_by_role("textbox", name="Units").fill("16..4")
    dialog.get_by_role("textbox", name="Units").press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("write units=4..16")
    dialog.get_by_role("textbox", name="Units").fill("4..16")
    dialog.get_by_role("textbox", name="Units").press("Enter")
    expect(dialog.locator(".lab-figure").first).to_contain_text("80")
    dialog.get_by_role("button", name="Start the sweep").click()
    expect(page.get_by_role("heading", name="Tuning LSTM and GRU")).to_be_visible()
    (study,) = store.studies.all()

    deadline = time.monotonic() + 120
    while not store.queued_count():  # its coordinator starts
        assert time.monotonic() < deadline
        time.sleep(0.1)
    run = labs.claim(store, now=time.time())
    labs.finish_network(run)
    expect(page.locator(".study-progress")).to_contain_text("Search: 1 of 80 runs done")
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("Paused: what is in training goes on")).to_be_visible()
    assert store.studies.get(study.id).state is StudyState.PAUSED

    page.locator(".lab-chart .scatterlayer .point").first.click(force=True)
    page.wait_for_url("**/run?run=*")
    assert page.url.rpartition("=")[2] == run.run.id
    store.studies.stop(study.id, now=time.time())
