"""How the live area stands on the screen while a race goes on, in Chromium."""

import time

import pytest
from playwright.sync_api import expect

from rnnlab.config import TUTORIAL, preset
from rnnlab.runs import RunState
from tests.labs import claim, train

pytestmark = pytest.mark.browser

ROWS = '[class*="st-key-live_row_"]'
CHARTS = ".st-key-live_curves :is(.lab-chart-waiting, .lab-chart)"
# The top and bottom in px of all that match; of what is being replaced only what is displayed.
PLACES = """selector => [...document.querySelectorAll(selector)]
  .map((element) => element.getBoundingClientRect())
  .filter((box) => box.height)
  .map((box) => [Math.round(box.top), Math.round(box.bottom)])"""


def queue(store, *archs):
    for arch in archs:
        store.enqueue(preset(arch), now=time.time())


def test_a_race_stands_above_the_fold_and_nothing_moves_as_it_goes_on(store, page, server):
    queue(store, *TUTORIAL)
    first, second = claim(store, now=time.time()), claim(store, now=time.time())
    page.goto(server.url)
    expect(page.locator(".lab-chart-waiting")).to_have_count(2, timeout=60_000)
    rows, charts = page.evaluate(PLACES, ROWS), page.evaluate(PLACES, CHARTS)

    assert len(rows) == 4 and len(charts) == 2
    assert max(bottom for _, bottom in charts) <= 900

    for attempt in (first, second):
        train(attempt, 2)
    expect(page.locator(".lab-chart .main-svg").first).to_be_visible(timeout=60_000)
    expect(page.locator(".lab-chart-waiting")).to_have_count(0)
    assert (page.evaluate(PLACES, ROWS), page.evaluate(PLACES, CHARTS)) == (rows, charts)

    first.end(RunState.FINISHED, now=time.time())
    expect(page.locator(ROWS).first).to_contain_text("Finished", timeout=20_000)
    assert (page.evaluate(PLACES, ROWS), page.evaluate(PLACES, CHARTS)) == (rows, charts)
    names = page.evaluate(
        "document.querySelector('.lab-chart').data.map((trace) => trace.name).filter(Boolean)"
    )
    assert "onehot-rnn-1, validation" in names and "embedding-rnn-1, validation" in names


def test_rows_are_usable_on_a_phone_and_many_scroll_within_their_place(store, page, server):
    queue(store, *TUTORIAL * 3)
    train(claim(store, now=time.time()), 2)

    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(server.url)
    expect(page.locator(ROWS)).to_have_count(12, timeout=60_000)
    overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    row = page.locator(ROWS).first
    button = row.get_by_role("button", name="Stop")
    rows = page.locator(".st-key-live_rows_scrolling")

    assert overflow <= 0
    assert button.bounding_box()["height"] >= 32
    assert button.bounding_box()["x"] + button.bounding_box()["width"] <= 390
    expect(row).to_contain_text("54.0")
    expect(row.locator(".lab-run-note")).to_be_in_viewport(ratio=1)
    assert rows.bounding_box()["height"] < 500
    assert rows.evaluate("element => element.scrollHeight") > 1000
