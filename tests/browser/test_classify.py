"""The Classify page in Chromium: models with several seeds, on random weights."""

import pytest
from playwright.sync_api import expect

from rnnlab.config import TUTORIAL, preset
from rnnlab.text import Vocabulary
from tests.dashboard import page_of
from tests.labs import trained

pytestmark = pytest.mark.browser

REVIEW = "the film was good and bad " * 3
WORDS = Vocabulary(("the", "film", "was", "good", "and", "bad", "a", "not"))


@pytest.fixture(scope="module")
def server(dashboard, module_store):
    """A dashboard server on a lab with three trained seeds of each tutorial model."""
    for arch in TUTORIAL:
        for seed in (1, 2, 3):
            trained(module_store, preset(arch, seed=seed), vocabulary=WORDS)
    return dashboard.server


@pytest.fixture(scope="module")
def frames():
    """What the server has sent to the tab."""
    return []


@pytest.fixture(scope="module")
def page(context, server, frames):
    """A tab where the review is classified, for all tests of this file."""

    def keep(frame):
        frames.append(frame)

    with page_of(context) as page:
        page.on("websocket", lambda socket: socket.on("framereceived", keep))
        page.goto(f"{server.url}/classify")
        page.get_by_role("textbox", name="Your review").fill(REVIEW)
        expect(page.locator(".model-card-verdict")).to_have_count(4, timeout=20_000)
        yield page


def test_all_models_with_three_seeds_fit_the_screen(page):
    for card in page.locator("[class*='st-key-model_card_']").all():
        box = card.bounding_box()
        assert box["y"] + box["height"] <= 900
    assert page.locator("[class*='st-key-model_card_']").count() == 4


def test_opened_card_stays_open_while_its_votes_change(page):
    field = page.get_by_role("textbox", name="Your review")
    summaries = page.locator("[class*='st-key-model_seeds_'] summary")
    before = summaries.all_inner_texts()
    summaries.first.focus()
    page.keyboard.press("Enter")
    runs = page.locator(".model-card-runs").first
    expect(runs).to_be_visible()
    for text in ("good " * 30, "bad " * 30, "script " * 30, "was a film " * 10):
        field.fill(text)
        page.wait_for_timeout(800)
        expect(runs).to_be_visible()
        if summaries.first.inner_text() != before[0]:
            break
    else:
        pytest.fail("the votes of the first model never change: these texts show nothing")
    expect(page.locator(".model-card-runs").nth(1)).not_to_be_visible()


def test_typing_sends_nothing_of_what_no_text_changes(page, frames):
    assert any(b"classify_try_0" in frame for frame in frames)
    frames.clear()
    page.get_by_role("textbox", name="Your review").fill("a good film")
    expect(page.locator(".coverage")).to_contain_text("a good film")
    page.wait_for_timeout(500)
    assert frames and not any(b"classify_try_0" in frame for frame in frames)


def test_sentence_that_is_clicked_is_classified(page):
    page.locator(".st-key-classify_try_2_0_second button").click()
    expect(page.get_by_role("textbox", name="Your review")).to_have_value("a not bad film")
    expect(page.locator(".coverage")).to_contain_text("a not bad film")


def test_picked_model_answers_and_is_asked_what_it_has_learned(page):
    probes = page.locator(".st-key-classify_probes")
    expect(probes).to_contain_text("of 12 runs")
    page.get_by_role("combobox", name="Models").click()
    page.keyboard.type("GRU")
    page.get_by_role("option", name="GRU × 3").click()
    expect(page.locator(".model-card-verdict")).to_have_count(1)
    expect(probes).to_contain_text("of 3 runs")
    expect(probes).not_to_contain_text("of 12 runs")
