"""The words of a text in Chromium: pointed at, changed by mouse and by keyboard alone."""

import re

import pytest
from playwright.sync_api import expect

from rnnlab.config import preset
from tests.dashboard import page_of
from tests.labs import trained

pytestmark = pytest.mark.browser

TEXT = "the film was <i>not bad</i> and good"
FOCUSED = "document.activeElement.innerText"


@pytest.fixture(scope="module")
def server(dashboard, module_store):
    """A dashboard server on a lab with two trained networks."""
    for arch in ("lstm", "gru"):
        trained(module_store, preset(arch, maxlen=20))
    return dashboard.server


@pytest.fixture(scope="module")
def tab(context, server):
    """A tab where the text is open; each test but the last leaves it as it was."""
    with page_of(context) as page:
        page.goto(f"{server.url}/classify?text={TEXT}")
        yield page


@pytest.fixture
def page(tab):
    """The tab, in place of an empty one."""
    expect(tab.locator(".words-model")).to_have_count(2, timeout=30_000)
    expect(field(tab)).to_have_value(TEXT)
    return tab


@pytest.fixture
def words(page):
    """A function that finds a word in the first model's text or another's."""

    def words(text, model=0):
        block = page.locator(".words-model").nth(model)
        return block.locator(".word", has_text=re.compile(f"^{text}$")).first

    return words


def field(page):
    return page.get_by_role("textbox", name="Your review")


def test_word_that_is_pointed_at_is_lit_in_all_models_with_its_numbers(page, words):
    words("bad").hover()
    for model in (0, 1):
        expect(words("bad", model)).to_have_class(re.compile(r"\blit\b"))
    tip = page.locator(".words-tip")
    expect(tip.locator("li")).to_have_count(2)
    expect(tip).to_contain_text(re.compile("[+−][0-9.]+.*% after it"))
    expect(page.locator(".st-key-classify_curve .hoverlayer")).to_contain_text("bad")
    page.locator("h1").hover()
    expect(tip).to_be_hidden()


def test_word_is_replaced_by_mouse_and_every_answer_changes(page, words):
    words("bad").click()
    menu = page.get_by_role("dialog", name="Change “bad”")
    menu.get_by_role("textbox").fill("<b>good</b>")
    menu.get_by_role("button", name="Replace").click()
    expect(field(page)).to_have_value("the film was <i>not <b>good</b></i> and good")
    expect(page.locator(".words-changes li")).to_have_count(2)
    expect(page.locator(".words-changes li").first).to_contain_text(re.compile("% → .*logit"))
    assert page.locator(".words-text b").count() == 0  # typed text is only ever text
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(field(page)).to_have_value(TEXT)
    expect(page.locator(".words-edits")).to_be_hidden()


def test_words_are_stepped_through_and_changed_by_keyboard_alone(page, words):
    words("the").focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    assert page.evaluate(FOCUSED) == "not"
    page.keyboard.press("Shift+ArrowRight")
    expect(field(page)).to_have_value("the film was <i>bad not</i> and good")
    page.wait_for_function(f"{FOCUSED} === 'not'")
    page.keyboard.press("Delete")
    expect(field(page)).to_have_value("the film was <i>bad</i> and good")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    page.keyboard.press("Enter")  # for the words as they will be
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(field(page)).to_have_value(TEXT)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.wait_for_function("document.activeElement.matches('.word')")


def test_network_is_opened_on_the_inside_page_with_the_text(page, words):
    words("bad")
    page.get_by_role("button", name="Look inside gru-1").click()
    page.get_by_role("heading", name="Inside").wait_for()
    expect(page.get_by_role("textbox", name="Text")).to_have_value(TEXT)
    expect(page).to_have_url(re.compile("inside.*run="))
