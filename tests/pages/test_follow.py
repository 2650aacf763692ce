"""Pages without the live area follow what trains, in a real browser."""

import threading
import time

import pytest
from playwright.sync_api import expect

from rnnlab.config import preset
from rnnlab.lab import Lab
from rnnlab.runs import RunState
from tests import labs
from tests.labs import trained
from tests.networks import VOCABULARY, weights_file

pytestmark = pytest.mark.browser

TEXT = "the film was good and the script was bad"


def training(store, arch):
    """A run that this process trains; one epoch is done."""
    attempt = labs.claimed(store, preset(arch), now=time.time())
    attempt.save("vocabulary", VOCABULARY.to_bytes())
    labs.train(attempt, 1, best=weights_file(preset(arch)))
    return attempt


@pytest.fixture
def store(warm_home):
    """A store whose worker, this process, gives signs of life as workers do."""
    store, done = Lab().store, threading.Event()
    store.workers.register("worker-1", now=time.time(), limit=1)

    def live():
        while not done.wait(1.0):
            store.workers.heartbeat("worker-1", now=time.time())

    thread = threading.Thread(target=live)
    thread.start()
    yield store
    done.set()
    thread.join()
    store.close()


def test_classify_takes_each_run_as_it_ends_and_then_rests(page, store, server):
    trained(store)
    attempts = [training(store, arch) for arch in ("gru", "embedding-rnn")]
    sent = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    page.goto(f"{server.url}/classify")
    field = page.get_by_role("textbox", name="Your review")
    field.fill(TEXT)
    verdicts = page.locator(".model-card-verdict")
    expect(verdicts).to_have_count(1, timeout=20_000)

    for count, attempt in enumerate(attempts, start=2):
        attempt.end(RunState.FINISHED, now=time.time())
        expect(verdicts).to_have_count(count, timeout=5_000)
        toast = page.get_by_test_id("stToast").filter(has_text=attempt.run.name)
        expect(toast).to_be_visible()
        expect(field).to_have_value(TEXT)

    page.wait_for_timeout(1_500)
    before = len(sent)
    page.wait_for_timeout(2_500)
    assert len(sent) == before


def test_page_of_an_ended_run_tells_that_another_has_ended(page, store, server):
    ended = trained(store)
    attempt = training(store, "gru")
    page.goto(f"{server.url}/run?run={ended.id}")
    page.get_by_role("heading", name=ended.name, exact=True).wait_for(timeout=20_000)

    attempt.end(RunState.FINISHED, now=time.time())

    toast = page.get_by_test_id("stToast").filter(has_text=attempt.run.name)
    expect(toast).to_be_visible(timeout=5_000)
