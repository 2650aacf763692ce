"""A file of one's own in the browser: dropped, read, added, and chosen to train on."""

import re

import pytest
from playwright.sync_api import expect

from rnnlab.architectures import ARCHITECTURES
from rnnlab.runs import RunState
from rnnlab.store import RunStore
from tests.dashboard import PATIENCE_MS, Server, go
from tests.own import PLANTED, film_reviews
from tests.workers import wait_for

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def home(tmp_path_factory, caches):
    return caches.link(tmp_path_factory.mktemp("data") / "home")


@pytest.fixture(scope="module")
def server(home):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RNNLAB_WORKERS", "1")
        server = Server(home, home.parent / "server.log")
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
    page.locator(".st-key-data_train button").click()
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


BRIEFLY = "maxlen=12&vocab_size=300&learning_rate=0.01&epochs=8&batch_size=16"


def write_film_reviews(file):
    """A file of reviews, a fifth of which is the test part."""
    rows = zip(*film_reviews(), strict=True)
    lines = [
        f"{text},{'positive' if label else 'negative'},{'test' if row % 5 == 4 else 'train'}"
        for row, (text, label) in enumerate(rows)
    ]
    file.write_text("\n".join(["review,sentiment,part", *lines]) + "\n")


def test_file_is_trained_on_compared_on_its_test_part_and_its_wrong_labels_are_found(
    server, home, page, tmp_path
):
    write_film_reviews(tmp_path / "films.csv")
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{server.url}/data")
    page.locator("input[type=file]").first.set_input_files(str(tmp_path / "films.csv"))
    page.get_by_role("button", name="Add dataset").click()
    page.locator(".st-key-data_train button").click()  # the list has its own
    page.wait_for_url(re.compile(r"/train\?.*dataset=own-"))
    dataset = re.search(r"dataset=(own-\w+)", page.url)[1]

    store = RunStore(f"sqlite:///{home / 'lab.db'}")
    for count, arch in enumerate(("embedding-rnn", "lstm"), start=1):
        go(page, f"{server.url}/train?arch={arch}&dataset={dataset}&{BRIEFLY}")
        box = page.get_by_role("combobox", name="Architecture")
        expect(box).to_have_value(ARCHITECTURES[arch].label)
        page.get_by_role("button", name="Train", exact=True).click()
        wait_for(lambda: len(store.runs()) == count, "the run to be queued")  # noqa: B023
    page.get_by_role("link", name="Learn").click()  # where nothing is drawn while networks train
    wait_for(lambda: not store.active_count(), "the runs to end", timeout_s=600)
    runs = store.runs()
    assert [(run.state, run.config.dataset) for run in runs] == [(RunState.FINISHED, dataset)] * 2
    assert {run.config.arch for run in runs} == {"embedding-rnn", "lstm"}

    go(page, f"{server.url}/compare?runs={','.join(run.id for run in runs)}")
    page.wait_for_function("/On\\s80\\stest\\sreviews/.test(document.body.innerText)")

    page.goto(f"{server.url}/data?dataset={dataset}")
    page.get_by_role("button", name="Look for wrong labels").click()
    page.get_by_text("labels are contradicted by all models").wait_for()
    keys = page.locator("[class*=st-key-data_suspicious_]").evaluate_all(
        "all => all.map(e => Number(/st-key-data_suspicious_(\\d+)/.exec(e.className)[1]))"
    )
    # A label stays unsaid where one of the two networks, trained briefly, believes it.
    assert set(keys) <= {row + 1 for row in PLANTED} and len(set(keys)) >= 4
    store.close()
