"""Comparing in Chromium: runs over seeds, compared, shared by URL and taken away."""

import io
import re
import zipfile

import pytest
from playwright.sync_api import expect

from rnnlab.compare.groups import group_id
from rnnlab.config import preset
from tests import labs
from tests.dashboard import go

pytestmark = pytest.mark.browser

SMALL = {"epochs": 2, "maxlen": 30, "learning_rate": 3e-3, "batch_size": 256}
CSV = (
    "text,label\n"
    + "".join(
        f'"A {word} film, number {n}",{word == "wonderful":d}\n'
        for n in range(30)
        for word in ("wonderful", "terrible")
    )
    + "no label here,\n"
)


@pytest.fixture(scope="module")
def runs(dashboard, module_store):
    """Three seeds each of an LSTM and a GRU with random weights, and the TF-IDF baseline."""
    configs = [preset(arch, **SMALL, seed=seed) for arch in ("lstm", "gru") for seed in (1, 2, 3)]
    configs.append(preset("tfidf-logreg", vocab_size=2_000, maxlen=200))
    home = dashboard.server.home
    return [labs.run_with_predictions(module_store, config, home) for config in configs]


@pytest.fixture(scope="module")
def server(dashboard):
    """The server of many tests; those of this file change nothing in its lab."""
    return dashboard.server


def open_tab(page, name):
    page.get_by_role("tab", name=name, exact=True).click()


def test_groups_are_compared_shared_by_url_opened_and_taken_away(page, runs, server, tmp_path):
    assert {str(run.state) for run in runs} == {"finished"}
    lstm, gru = group_id(runs[0].config), group_id(runs[3].config)
    page.goto(f"{server.url}/compare?runs={lstm},{gru},{runs[6].id}")
    expect(page.locator(".cmp-headline")).to_contain_text("tfidf-logreg-1")
    expect(page.locator("[data-tag]:visible")).to_have_count(3)
    expect(page.locator(".lab-chart .main-svg").first).to_be_visible()

    # The view is in the URL: another browser that opens it sees the same.
    open_tab(page, "Cost")
    page.get_by_role("radio", name="Parameters").or_(
        page.get_by_role("button", name="Parameters")
    ).first.click()
    expect(page).to_have_url(re.compile("tab=Cost"))
    expect(page).to_have_url(re.compile("cost=Parameters"))
    page.reload()
    expect(page.get_by_role("tab", name="Cost")).to_have_attribute("aria-selected", "true")
    expect(page.locator(".lab-finding").first).to_contain_text("parameters")

    # A disputed review opens in Classify, before the networks that dispute it.
    open_tab(page, "Disagreements")
    expect(page.get_by_role("button", name="Open in Classify")).to_have_count(8)
    card = page.locator('[class*="st-key-dis_g-"]').first
    begins = card.locator(".dis-review").inner_text().split(": ", 1)[1][:25]
    card.get_by_role("button", name="Open in Classify").click()
    field = page.get_by_role("textbox", name="Your review")
    expect(field).to_have_value(re.compile(re.escape(begins)))

    # Everything in one ZIP, its pictures drawn by this browser.
    go(page, f"{server.url}/compare?runs={lstm},{gru}&tab=Export")
    expect(page.locator("[data-tag]:visible")).to_have_count(2)
    page.get_by_role("button", name="Create ZIP").click()
    save = page.get_by_role("button", name=re.compile("Download ZIP"))
    expect(save).to_be_visible()
    with page.expect_download() as download:
        save.click()
    download.value.save_as(tmp_path / "all.zip")
    packed = zipfile.ZipFile(io.BytesIO((tmp_path / "all.zip").read_bytes()))
    names = set(packed.namelist())
    assert {"report.html", "tables/quality.tex", "charts/roc.svg", "charts/roc.png"} <= names
    assert packed.read("charts/roc.png").startswith(b"\x89PNG")
    assert b"<svg" in packed.read("charts/curves-loss.svg")

    # The report draws its charts by itself, with no server and no network.
    (tmp_path / "report.html").write_bytes(packed.read("report.html"))
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((tmp_path / "report.html").as_uri())
    expect(page.locator(".chart .main-svg").first).to_be_visible()
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []


def test_own_reviews_are_classified_and_what_is_left_out_is_said(page, runs, server):
    lstm, gru = group_id(runs[0].config), group_id(runs[3].config)
    page.goto(f"{server.url}/compare?runs={lstm},{gru}&on=Your+own+CSV")
    page.locator('input[type="file"]').set_input_files(
        {"name": "mine.csv", "mimeType": "text/csv", "buffer": CSV.encode()}
    )
    expect(page.get_by_text("1 row skipped")).to_be_visible()
    expect(page.locator(".cmp-rests")).to_contain_text("evaluated on the same 60 reviews")
    page.locator('input[type="file"]').set_input_files(
        {"name": "bad.csv", "mimeType": "text/csv", "buffer": b"number,index\n4,5\n"}
    )
    expect(page.get_by_text("one column of reviews and one of labels")).to_be_visible()
