"""Stepping through a text's words on the Inside page, with the keyboard alone."""

import re

import pytest
from playwright.sync_api import expect

from rnnlab.config import preset
from rnnlab.store import RunStore
from tests.dashboard import serving
from tests.labs import encode_reviews, trained

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """The page with two networks and four words, the cell in view."""
    home = tmp_path_factory.mktemp("inside") / "home"
    home.mkdir()
    encode_reviews(home)
    store = RunStore(f"sqlite:///{home / 'lab.db'}")
    runs = [trained(store, preset(arch)) for arch in ("lstm", "gru")]
    store.close()
    with serving(home, home.parent / "server.log") as server:
        ids = ",".join(run.id for run in runs)
        yield f"{server.url}/inside?run={ids}&text=the+film+was+good&view=Cell"


def test_arrow_keys_step_through_the_words(page, address):
    page.goto(address)
    current = page.locator(".inside-words mark")
    expect(current).to_have_text("good")
    for _ in range(2):
        page.keyboard.press("ArrowLeft")
        page.wait_for_timeout(300)
    expect(current).to_have_text("film")
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
