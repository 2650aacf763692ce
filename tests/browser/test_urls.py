"""Addresses that are opened first: before the server has shown a page, or its code is there."""

import time

import pytest
from playwright.sync_api import expect

from tests.dashboard import serving
from tests.labs import finished_run

pytestmark = pytest.mark.browser


@pytest.fixture
def new_server(dashboard, store, tmp_path):
    """A server on the test's lab that has shown nothing yet."""
    with serving(dashboard.server.home, tmp_path / "server.log") as server:
        yield server


def test_a_run_opens_by_its_address_within_the_apps_own_navigation(page, store, new_server):
    run = finished_run(store)

    page.goto(f"{new_server.url}/run?run={run.id}")

    page.get_by_role("heading", name=run.name, exact=True).wait_for()
    page.get_by_role("link", name="Train").wait_for()
    assert page.get_by_test_id("stSidebarNav").count() == 0
    expect(page.locator(".lab-chart > .plot-container")).to_have_count(2)


def test_form_keeps_its_address_though_it_is_used_before_the_code_of_its_boxes_is_there(
    page, store, server
):
    def late(route):
        time.sleep(2)
        route.continue_()

    for part in ("Selectbox", "NumberInput"):
        page.route(f"**/{part}*.js", late)
    page.goto(f"{server.url}/train?arch=gru&epochs=2")
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.get_by_text("gru-1").first).to_be_visible()
    box = page.get_by_role("combobox", name="Architecture")
    expect(box).to_have_value("GRU")
    assert [run.config.arch for run in store.runs()] == ["gru"]
    expect(page.get_by_role("spinbutton", name="Seeds")).to_have_value("1")
    page.unroute_all(behavior="wait")
