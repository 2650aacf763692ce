"""A person's way through the lab, in Chromium, on a real server with real workers."""

import re
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import TimeoutError, expect

from rnnlab import format
from rnnlab.architectures import ARCHITECTURES
from rnnlab.config import preset
from rnnlab.inference.classify import Classifier
from rnnlab.lab import Lab
from rnnlab.runs import RunState
from rnnlab.text import read
from tests import labs
from tests.dashboard import frames_sent, go, serving, wait_for_toast, wait_until_quiet
from tests.workers import wait_for

pytestmark = pytest.mark.browser

REVIEW = "I loved this film: the acting is wonderful, and the story is great. A perfect movie!"
TRAINING_MS = 600_000  # in real workers, on a machine that does other things, too
BIG_BUTTON = re.compile("Train the four tutorial models")


def queue_from_the_train_page(page, server, arch):
    go(page, f"{server.url}/train?arch={arch}&epochs=2&maxlen=30")
    box = page.get_by_role("combobox", name="Architecture")
    expect(box).to_have_value(ARCHITECTURES[arch].label)
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.get_by_text(f"{arch}-1").first).to_be_visible(timeout=15_000)


def mapped_libraries(process):
    """What a process has in its memory map."""
    return Path(f"/proc/{process.pid}/maps").read_text()


def keras_probability(lab, run, text):
    """What keras itself says of a text, from the run's stored weights."""
    from rnnlab import models

    config, classifier = run.config, Classifier.load(lab.store, run)
    model = models.build(config)
    models.set_weights(model, classifier.weights)
    reading = read(
        text,
        classifier.vocabulary,
        vocab_size=config.vocab_size,
        maxlen=config.maxlen,
        truncating=config.truncating,
    )
    return float(np.asarray(model(reading.ids[None, :]))[0, 0])


@pytest.fixture
def training_server(warm_home, tmp_path):
    """A server of the test's own, with workers of its own."""
    with serving(warm_home, tmp_path / "server.log") as server:
        yield server


def test_four_architectures_train_from_the_browser_and_classify_a_review_as_keras_does(
    page, training_server
):
    server = training_server
    page.goto(server.url)
    expect(page.get_by_role("button", name=BIG_BUTTON)).to_be_visible()
    for arch in ("onehot-rnn", "embedding-rnn", "lstm"):
        queue_from_the_train_page(page, server, arch)
    # Pages change, and change back, while networks train.
    page.get_by_role("link", name="Classify").click()
    expect(page.get_by_role("heading", name="Classify")).to_be_visible()
    page.get_by_role("link", name="Lab").click()
    expect(page.get_by_role("heading", name="rnnlab")).to_be_visible()
    expect(page.locator(".lab-chart .main-svg").first).to_be_visible(timeout=TRAINING_MS)

    # Training goes on without a server, also of what was only just queued.
    queue_from_the_train_page(page, server, "gru")
    lab = Lab()

    def epochs_done():
        return sum(run.epochs_done for run in lab.store.runs())

    server.stop()
    done = epochs_done()
    wait_for(lambda: epochs_done() > done, "an epoch without a server")
    server.start()
    page.goto(server.url)
    expect(page.locator(".lab-chart .main-svg").first).to_be_visible()
    page.get_by_role("link", name="Learn").click()  # where nothing is drawn while networks train
    wait_for(lambda: not lab.store.active_count(), "the runs to end")
    page.get_by_role("link", name="Lab").click()
    expect(page.get_by_role("heading", name="rnnlab")).to_be_visible()
    expect(page.get_by_text("Live:")).to_have_count(0)
    assert "tensorflow" not in mapped_libraries(server.process)
    runs = {run.id: run for run in lab.store.runs()}
    assert [run.state for run in runs.values()] == [RunState.FINISHED] * 4
    assert sorted(run.parameters for run in runs.values()) == [2_481, 5_009, 8_633, 8_809]

    page.get_by_role("link", name="Classify").click()
    page.get_by_role("textbox", name="Your review").press_sequentially(REVIEW, delay=5)
    cards = page.locator(".model-card")
    expect(cards).to_have_count(4)
    expect(cards.first).to_contain_text("%")
    expect(page.locator(".model-card-verdict")).to_have_count(4)
    for run in runs.values():
        card = cards.filter(has_text=run.name)
        probability = keras_probability(lab, run, REVIEW)
        shown = card.locator(".model-card-track").get_attribute("aria-label")
        assert shown == f"probability of positive: {format.percent(probability)}"
        expect(card).to_contain_text("Positive" if probability > 0.5 else "Negative")


