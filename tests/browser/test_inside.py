"""Stepping through a text's words on the Inside page, with the keyboard alone."""

import re

import pytest
from playwright.sync_api import expect

from rnnlab.config import preset
from rnnlab.runs import Epoch, RunState
from tests.labs import NOW, claimed, trained
from tests.networks import VOCABULARY, weights_file

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def addresses(dashboard, module_store):
    """The page with four words: two networks' cells in view, and a network with kept weights."""
    runs = [trained(module_store, preset(arch)) for arch in ("lstm", "gru")]
    attempt = claimed(module_store, preset("gru", seed=2))
    attempt.save("vocabulary", VOCABULARY.to_bytes())
    for number in (1, 2, 3):
        content = weights_file(attempt.run.config)
        epoch = Epoch(number, 0.6, 0.7, 0.6 - number / 100, 0.7, 1.0)
        attempt.record_epoch(epoch, checkpoint=b"", best=content, kept=content)
    attempt.end(RunState.FINISHED, now=NOW)
    ids = ",".join(run.id for run in runs)
    url, text = dashboard.server.url, "text=the+film+was+good"
    return {
        "cell": f"{url}/inside?run={ids}&{text}&view=Cell",
        "replay": f"{url}/inside?run={attempt.run.id}&{text}",
    }


def test_arrow_keys_step_through_the_words(page, addresses):
    page.goto(addresses["cell"])
    current = page.locator(".inside-words mark")
    expect(current).to_have_text("good")
    page.locator("[data-test-script-state=notRunning]").wait_for()
    page.get_by_role("button", name="Back").wait_for()  # the keys are its and its neighbor's
    page.wait_for_load_state("networkidle")
    for word in ("was", "film"):
        page.keyboard.press("ArrowLeft")
        expect(current).to_have_text(word)
    expect(page).to_have_url(re.compile("word=2"))
    charts = page.get_by_role("figure", name="Marked: unit 1 at “film”")
    expect(charts).to_have_count(2)
    page.keyboard.press("ArrowRight")
    expect(current).to_have_text("was")
    # In the text field the same keys move the caret.
    page.get_by_role("textbox", name="Text").focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_timeout(500)
    expect(current).to_have_text("was")


def test_arrow_keys_on_the_slider_replay_the_training_and_leave_the_words(page, addresses):
    page.goto(addresses["replay"])
    slider = page.get_by_role("slider", name="Epoch")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    expect(page).to_have_url(re.compile("epoch=2"))
    expect(page.locator(".inside-words mark")).to_have_text("good")
    expect(page.get_by_text("gru-2, epoch 2", exact=True)).to_be_visible()
