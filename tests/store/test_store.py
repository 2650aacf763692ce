"""The store's contract, on a real database file."""

import math
from dataclasses import replace

import pytest
import sqlalchemy as sa

from rnnlab.config import PRESETS, preset
from rnnlab.errors import InvalidField, LostRun, RunNotFound, StoreError, WrongState
from rnnlab.runs import Epoch, Progress, RunState
from rnnlab.store.schema import artifacts
from tests.labs import NOW, claimed, failed_run, finished_run, running_run, train


@pytest.mark.parametrize("config", PRESETS.values(), ids=PRESETS)
def test_config_comes_back_as_it_was_stored(store, config):
    config = replace(config, seed=2**32 - 1, learning_rate=1e-6, bidirectional=True)
    run = store.enqueue(config, now=NOW)
    assert store.get(run.id).config == config


def test_new_run_is_queued_with_its_parameters_and_a_name(store):
    run = store.enqueue(preset("lstm"), now=NOW)
    assert (run.state, run.parameters, run.name) == (RunState.QUEUED, 8_809, "lstm-1")
    assert store.enqueue(preset("lstm"), now=NOW).name == "lstm-2"
    assert store.enqueue(preset("gru"), now=NOW).name == "gru-1"


def test_default_name_is_never_one_that_is_taken(store):
    first = store.enqueue(preset("lstm"), now=NOW)
    store.enqueue(preset("lstm"), now=NOW, name="lstm-3")
    store.delete(first.id)
    assert store.enqueue(preset("lstm"), now=NOW).name == "lstm-2"
    assert store.enqueue(preset("lstm"), now=NOW).name == "lstm-4"


def test_epochs_come_back_and_nan_stays_nan(store):
    attempt = claimed(store)
    epoch = Epoch(1, math.nan, 0.5, math.inf, 0.25, seconds=1.5)
    attempt.record_epoch(epoch, checkpoint=b"c", best=b"b")
    (read,) = store.epochs(attempt.run.id)
    assert math.isnan(read.loss)
    assert (read.accuracy, read.val_loss, read.val_accuracy, read.seconds) == (
        0.5,
        math.inf,
        0.25,
        1.5,
    )


def test_reader_gets_only_the_epochs_it_has_not_seen(store):
    attempt = claimed(store)
    train(attempt, 2)
    seen = store.epochs_of([attempt.run.id])[-1].row_id
    train(attempt, 1, first=3)
    assert [epoch.epoch for epoch in store.epochs_of([attempt.run.id], after=seen)] == [3]


def test_run_tells_its_best_epoch(store):
    attempt = claimed(store)
    train(attempt, 1)
    worse = Epoch(2, 0.1, 0.9, 0.8, 0.4, seconds=2.0)
    attempt.record_epoch(worse, checkpoint=b"2")
    run = store.get(attempt.run.id)
    assert (run.epochs_done, run.best_epoch, run.seconds) == (2, 1, 3.0)
    assert run.metrics == pytest.approx(
        {"loss": 0.69, "accuracy": 0.51, "val_loss": 0.68, "val_accuracy": 0.53}
    )
    assert store.artifact(run.id, "best") == b"weights"
    assert store.artifact(run.id, "checkpoint") == b"2"


def test_progress_is_seen_and_tells_the_worker_of_a_stop(store):
    attempt = claimed(store)
    progress = Progress(1, 32, 313, 0.69, 0.51, NOW)
    assert attempt.record_progress(progress) is False
    assert store.get(attempt.run.id).progress == progress
    store.request_stop(attempt.run.id, now=NOW)
    assert attempt.record_progress(progress) is True


def test_time_left_goes_by_the_latest_epoch_and_waits_for_the_second(store):
    attempt = claimed(store, preset("gru", epochs=10))
    attempt.record_epoch(Epoch(1, 1, 1, 1, 1, seconds=30.0), checkpoint=b"c")
    assert store.get(attempt.run.id).seconds_left is None
    attempt.record_epoch(Epoch(2, 1, 1, 1, 1, seconds=2.0), checkpoint=b"c")
    assert store.get(attempt.run.id).seconds_left == pytest.approx(16.0)


def test_pace_leaves_out_the_first_epoch_and_other_machines(store):
    attempt = claimed(store, preset("gru"))
    for number, seconds in enumerate((9.0, 1.0, 2.0), start=1):
        attempt.record_epoch(Epoch(number, 1, 1, 1, 1, seconds), checkpoint=b"c")
    running_run(store, epochs=1)  # no pace yet
    assert store.epoch_times("here") == ((preset("gru"), 1.5),)
    assert store.epoch_times("elsewhere") == ()


def test_pace_of_what_is_fitted_in_one_go_is_its_only_epochs(store):
    attempt = claimed(store, preset("tfidf-logreg"))
    attempt.record_epoch(Epoch(1, 1, 1, 1, 1, 2.5), checkpoint=b"")
    assert store.epoch_times("here") == ((preset("tfidf-logreg"), 2.5),)


def test_queued_run_stops_at_once_and_cannot_be_claimed(store):
    run = store.enqueue(preset("lstm"), now=NOW)
    store.request_stop(run.id, now=NOW)
    assert store.get(run.id).state is RunState.STOPPED
    assert store.claim_next("w", machine="here", now=NOW) is None