def test_typed_markup_is_shown_as_text_and_never_runs(page, store, server):
    labs.trained(store)
    page.goto(f"{server.url}/classify")
    field = page.get_by_role("textbox", name="Your review")
    field.fill('<img src=x onerror="window.owned = 1"><script>window.owned = 1</script> film')
    expect(page.locator(".model-card-verdict")).to_have_count(1)
    expect(page.locator(".coverage")).to_contain_text("onerror")
    assert page.locator(".coverage img").count() == 0
    assert page.evaluate("window.owned") is None


def click_until_none_is_left(page, store, name, state):
    """Click these buttons as a person would: one that goes away under the mouse was enough."""
    buttons = page.get_by_role("button", name=name, exact=True)
    for _ in range(40):
        if not store.runs([state]):
            return
        with suppress(TimeoutError):
            buttons.first.click(timeout=2_000)
        page.wait_for_timeout(700)
    pytest.fail(f"a run is still {state} after 40 clicks")


@pytest.fixture
def two_workers(store):
    """Two threads as the lab's workers, which train until they are asked to stop."""
    with labs.two_at_work(store, labs.train_until_stopped):
        yield


def test_live_runs_survive_a_reload_are_the_same_in_two_browsers_and_stop(
    two_workers, page, chromium, store, server
):
    page.goto(server.url)
    page.get_by_role("button", name=BIG_BUTTON).click()
    live = page.get_by_role("heading", name=re.compile("Live: 2 training, 2 waiting"))
    expect(live).to_be_visible()
    expect(page.get_by_text("1st in the queue")).to_be_visible()
    expect(page.locator(".lab-chart .main-svg").first).to_be_visible()

    with chromium.new_context(viewport={"width": 390, "height": 844}) as phone:
        other = phone.new_page()
        other.goto(server.url)
        for name in ("onehot-rnn-1", "embedding-rnn-1", "lstm-1", "gru-1"):
            expect(other.get_by_text(name).first).to_be_visible()

    page.reload()
    expect(live).to_be_visible()
    click_until_none_is_left(page, store, "Cancel", RunState.QUEUED)
    click_until_none_is_left(page, store, "Stop", RunState.RUNNING)
    wait_for_toast(page, "-1")  # for each run that ended before these eyes
    expect(page.get_by_text("Live:")).to_have_count(0)
    assert {run.state for run in store.runs()} == {RunState.STOPPED}


def wait_for_epoch_in_chart(page, epoch):
    """Come back once a curve of the first chart has that epoch."""
    page.wait_for_function(
        "n => document.querySelector('.lab-chart').data.some(t => (t.x || []).includes(n))",
        arg=epoch,
    )


def test_epochs_appear_by_themselves_and_the_zoom_stays(page, store, server):
    attempt = labs.claimed(store, preset("onehot-rnn"), now=time.time())
    labs.train(attempt, 1)
    page.goto(server.url)
    expect(page.locator(".lab-chart .main-svg").first).to_be_visible()
    for epoch in range(2, 6):
        labs.train(attempt, 1, first=epoch)
        wait_for_epoch_in_chart(page, epoch)
    page.evaluate("Plotly.relayout(document.querySelector('.lab-chart'), {'xaxis.range': [1, 3]})")
    labs.train(attempt, 3, first=6)
    wait_for_epoch_in_chart(page, 8)
    assert page.evaluate("document.querySelector('.lab-chart').layout.xaxis.range") == [1, 3]
    attempt.end(RunState.FINISHED, now=time.time())
    expect(page.get_by_text("Live:")).to_have_count(0)


def test_nothing_polls_when_nothing_runs(page, server):
    frames = frames_sent(page)
    page.goto(server.url)
    expect(page.get_by_role("button", name=BIG_BUTTON)).to_be_visible()
    assert frames
    wait_until_quiet(page, frames)
