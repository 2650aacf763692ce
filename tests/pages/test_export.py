"""Exporting a run, and reproducing it, from its own page."""

import time

import numpy as np
import pytest

from rnnlab.config import ARCHITECTURES, preset
from rnnlab.lab import Lab
from rnnlab.runs import RunState
from tests import labs
from tests.networks import npz
from tests.screens import open_run, words

pytestmark = pytest.mark.usefixtures("worker")  # this process: the page starts no other

WEIGHTS = npz({"dense/bias": np.zeros(1, np.float32)})


def finish(store, *, best=WEIGHTS, epochs=3):
    """Train the run that waits, as a worker does."""
    attempt = store.claim_next("worker-1", machine="here", now=time.time())
    attempt.start(versions={"keras": "3.15.1", "tensorflow": "2.21.0"}, manifest={})
    labs.train(attempt, epochs, best=best)
    attempt.end(RunState.FINISHED, now=time.time())


def plain(at):
    return words(at).replace("\\", "")


def links(at):
    return [button.label.replace("\\", "") for button in at.button]


def buttons(at):
    return [button.proto.label for button in at.get("download_button")]


def test_a_finished_run_offers_its_files(store):
    at = open_run(labs.finished_run(store).id)

    assert not at.exception
    assert buttons(at) == [
        "Download all (ZIP)",
        "History (CSV)",
        "Settings (JSON)",
        "Code (train.py)",
        "Notebook",
    ]


@pytest.mark.parametrize("arch", list(ARCHITECTURES))
def test_description_names_keras_where_a_keras_file_is_among_the_files(store, arch):
    at = open_run(labs.finished_run(store, preset(arch)).id)

    assert not at.exception
    assert len(buttons(at)) == 5
    assert ("as a Keras file" in plain(at)) == (arch != "tfidf-logreg")
    assert ("a scikit-learn script" in plain(at)) == (arch == "tfidf-logreg")


@pytest.mark.parametrize("state", ["running", "failed"])
def test_a_run_without_a_result_offers_none(store, state):
    run = labs.running_run(store) if state == "running" else labs.failed_run(store)
    store.workers.heartbeat("worker-1", now=time.time())

    at = open_run(run.id)

    assert not at.exception
    assert buttons(at) == []


def test_reproduce_queues_the_run_again_and_links_to_it(store):
    run = labs.finished_run(store, preset("gru"))
    at = open_run(run.id)

    at.button(key="export_reproduce").click().run()

    (new,) = (other for other in store.runs() if other.reproduces == run.id)
    assert (new.state, new.config) == (RunState.QUEUED, run.config)
    assert "Reproduction: gru-1, again" in links(at)


@pytest.mark.parametrize(
    ("best", "sentence"),
    [
        (WEIGHTS, "Bit-identical: all figures of 3 epochs and all weights match the original."),
        (npz({"dense/bias": np.ones(1, np.float32)}), "The weights of the best epoch are not"),
    ],
)
def test_both_pages_say_how_the_reproduction_went(store, best, sentence):
    run = labs.finished_run(store, best=WEIGHTS)
    new = Lab().reproduce(run)
    finish(store, best=best)

    original, again = open_run(run.id), open_run(new.id)

    assert sentence in plain(original).replace("&#x27;", "'")
    assert sentence in plain(again).replace("&#x27;", "'")
    assert "Original: lstm-1" in links(again)


def test_reproduction_of_a_deleted_run_says_so(store):
    run = labs.finished_run(store, best=WEIGHTS)
    new = Lab().reproduce(run)
    finish(store)
    store.delete(run.id)

    at = open_run(new.id)

    assert not at.exception
    assert "one that has since been deleted" in at.info[0].value


def test_damaged_weights_are_named_instead_of_a_comparison(store):
    run = labs.finished_run(store, best=b"no weights")
    new = Lab().reproduce(run)
    finish(store)

    at = open_run(new.id)

    assert not at.exception
    assert "weights to compare cannot be read" in at.error[0].value.replace("\\", "")
