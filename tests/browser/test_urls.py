"""Addresses that are opened first, on a server that has shown nothing yet."""

import pytest
from playwright.sync_api import expect

from rnnlab.lab import Lab
from tests.labs import finished_run

pytestmark = pytest.mark.browser


def test_a_run_opens_by_its_address_within_the_apps_own_navigation(page, server):
    run = finished_run(Lab().store)

    page.goto(f"{server.url}/run?run={run.id}")

    page.get_by_role("heading", name=run.name, exact=True).wait_for()
    page.get_by_role("link", name="Train").wait_for()
    assert page.get_by_test_id("stSidebarNav").count() == 0
    expect(page.get_by_test_id("stPlotlyChart")).to_have_count(2)
