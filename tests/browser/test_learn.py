"""Learn in Chromium: a person goes through cards with the keyboard alone, and nothing jumps."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def tab_to(page, name):
    """Press Tab until the button of that name has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.innerText").strip().startswith(name):
            return
    raise AssertionError(f"{name} is not reached")


def boxes_at_rest(page, *locators):
    """Where these are once a page that has just been drawn has its fonts and all its parts."""
    page.evaluate("() => document.fonts.ready")
    before = None
    for _ in range(40):
        boxes = [locator.bounding_box() for locator in locators]
        if boxes == before:
            return boxes
        before = boxes
        page.wait_for_timeout(500)
    raise AssertionError("the page does not come to rest")


def test_keyboard_alone_leads_from_guess_to_answer_to_the_next_card(page, server):
    page.goto(f"{server.url}/learn?card=weights")
    expect(page.locator(".learn-question")).to_contain_text("How many parameters")
    panel = page.locator(".st-key-learn_panel")
    following = page.get_by_role("button", name="Next: Outputs")
    before = boxes_at_rest(page, panel, following)
    tab_to(page, "624")
    page.keyboard.press("Enter")
    expect(page.locator(".learn-verdict")).to_contain_text("Right!")
    expect(page.locator(".learn-total")).to_have_text("3 · (16·8 + 8·8 + 2·8) = 624 parameters")
    assert boxes_at_rest(page, panel, following) == before

    slider = page.get_by_role("slider", name="Units")
    for _ in range(80):  # the focus is where the option was, or at the start of the page
        page.keyboard.press("Tab")
        if slider.evaluate("thumb => thumb == document.activeElement"):
            break
    page.keyboard.press("ArrowRight")
    expect(page.locator(".learn-total")).to_have_text("3 · (16·9 + 9·9 + 2·9) = 729 parameters")
    assert boxes_at_rest(page, panel, following) == before

    tab_to(page, "Next: Outputs")
    page.keyboard.press("Enter")
    expect(page.locator(".learn-question")).to_contain_text("hand to the second")
    assert "card=outputs" in page.url
    page.reload()
    expect(page.locator(".learn-question")).to_contain_text("hand to the second")
    page.go_back()  # what was guessed is in the address, too
    expect(page.locator(".learn-verdict")).to_contain_text("Right!")
