"""Who coordinates a sweep, and that its answer does not depend on who did."""

import pytest
import sqlalchemy as sa

from rnnlab.errors import WrongState
from rnnlab.runs import RunState
from rnnlab.store import RunStore
from rnnlab.store.schema import leases
from rnnlab.studies import StudyState
from rnnlab.study import propose, ranges
from rnnlab.study.coordinate import TRIES, Coordinator
from rnnlab.study.points import phase_configs
from tests import studies
from tests.labs import NOW, claim
from tests.sweeps import quality, search, start, states, sweep, to_the_end, train_one, tried


def lapse(store):
    """Let all leases run out."""
    with store.database.writing() as connection:
        connection.execute(sa.update(leases).values(ends_at=1.0))


def coordinator(store, name="a"):
    return Coordinator(store, name)


@pytest.fixture(autouse=True)
def renewing(monkeypatch):
    """Leases are renewed at each tick, as if time had passed."""
    monkeypatch.setattr("rnnlab.study.coordinate.RENEW_EVERY_S", 0.0)


def tick(which, workers=1):
    return which.tick(workers=workers, now=lambda: NOW)


def test_sweep_ends_with_winner_and_default_on_fresh_seeds(store):
    study = to_the_end(store, start(store, sweep("lstm", runs=8)))
    assert (study.state, study.phase) == (StudyState.FINISHED, "final")
    (winner,) = study.chosen
    assert quality(winner) == max(map(quality, tried(store, study)))
    runs = [store.get(run_id) for run_id in study.run_ids("final")]
    assert len(runs) == 6  # three fresh seeds of each
    assert {run.config.seed for run in runs} == {43, 44, 45}
    assert {run.config.learning_rate for run in runs} == {1e-4, winner.learning_rate}


def test_each_architecture_gets_the_same_budget(store):
    study = start(store, sweep("lstm", "gru", runs=5))
    search(store)
    assert [len(tried(store, study, place)) for place in range(2)] == [5, 5]


def test_as_many_points_are_in_training_as_there_are_workers(store):
    study, one = start(store, sweep("lstm", runs=10)), coordinator(store)
    assert tick(one, workers=3) == 3
    assert tick(one, workers=3) == 0
    assert store.queued_count() == 3
    train_one(store)
    assert tick(one, workers=3) == 1
    assert len(tried(store, study)) == 4


def test_one_coordinator_at_a_time_and_another_goes_on_when_its_lease_ends(store):
    start(store, sweep(runs=9))
    a, b = coordinator(store), coordinator(store, "b")
    assert (tick(a), tick(b)) == (1, None)
    assert not store.sweeps.unattended()
    train_one(store)
    assert tick(b) is None
    lapse(store)
    assert store.sweeps.unattended()
    assert (tick(b), tick(a)) == (1, None)


def test_coordinator_that_ends_gives_its_lease_up(store):
    start(store, sweep())
    a = coordinator(store)
    tick(a)
    a.stop()
    assert store.sweeps.unattended()


def test_slow_coordinator_adds_nothing_once_another_has_taken_over(store):
    study = start(store, sweep(runs=9))
    assert store.sweeps.take(study.id, "slow")
    lapse(store)
    tick(coordinator(store, "b"))
    config = propose.propose(store.studies.get(study.id), 0, {})
    assert not store.sweeps.add_point(study.id, "slow", (0, 1), [config], now=NOW)
    assert not store.sweeps.add_point(study.id, "b", (0, 0), [config], now=NOW)  # it is there
    assert len(tried(store, study)) == 1


def test_killed_coordinators_and_workers_change_nothing_of_the_answer(store, tmp_path):
    spec = sweep("lstm", "gru", runs=9, epochs=3)
    undisturbed = to_the_end(store, start(store, spec))
    expected = [tried(store, undisturbed, place) for place in range(2)]

    other = RunStore(f"sqlite:///{tmp_path / 'other.db'}")
    study = start(other, spec)
    for killed in range(2):
        search(other, coordinator(other, f"killed-{killed}"), most=6)
        tick(coordinator(other, f"killed-{killed}"))
        lapse(other)
    claim(other).end(RunState.INTERRUPTED, now=NOW)  # its worker has died
    other.resume_interrupted(now=NOW)
    ended = to_the_end(other, study)
    assert [tried(other, ended, place) for place in range(2)] == expected
    assert ended.chosen == undisturbed.chosen
    assert states(other, ended) == states(store, undisturbed)
    other.close()


