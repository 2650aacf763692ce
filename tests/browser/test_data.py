"""A file of one's own in the browser: dropped, read, added, and chosen to train on."""

import re

import pytest

from tests.dashboard import PATIENCE_MS, Server

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    home = tmp_path_factory.mktemp("data") / "home"
    server = Server(home, home.parent / "server.log", environment={"RNNLAB_PRESTART": "0"})
    server.start()
    yield server
    server.stop()
    server.end_workers()


def test_file_is_dropped_read_added_and_chosen_to_train_on(server, page, tmp_path):
    file = tmp_path / "kaggle.csv"
    rows = [
        f"A {'fine' if n % 2 else 'dull'} film about the {n}th year of a war.<br /><br />See it!"
        for n in range(80)
    ]
    lines = [f'"{row}",{"positive" if n % 2 else "negative"}' for n, row in enumerate(rows)]
    file.write_text("\n".join(["review,sentiment", *lines, lines[0]]) + "\n")
    page.set_default_timeout(PATIENCE_MS)

    page.goto(f"{server.url}/data")
    page.locator("input[type=file]").first.set_input_files(str(file))
    page.get_by_text("1 surplus copy: 80 of 81 texts are different.").wait_for()
    assert page.locator(".data-rows").first.locator("tbody tr").count() == 20

    page.get_by_text("Show its rows").first.click()
    page.get_by_text("like line 2").first.wait_for()

    page.get_by_role("textbox", name="Name").fill("my war films")
    page.get_by_role("textbox", name="Name").press("Enter")
    page.get_by_role("button", name="Add dataset").click()
    page.get_by_role("button", name="Train on it").first.click()
    page.wait_for_url(re.compile(r"/train\?.*dataset=own-"))
    page.get_by_role("heading", name="Train").wait_for()


def test_card_of_a_dataset_opens_by_a_click_and_stays_in_the_url(server, page):
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{server.url}/data")
    page.get_by_role("button", name="my war films").click()
    page.wait_for_url(re.compile(r"/data\?dataset=own-"))
    page.get_by_text("Always the same answer scores").wait_for()
    page.get_by_role("button", name="Close").click()
    page.wait_for_url(re.compile(r"/data$"))
