"""Sweeps in the store: one coordinator at a time, and points that are added once."""

import sqlalchemy as sa

from rnnlab.config import preset
from rnnlab.runs import Epoch, RunState
from rnnlab.store.schema import leases
from rnnlab.studies import StudyState
from tests.labs import NOW, claim
from tests.studies import spec
from tests.sweeps import start, sweep

FIRST, SECOND = preset("lstm", units=4), preset("lstm", units=5)


def lapse(store):
    """Let all leases run out."""
    with store.database.writing() as connection:
        connection.execute(sa.update(leases).values(ends_at=1.0))


def add(store, study, holder, number, config=FIRST):
    return store.sweeps.add_point(study.id, holder, (0, number), [config], now=NOW)


def test_sweep_comes_back_as_it_was_stored_and_has_no_runs_yet(store):
    study = start(store, sweep("lstm", "gru"))
    assert (study.name, study.state, study.runs) == ("sweep-1", StudyState.RUNNING, ())
    assert store.studies.get(study.id).spec == sweep("lstm", "gru")


def test_one_holder_has_the_lease_until_it_ends(store):
    study = start(store, sweep())
    assert store.sweeps.unattended()
    assert store.sweeps.take(study.id, "a") and store.sweeps.take(study.id, "a")
    assert not store.sweeps.take(study.id, "b")
    assert not store.sweeps.unattended()
    lapse(store)
    assert store.sweeps.unattended()
    assert store.sweeps.take(study.id, "b") and not store.sweeps.take(study.id, "a")
    store.sweeps.release(study.id, "b")
    assert store.sweeps.take(study.id, "a")


def test_grids_and_ended_sweeps_need_no_coordinator(store):
    store.studies.create(spec(), (), now=NOW)
    assert not store.sweeps.unattended() and store.sweeps.searching() == ()
    study = start(store, sweep())
    assert store.sweeps.searching() == (study.id,)
    store.studies.stop(study.id, now=NOW)
    assert not store.sweeps.unattended()


def test_point_is_added_once_by_the_holder_in_its_turn(store):
    study = start(store, sweep())
    assert not add(store, study, "a", 0)  # it holds no lease
    store.sweeps.take(study.id, "a")
    assert add(store, study, "a", 0)
    assert not add(store, study, "a", 0, SECOND)  # that number is there
    assert not add(store, study, "a", 2, SECOND)  # it is not the next
    assert add(store, study, "a", 1, SECOND)
    links = store.studies.get(study.id).runs
    assert {(link.candidate, link.point) for link in links} == {(0, 0), (0, 1)}
    assert not any(link.reused for link in links)
    assert store.sweeps.waiting(study.id) == {0: 2}
    lapse(store)
    assert not add(store, study, "a", 2, preset("lstm", units=6))


def test_paused_or_stopped_sweep_gets_no_point(store):
    study = start(store, sweep())
    store.sweeps.take(study.id, "a")
    assert store.sweeps.pause(study.id).state is StudyState.PAUSED
    assert not add(store, study, "a", 0)
    store.studies.stop(study.id, now=NOW)
    assert not add(store, study, "a", 0)


def test_stopped_sweep_stops_what_it_queued(store):
    study = start(store, sweep())
    store.sweeps.take(study.id, "a")
    add(store, study, "a", 0)
    add(store, study, "a", 1, SECOND)
    running = claim(store)
    store.studies.stop(study.id, now=NOW)
    assert store.get(running.run.id).stop_requested
    assert store.queued_count() == 0


def test_resumable_run_counts_as_waited_for(store):
    study = start(store, sweep())
    store.sweeps.take(study.id, "a")
    add(store, study, "a", 0)
    claim(store).end(RunState.INTERRUPTED, now=NOW)
    assert store.sweeps.waiting(study.id) == {0: 1}


def test_importance_and_failure_are_recorded(store):
    study = start(store, sweep("lstm", "gru"))
    store.sweeps.record_importance(study.id, [{"units": 0.75, "learning_rate": 0.25}, None])
    assert store.studies.get(study.id).importance == ({"units": 0.75, "learning_rate": 0.25}, None)
    store.sweeps.fail(study.id, "no point", now=NOW)
    assert (store.studies.get(study.id).state, store.studies.get(study.id).error) == (
        StudyState.FAILED,
        "no point",
    )


def test_run_that_falls_behind_is_stopped_where_its_epoch_is_recorded(store):
    study = start(store, sweep(runs=9), name="wide")
    store.sweeps.take(study.id, "a")
    for units in range(1, 8):
        accuracy = 0.8 if units < 6 else 0.5
        add(store, study, "a", units - 1, preset("lstm", units=units, epochs=3))
        attempt = claim(store)
        epoch = Epoch(1, 0.6, 0.6, 0.6, accuracy, 1.0)
        behind = attempt.record_epoch(epoch, checkpoint=b"checkpoint", best=b"weights")
        assert behind == (units > 5)
        attempt.end(RunState.STOPPED if behind else RunState.FINISHED, now=NOW)
    assert store.get(attempt.run.id).stop_reason == (
        "Stopped by sweep wide after epoch 1: below the median."
    )
