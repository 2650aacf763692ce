"""Workers of several machines on one PostgreSQL store: timed by its clock, whatever theirs say."""

import pytest
import sqlalchemy as sa

from rnnlab import machine
from rnnlab.config import preset
from rnnlab.errors import LostRun
from rnnlab.runs import RunState
from rnnlab.store import RunStore, clock
from rnnlab.store.schema import workers
from rnnlab.store.workers import LOST_ELSEWHERE_AFTER_S
from tests.labs import NOW, train


@pytest.fixture
def team_store(postgresql_url, monkeypatch):
    """A store on a server that has been there for long."""
    monkeypatch.setattr(clock, "answering_since", lambda _: sa.literal(0.0, sa.Double))
    store = RunStore(postgresql_url)
    yield store
    store.close()


@pytest.fixture
def on(monkeypatch):
    """Makes this process one of another machine."""

    def be_on(name):
        monkeypatch.setenv("RNNLAB_MACHINE", name)
        return name

    return be_on


def fall_silent(store, worker_id, seconds=LOST_ELSEWHERE_AFTER_S + 1):
    """Put a worker's last heartbeat into the past."""
    with store.database.writing() as connection:
        seen_at = clock.moment(connection, NOW).now - seconds
        connection.execute(
            sa.update(workers).where(workers.c.id == worker_id).values(seen_at=seen_at)
        )


def claim_on(store, name, worker_id, *, now=NOW):
    store.workers.register(worker_id, now=now, limit=9, slots=2)
    return store.claim_next(worker_id, machine=name, now=now)


def test_run_of_a_silent_worker_goes_on_elsewhere_from_its_last_epoch_once(team_store, on):
    store = team_store
    run_id = store.enqueue(preset("lstm"), now=NOW).id
    lost = claim_on(store, on("far"), "w-far")
    train(lost, 2)
    on("near")
    assert store.workers.mark_stalled(now=NOW) == ()
    fall_silent(store, "w-far")
    assert store.workers.mark_stalled(now=NOW) == (run_id,)
    assert store.workers.mark_stalled(now=NOW) == ()
    assert store.get(run_id).error == "Its worker on far fell silent."
    assert store.resume_interrupted(now=NOW) == (run_id,)
    again = claim_on(store, "near", "w-near")
    assert (again.run.id, again.run.epochs_done, again.run.machine) == (run_id, 2, "near")
    with pytest.raises(LostRun):
        train(lost, 1, first=3)
    assert not store.workers.heartbeat("w-far", now=NOW)
    train(again, 1, first=3)
    again.end(RunState.FINISHED, now=NOW)
    assert [epoch.epoch for epoch in store.epochs(run_id)] == [1, 2, 3]


def test_clocks_of_the_machines_play_no_part(team_store, on):
    team_store.enqueue(preset("lstm"), now=NOW)
    claim_on(team_store, on("far"), "w-far", now=NOW + 1e6)
    on("near")
    assert team_store.workers.mark_stalled(now=NOW - 1e6) == ()
    assert team_store.workers.mark_stalled(now=NOW + 1e9) == ()
    (worker,) = team_store.workers.all(now=0.0)
    assert worker.silent_s < LOST_ELSEWHERE_AFTER_S


def test_while_the_server_was_down_nobody_was_silent(team_store, on, monkeypatch):
    team_store.enqueue(preset("lstm"), now=NOW)
    claim_on(team_store, on("far"), "w-far")
    fall_silent(team_store, "w-far")
    on("near")
    monkeypatch.setattr(clock, "answering_since", clock.server_time)
    assert team_store.workers.mark_stalled(now=NOW) == ()


def test_heartbeat_that_comes_meanwhile_saves_a_worker(team_store, on, monkeypatch):
    run_id = team_store.enqueue(preset("lstm"), now=NOW).id
    claim_on(team_store, on("far"), "w-far")
    fall_silent(team_store, "w-far")
    on("near")
    writing = team_store.database.writing

    def heartbeat_first(**options):
        monkeypatch.setattr(team_store.database, "writing", writing)
        assert team_store.workers.heartbeat("w-far", now=NOW)
        return writing(**options)

    monkeypatch.setattr(team_store.database, "writing", heartbeat_first)
    assert team_store.workers.mark_stalled(now=NOW) == ()
    assert team_store.get(run_id).state is RunState.RUNNING


def test_machines_of_one_name_are_told_apart_by_their_boots(team_store, on, monkeypatch):
    run_id = team_store.enqueue(preset("lstm"), now=NOW).id
    name = on("laptop")
    claim_on(team_store, name, "w-other")
    process = machine.process_id(1)
    other = process.replace(machine.boot(), "0" * 36)
    with team_store.database.writing() as connection:
        connection.execute(sa.update(workers).values(process=other, pid=999_999_999))
    assert team_store.workers.mark_stalled(now=NOW) == ()
    assert team_store.workers.count() == 0
    assert team_store.get(run_id).state is RunState.RUNNING


def test_workers_are_listed_by_machine_with_what_they_train(team_store, on):
    run_id = team_store.enqueue(preset("lstm"), now=NOW).id
    claim_on(team_store, on("far"), "w-far")
    team_store.workers.register("w-near", now=NOW, limit=9)
    with team_store.database.writing() as connection:
        connection.execute(
            sa.update(workers).where(workers.c.id == "w-near").values(machine="near", about=None)
        )
    far, near = team_store.workers.all(now=NOW)
    assert (far.machine, far.run, far.slots) == ("far", run_id, 2)
    assert far.kind == machine.kind()
    assert (near.machine, near.run, near.slots, near.kind) == ("near", None, None, None)


def test_runs_of_other_machines_want_no_worker_here(team_store, on):
    for seed in (1, 2):
        team_store.enqueue(preset("lstm", seed=seed), now=NOW)
    claim_on(team_store, on("far"), "w-far")
    assert team_store.trainable_count("near", owner_limit=None) == 1
    assert team_store.trainable_count("far", owner_limit=None) == 2
