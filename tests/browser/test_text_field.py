"""The text field of the Classify page: its script alone in Chromium, and on the page."""

import pytest
from playwright.sync_api import expect

from tests import labs
from ui import assets

pytestmark = pytest.mark.browser

# Puts the field on an empty page; `window.show(data)` is an answer from Python.
MOUNT = """async ([script, html, data]) => {
  const source = new Blob([script], {type: "text/javascript"});
  const module = await import(URL.createObjectURL(source));
  const parentElement = document.createElement("div");
  parentElement.innerHTML = html;
  document.body.append(parentElement);
  window.reports = [];
  const setStateValue = (name, value) => window.reports.push(value);
  window.show = (data) => module.default({data, parentElement, setStateValue});
  window.show(data);
}"""
DATA = {
    "label": "Your review",
    "placeholder": "Type",
    "height": 200,
    "pause_ms": 120,
    "text": "",
    "revision": 0,
}


TYPE = """(area) => {
  for (const text of ["g", "go", "goo", "good"]) {
    area.value = text;
    area.dispatchEvent(new Event("input", {bubbles: true}));
  }
  return window.reports.length;
}"""


@pytest.fixture
def field(page):
    """The text field, alone on a page."""
    files = [assets.read("text_field.js"), assets.read("text_field.html")]
    page.evaluate(MOUNT, [*files, DATA])
    return page.get_by_role("textbox", name="Your review")


def reports(page) -> list[dict]:
    return page.evaluate("window.reports")


def test_text_is_reported_once_when_typing_pauses(page, field):
    # In one go: on a busy machine the pause would be over between two keys.
    before = field.evaluate(TYPE)
    assert before == 0
    page.wait_for_function("window.reports.length > 0")
    assert reports(page) == [{"text": "good", "revision": 0}]
    field.blur()
    assert len(reports(page)) == 1


def test_text_is_reported_at_once_when_the_field_is_left(page, field):
    page.evaluate(
        """([field, text]) => {
          field.focus();
          field.value = text;
          field.dispatchEvent(new Event("input"));
          field.blur();
        }""",
        [field.element_handle(), "bad"],
    )
    assert reports(page) == [{"text": "bad", "revision": 0}]


def test_answer_to_older_text_leaves_text_and_caret(page, field):
    field.press_sequentially("a film")
    field.press("ArrowLeft")
    page.evaluate("(data) => window.show(data)", {**DATA, "text": "a f"})
    field.press_sequentially("rm")
    expect(field).to_have_value("a filrmm")
    expect(field).to_be_focused()


def test_new_revision_replaces_what_is_in_the_field(page, field):
    field.press_sequentially("mine")
    page.evaluate("(data) => window.show(data)", {**DATA, "text": "a sample", "revision": 1})
    expect(field).to_have_value("a sample")
    field.press("End")
    field.press_sequentially("!")
    page.wait_for_timeout(300)
    assert reports(page)[-1] == {"text": "a sample!", "revision": 1}


def test_typing_and_samples_are_answered_on_the_page(page, store, server):
    labs.trained(store)
    page.goto(f"{server.url}/classify")
    field = page.get_by_role("textbox", name="Your review")
    coverage = page.locator(".read-words").first

    field.press_sequentially("the film <b>was</b> good", delay=30)
    expect(coverage).to_contain_text("b was b good", timeout=20_000)
    expect(field).to_be_focused()
    for _ in range(4):
        field.press("ArrowLeft")
    field.press_sequentially("so very ", delay=60)
    expect(field).to_have_value("the film <b>was</b> so very good")
    expect(coverage).to_contain_text("so very good")

    page.locator(".st-key-classify_sample_0 button").click()
    expect(coverage).not_to_contain_text("so very", timeout=5_000)
    expect(field).not_to_have_value("the film <b>was</b> so very good")
    field.fill("script " * 4_000)
    expect(coverage).to_contain_text("script script", timeout=5_000)

    # Gone to another page and back, the text is there.
    page.get_by_role("link", name="Compare").click()
    page.get_by_role("heading", name="Compare").wait_for()
    page.get_by_role("link", name="Classify").click()
    expect(field).to_have_value("script " * 4_000, timeout=20_000)
