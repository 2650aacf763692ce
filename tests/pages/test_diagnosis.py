"""A run's findings on its page, and what their buttons do."""

import pytest

from rnnlab.config import preset
from rnnlab.runs import Epoch, RunState
from rnnlab.store import continuation
from tests.labs import (
    NOW,
    claimed,
    encode_reviews,
    failed_run,
    finished_run,
    live_run,
    train,
    trained,
)
from tests.networks import VOCABULARY, weights_file
from tests.screens import open_run, words

pytestmark = pytest.mark.usefixtures("worker")  # this process: the page starts no other


def test_training_on_queues_a_run_that_links_back(store, lab_home):
    encode_reviews(lab_home)
    run = trained(store, preset("gru", maxlen=20, epochs=3))
    at = open_run(run.id)
    assert "It hardly learned: 55" in words(at).replace("\\", "")
    at.button(key="run_step_stuck").click().run()
    (continued,) = [each for each in store.runs() if each.continues == run.id]
    assert (continued.state, continued.config.epochs) == (RunState.QUEUED, 23)
    assert continued.epochs_done == 3
    at = open_run(continued.id)
    assert "Trains on from gru" in at.button(key="run_original").label.replace("\\", "")
    at.button(key="run_original").click().run()
    assert at.query_params["run"] == run.id


def test_another_seed_is_trained_where_that_is_the_next_step(store, lab_home):
    encode_reviews(lab_home)
    attempt = claimed(store, preset("gru", maxlen=20))
    attempt.save("vocabulary", VOCABULARY.to_bytes())
    train(attempt, 2, best=weights_file(attempt.run.config))
    attempt.record_epoch(Epoch(3, 0.6, 0.7, 0.75, 0.5, 1.0), checkpoint=b"")
    attempt.end(RunState.FINISHED, now=NOW + 3)
    at = open_run(attempt.run.id)
    at.button(key="run_step_stuck").click().run()
    assert [each.config.seed for each in store.runs() if each.id != attempt.run.id] == [43]


def test_a_run_without_its_reviews_is_diagnosed_by_its_history(store):
    run = finished_run(store, preset("feedforward", epochs=3))
    at = open_run(run.id)
    assert at.button(key="run_step_stuck").label == "Train on for 20 epochs"


def test_a_run_without_a_fault_or_an_end_has_no_diagnosis(store):
    for run in (
        failed_run(store),
        live_run(store),
        finished_run(store, preset("tfidf-logreg"), epochs=1),
    ):
        at = open_run(run.id)
        assert "Diagnosis" not in [each.value for each in at.subheader]


def test_update_ratios_are_shown_where_they_were_recorded(store):
    attempt = claimed(store, preset("lstm"))
    for number in (1, 2):
        attempt.record_epoch(
            Epoch(number, 0.6, 0.7, 0.5, 0.8, 1.0),
            checkpoint=b"",
            best=b"weights",
            update_ratios={"embedding": 0.5 / number, "lstm": 0.1},
        )
    attempt.end(RunState.FINISHED, now=NOW)
    shown = words(open_run(attempt.run.id)).replace("\\", "")
    assert "The last epoch moved embedding by 25" in shown
    assert "Update-to-weight ratio" not in words(open_run(finished_run(store).id))


@pytest.mark.parametrize("kept", [True, False])
def test_training_on_says_where_it_cannot_go_on_from_the_last_epoch(store, kept, monkeypatch):
    if not kept:
        monkeypatch.setattr(continuation, "MAX_BYTES", 0)
    run = finished_run(store, preset("feedforward", epochs=3))
    button = open_run(run.id).button(key="run_step_stuck")
    assert ("Starts again from epoch 1" in button.help) != kept