def test_interrupted_run_is_waited_for_and_no_point_asked_in_its_place(store):
    study, one = start(store, sweep(runs=6)), coordinator(store)
    tick(one)
    attempt = claim(store)
    attempt.end(RunState.INTERRUPTED, now=NOW)
    assert tick(one) == 0
    store.resume_interrupted(now=NOW)
    search(store, one)
    assert len(tried(store, study)) == 6


def test_equal_run_that_is_trained_already_is_taken(store):
    first = start(store, sweep(runs=6))
    search(store)
    store.studies.stop(first.id, now=NOW)
    runs = len(store.runs())
    again = start(store, sweep(runs=6, fresh_seeds=4))
    assert search(store) == 0  # nothing is left to train
    assert len(store.runs()) == runs
    assert tried(store, again) == tried(store, first)


def test_paused_sweep_begins_nothing_and_goes_on_where_it_was(store):
    study = start(store, sweep(runs=8))
    search(store, most=3)
    store.sweeps.pause(study.id)
    assert search(store) <= 1  # what was in training goes on
    assert len(tried(store, study)) <= 4
    paused = store.studies.get(study.id)
    assert paused.state is StudyState.PAUSED and not store.sweeps.unattended()
    configs = phase_configs(*store.studies.with_runs(study.id))
    store.studies.resume(study.id, configs, now=NOW)
    search(store)
    assert len(tried(store, study)) == 8


def test_budget_can_be_raised_and_lowered_while_it_searches(store):
    study = start(store, sweep(runs=4))
    search(store)
    store.sweeps.set_budget(study.id, ranges.with_budget(study.spec, runs=7, minutes=None))
    search(store)
    assert len(tried(store, study)) == 7
    study = store.studies.get(study.id)
    store.sweeps.set_budget(study.id, ranges.with_budget(study.spec, runs=5, minutes=None))
    assert search(store) == 0
    assert to_the_end(store, study).state is StudyState.FINISHED


def test_budget_in_minutes_ends_the_search(store):
    study = start(store, sweep(minutes=0.2, prune=False))  # twelve seconds, of two seconds a run
    search(store)
    assert len(tried(store, study)) == 6


def test_stopped_run_is_trained_anew_as_the_same_point(store):
    study, one = start(store, sweep(runs=5)), coordinator(store)
    search(store, one, most=2)
    tick(one)
    before = tried(store, study)
    store.studies.stop(study.id, now=NOW)
    configs = phase_configs(*store.studies.with_runs(study.id))
    store.studies.resume(study.id, configs, now=NOW)
    search(store, one)
    assert tried(store, study)[: len(before)] == before
    assert states(store, study) == {"finished": 5}


def test_architecture_all_of_whose_points_fail_is_given_up(store):
    study, one = start(store, sweep(runs=40)), coordinator(store)
    for _ in range(40):
        tick(one)
        if (attempt := claim(store)) is None:
            break
        attempt.end(RunState.FAILED, now=NOW, error="the loss is not a number")
    assert states(store, study) == {"failed": 10}


def test_sweep_whose_next_point_cannot_be_found_fails_with_the_reason(store, monkeypatch):
    study, one = start(store, sweep()), coordinator(store)
    monkeypatch.setattr(propose, "propose", lambda *_: 1 / 0)
    for _ in range(TRIES):
        assert tick(one) == 0
    failed = store.studies.get(study.id)
    assert failed.state is StudyState.FAILED
    assert "next setting cannot be found (ZeroDivisionError" in failed.error


@pytest.mark.parametrize("action", ["pause", "set_budget"])
def test_grid_cannot_be_paused_or_given_a_budget(store, action):
    grid = studies.start(store, studies.spec())
    with pytest.raises(WrongState, match="only a sweep has a budget"):
        if action == "pause":
            store.sweeps.pause(grid.id)
        else:
            store.sweeps.set_budget(grid.id, grid.spec)
