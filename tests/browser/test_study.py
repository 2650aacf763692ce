"""A study in a real browser: from the form to its page, and from a point to its run."""

import time

import pytest
from playwright.sync_api import Locator, expect

from rnnlab.config import preset
from rnnlab.studies import StudyState
from rnnlab.study import plan
from tests import labs

pytestmark = pytest.mark.browser


def test_study_is_started_from_the_train_page_followed_and_stopped(page, store, server):
    page.goto(f"{server.url}/train")
    page.get_by_role("button", name="Tune and compare").click()
    dialog = page.get_by_role("dialog")
    for name in ("One-hot RNN", "Embedding RNN"):
        dialog.get_by_role("button", name=name).click()
    dialog.get_by_role("textbox", name="Learning rates").fill("1e-3, 3e-3")
    dialog.get_by_role("textbox", name="Learning rates").press("Enter")
    expect(dialog.locator(".lab-figure").first).to_contain_text("12")
    dialog.get_by_role("button", name="Start the study").click()
    expect(page.get_by_role("heading", name="Tuning LSTM and GRU")).to_be_visible()
    (study,) = store.studies.all()
    assert f"study={study.id}" in page.url

    labs.finish_network(labs.claim(store, now=time.time()))
    expect(page.locator(".study-progress")).to_contain_text("Search: 1 of 12 runs done")
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("heading", name="Stopped before there was an answer")).to_be_visible()
    assert store.studies.get(study.id).state is StudyState.STOPPED


def test_point_of_a_study_opens_its_run(page, store, server):
    spec = plan.make_spec(
        [preset("lstm")], grid={"learning_rate": (1e-4, 1e-3)}, seeds=1, fresh_seeds=2
    )
    study = labs.finish_study(store, spec)
    page.goto(f"{server.url}/study?study={study.id}")
    page.locator(".lab-chart .scatterlayer .point").first.click(force=True)
    page.wait_for_url("**/run?run=*")
    assert page.url.rpartition("=")[2] in study.run_ids()


def test_panels_of_a_study_fit_a_phone(page, store, server):
    spec = plan.make_spec(
        [preset("lstm"), preset("gru")], grid={"learning_rate": (1e-4, 1e-3)}, seeds=1
    )
    study = labs.finish_study(store, spec)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{server.url}/study?study={study.id}")
    page.locator(".lab-chart .main-svg").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    first, second = (page.locator(f".yaxislayer-above .{axis}") for axis in ("ytick", "y2tick"))
    lowest = max(tick["y"] for tick in map(Locator.bounding_box, first.all()))
    assert lowest < min(tick["y"] for tick in map(Locator.bounding_box, second.all()))