def test_ended_run_can_be_neither_stopped_nor_resumed(store):
    run = finished_run(store)
    with pytest.raises(WrongState, match="lstm-1 is finished: there is nothing to stop"):
        store.request_stop(run.id, now=NOW)
    with pytest.raises(WrongState, match="only an interrupted run can be resumed"):
        store.resume(run.id, now=NOW)


def test_checkpoint_goes_when_a_run_fails_and_stays_to_go_on_from(store):
    failed = claimed(store)
    train(failed, 1)
    failed.end(RunState.FAILED, now=NOW, error="no")
    with pytest.raises(RunNotFound, match="no checkpoint"):
        store.artifact(failed.run.id, "checkpoint")
    assert store.artifact(finished_run(store).id, "checkpoint") == b"checkpoint"
    attempt = claimed(store)
    train(attempt, 1)
    attempt.end(RunState.INTERRUPTED, now=NOW)
    assert store.artifact(attempt.run.id, "checkpoint") == b"checkpoint"


def test_late_writes_of_a_replaced_worker_are_refused(store):
    late = claimed(store)
    train(late, 1)
    late.end(RunState.INTERRUPTED, now=NOW)
    store.resume(late.run.id, now=NOW + 1)
    fresh = store.claim_next("worker-2", machine="here", now=NOW + 2)
    assert fresh.run.id == late.run.id
    before = store.version()
    with pytest.raises(LostRun):
        train(late, 1, first=2)
    with pytest.raises(LostRun):
        late.end(RunState.FAILED, now=NOW)
    assert store.get(late.run.id).state is RunState.RUNNING
    assert len(store.epochs(late.run.id)) == 1
    assert store.version() == before


def test_epoch_without_its_checkpoint_is_not_recorded(store):
    attempt = claimed(store)
    with pytest.raises(sa.exc.IntegrityError):
        attempt.record_epoch(Epoch(1, 1, 1, 1, 1, 1.0), checkpoint=b"c", best=b"b")
        attempt.record_epoch(Epoch(1, 2, 2, 2, 2, 1.0), checkpoint=b"later")
    assert store.artifact(attempt.run.id, "checkpoint") == b"c"
    assert store.get(attempt.run.id).seconds == 1.0


def test_damaged_artifact_is_an_error_and_never_used(store):
    run = finished_run(store)
    with store.database.writing() as connection:
        connection.execute(sa.update(artifacts).values(content=b"altered"))
    with pytest.raises(StoreError, match="damaged"):
        store.artifact(run.id, "best")


def test_running_run_is_not_deleted_and_a_finished_one_goes_with_all_it_has(store):
    running, finished = running_run(store), finished_run(store)
    with pytest.raises(WrongState, match="stop it first"):
        store.delete(running.id)
    store.delete(finished.id)
    with pytest.raises(RunNotFound):
        store.get(finished.id)
    assert store.epochs(finished.id) == ()
    with pytest.raises(RunNotFound):
        store.artifact(finished.id, "best")


def test_run_is_found_by_id_by_start_of_id_and_by_name(store):
    run = store.enqueue(preset("gru"), now=NOW, name="my model")
    assert store.find(run.id) == store.find(run.id[:4]) == store.find("my model") == run
    store.enqueue(preset("gru"), now=NOW, name="my model")
    with pytest.raises(RunNotFound, match="2 runs match 'my model'"):
        store.find("my model")
    with pytest.raises(RunNotFound, match="there is no run 'nothing'"):
        store.find("nothing")


@pytest.mark.parametrize("name", ["", "x" * 81, "lstm", "a\u202eb"])
def test_run_keeps_its_name_where_the_new_one_is_refused(store, name):
    run = store.enqueue(preset("gru"), now=NOW)
    with pytest.raises(InvalidField, match="name must be"):
        store.rename(run.id, name)
    assert store.get(run.id).name == "gru-1"


def test_endings_say_what_happened_and_which_weights_are_kept(store):
    early = finished_run(store, preset("lstm", epochs=100), epochs=7)
    assert early.ending() == (
        "Stopped early after epoch 7: the validation loss had not improved for 3 epochs. "
        "The weights of epoch 7 are kept."
    )
    impatient = finished_run(store, preset("lstm", patience=0), epochs=2)
    assert "had not improved for 1 epoch." in impatient.ending()
    whole = finished_run(store, preset("lstm", epochs=3), epochs=3)
    assert whole.ending() == "Trained for the planned 3 epochs. The weights of epoch 3 are kept."
    assert failed_run(store).ending().endswith("lower learning_rate (0.5)")


def test_runs_read_again_are_what_reading_all_anew_gives(store):
    kept, renamed, deleted = finished_run(store), finished_run(store), failed_run(store)
    resumed, ended = claimed(store), claimed(store)
    train(resumed, 1)
    resumed.end(RunState.INTERRUPTED, now=NOW)
    seen = store.runs()

    store.rename(renamed.id, "the best")
    store.delete(deleted.id)
    store.resume(resumed.run.id, now=NOW)
    again = store.claim_next("w", machine="here", now=NOW)
    train(again, 1, first=2)
    again.end(RunState.INTERRUPTED, now=NOW)
    train(ended, 2)
    ended.end(RunState.STOPPED, now=NOW)
    store.enqueue(preset("gru"), now=NOW + 1)

    assert store.refresh_runs(seen) == store.runs()
    assert store.refresh_runs(()) == store.runs()
    assert next(run for run in store.refresh_runs(seen) if run.id == kept.id) is (
        next(run for run in seen if run.id == kept.id)
    )
