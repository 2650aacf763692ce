"""A server that goes away and comes back: nothing that was recorded is lost, or recorded twice."""

import threading
import time

import pytest

from rnnlab import machine
from rnnlab.config import preset
from rnnlab.errors import StoreUnreachable
from rnnlab.lab import Lab
from rnnlab.runs import RunState
from rnnlab.store import RunStore, postgresql
from tests.labs import NOW, claimed, finished_run, train
from ui import reader

PATIENCE_S = 120


@pytest.fixture
def store(postgresql_url):
    """A store on a server, as a worker's child uses it."""
    store = RunStore(postgresql_url, busy_timeout_s=PATIENCE_S)
    store.database.be_patient()
    yield store
    store.close()


@pytest.fixture
def impatient(postgresql_url):
    """The same store, as people use it."""
    store = RunStore(postgresql_url)
    yield store
    store.close()


@pytest.fixture
def lose_answer(monkeypatch):
    """A function that loses the answer to a store's next commit, done or not."""

    def lose(store, *, done):
        with store.database.reading() as connection:
            dialect = connection.dialect
        commit = dialect.do_commit

        def commit_and_die(connection):
            monkeypatch.setattr(dialect, "do_commit", commit)
            if done:
                commit(connection)
            connection.pgconn.finish()
            commit(connection)  # raises: nobody is there any more

        monkeypatch.setattr(dialect, "do_commit", commit_and_die)

    return lose


def test_epochs_are_all_recorded_once_though_the_server_is_restarted(store, postgresql):
    attempt = claimed(store)
    training = threading.Thread(target=train, args=(attempt, 60), daemon=True)
    training.start()
    while len(store.epochs(attempt.run.id)) < 5:
        time.sleep(0.01)
    postgresql.restart()
    training.join(PATIENCE_S)
    assert not training.is_alive()
    assert [epoch.epoch for epoch in store.epochs(attempt.run.id)] == list(range(1, 61))
    assert store.get(attempt.run.id).seconds == 60


@pytest.mark.parametrize("done", [True, False])
def test_epoch_whose_commit_was_not_answered_is_recorded_once(store, lose_answer, done):
    attempt = claimed(store)
    train(attempt, 1)
    lose_answer(store, done=done)
    train(attempt, 2, first=2)
    assert [epoch.epoch for epoch in store.epochs(attempt.run.id)] == [1, 2, 3]
    assert store.get(attempt.run.id).seconds == 3


@pytest.mark.parametrize("done", [True, False])
def test_end_whose_commit_was_not_answered_is_recorded_once(store, lose_answer, done):
    attempt = claimed(store)
    train(attempt, 1)
    lose_answer(store, done=done)
    attempt.end(RunState.FINISHED, now=NOW + 9)
    assert store.get(attempt.run.id).state is RunState.FINISHED


@pytest.mark.parametrize("done", [True, False])
def test_claim_that_was_not_answered_is_taken_up_by_the_next(impatient, lose_answer, done):
    first = impatient.enqueue(preset("gru"), now=NOW)
    impatient.enqueue(preset("lstm"), now=NOW + 1)
    impatient.workers.register("w", now=NOW, limit=1)
    lose_answer(impatient, done=done)
    with pytest.raises(StoreUnreachable):
        impatient.claim_next("w", machine="here", now=NOW)
    attempt = impatient.claim_next("w", machine="here", now=NOW)
    assert attempt.run.id == first.id
    train(attempt, 1)
    assert len(impatient.runs([RunState.RUNNING])) == 1


def test_person_is_told_at_once_and_a_page_keeps_the_last_snapshot(impatient, postgresql):
    finished_run(impatient)
    now = [0.0]
    lab = Lab(busy_timeout_s=reader.BUSY_TIMEOUT_S)
    lab_reader = reader.Reader(lab, clock=lambda: now[0])
    before = lab_reader.snapshot()
    postgresql.stop()
    try:
        with pytest.raises(StoreUnreachable, match=r"does not answer .*: what is recorded is safe"):
            impatient.enqueue(preset("gru"), now=NOW)
        now[0] += reader.RETRY_S
        stale = lab_reader.snapshot()
        assert stale.runs == before.runs
        assert stale.stale_since is not None
    finally:
        postgresql.start()
    now[0] += reader.RETRY_S
    assert lab_reader.snapshot().stale_since is None
    lab.store.close()


def test_program_that_is_frozen_while_it_writes_keeps_others_out_for_a_while_only(
    postgresql_url, monkeypatch
):
    monkeypatch.setattr(postgresql, "IDLE_IN_TRANSACTION_S", 1)
    frozen, other = RunStore(postgresql_url), RunStore(postgresql_url)
    with pytest.raises(StoreUnreachable), frozen.database.writing():
        other.enqueue(preset("gru"), now=NOW)
    assert len(frozen.runs()) == 1
    frozen.close()
    other.close()


def test_times_are_those_of_the_server_whatever_this_machines_clock_says(
    postgresql_url, monkeypatch
):
    right = time.time()
    monkeypatch.setattr(machine, "_EPOCH", machine._EPOCH - 3_600)
    monkeypatch.setattr(time, "time", lambda: right - 3_600)
    store = RunStore(postgresql_url)
    assert store.now() == pytest.approx(right, abs=60)
    attempt = claimed(store, now=store.now())
    assert attempt.now() == pytest.approx(right, abs=60)
    store.close()
