"""Pages without the live area follow what trains, in a real browser."""

import time

import pytest
from playwright.sync_api import expect

from rnnlab.config import preset
from rnnlab.runs import RunState
from tests import labs
from tests.dashboard import frames_sent, page_of, wait_for_toast, wait_until_quiet
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


def test_pages_tell_of_each_run_that_ends_classify_takes_it_and_then_rests(
    page, context, store, server
):
    ended = trained(store)
    attempts = [training(store, arch) for arch in ("gru", "embedding-rnn")]
    sent = frames_sent(page)
    page.goto(f"{server.url}/classify")
    field = page.get_by_role("textbox", name="Your review")
    field.fill(TEXT)
    verdicts = page.locator(".model-card-verdict")
    expect(verdicts).to_have_count(1)
    with page_of(context) as page_of_ended_run:
        page_of_ended_run.goto(f"{server.url}/run?run={ended.id}")
        page_of_ended_run.get_by_role("heading", name=ended.name, exact=True).wait_for()

        for count, attempt in enumerate(attempts, start=2):
            attempt.end(RunState.FINISHED, now=time.time())
            expect(verdicts).to_have_count(count)
            wait_for_toast(page, attempt.run.name)
            expect(field).to_have_value(TEXT)
            wait_for_toast(page_of_ended_run, attempt.run.name)

    # The page polls for its samples until they have been prepared, once for all tests.
    expect(page.locator(".st-key-classify_sample_0")).to_be_visible(timeout=120_000)
    wait_until_quiet(page, sent)
