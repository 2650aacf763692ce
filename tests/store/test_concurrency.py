"""What holds while several write at once: one order of row ids, one name each, one state read."""

import threading

import pytest

from rnnlab import home
from rnnlab.config import preset
from rnnlab.runs import RunState
from rnnlab.store import RunStore
from tests.labs import NOW, claimed, finished_run, train

PATIENCE_S = 60


@pytest.fixture
def other(store):
    """Another connection to the same store."""
    other = RunStore(home.store_url())
    yield other
    other.close()


def in_threads(*works):
    """Do all of these at once."""
    threads = [threading.Thread(target=work, daemon=True) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
        assert not thread.is_alive()


def enqueue_ten(store, first_seed):
    for number in range(10):
        store.enqueue(preset("lstm", seed=first_seed + number), now=NOW)


def test_runs_that_are_queued_at_once_get_names_of_their_own(store, other):
    in_threads(lambda: enqueue_ten(store, 0), lambda: enqueue_ten(other, 100))
    assert len({run.name for run in store.runs()}) == 20


def test_equal_configs_that_are_queued_at_once_are_trained_once(store, other):
    configs = [(preset("lstm", seed=seed), None) for seed in range(10)]
    in_threads(*(lambda s=s: s.enqueue_all(configs, now=NOW) for s in (store, other)))
    assert len(store.runs()) == 10


def test_run_is_resumed_once_though_two_ask_for_it(store, other):
    attempt = claimed(store)
    attempt.end(RunState.INTERRUPTED, now=NOW)
    results = []

    def resume(which):
        results.append(which.resume_interrupted(now=NOW))

    in_threads(lambda: resume(store), lambda: resume(other))
    assert sorted(map(len, results)) == [0, 1]


def test_reader_that_follows_each_run_misses_no_epoch_of_two_that_are_recorded_at_once(
    store, other
):
    store.workers.register("w1", now=NOW, limit=2)
    store.workers.register("w2", now=NOW, limit=2)
    attempts = []
    for number, which in enumerate((store, other), start=1):
        which.enqueue(preset("lstm", seed=number), now=NOW)
        attempts.append(which.claim_next(f"w{number}", machine="here", now=NOW))
    done = threading.Event()
    seen = {attempt.run.id: [] for attempt in attempts}
    reader = RunStore(home.store_url())

    def follow():
        while True:
            last = done.is_set()
            for run_id, epochs in seen.items():
                after = epochs[-1].row_id if epochs else 0
                epochs += reader.epochs_of([run_id], after=after)
            if last:
                return

    following = threading.Thread(target=follow, daemon=True)
    following.start()
    in_threads(*(lambda a=attempt: train(a, 40) for attempt in attempts))
    done.set()
    following.join(PATIENCE_S)
    reader.close()
    for epochs in seen.values():
        assert [epoch.epoch for epoch in epochs] == list(range(1, 41))


def test_read_sees_one_state_while_others_write(store, other):
    finished_run(store)
    with store.database.reading() as connection:
        before = connection.exec_driver_sql("SELECT count(*) FROM runs").scalar_one()
        if connection.dialect.name == "postgresql":  # a file's reader may keep writers waiting
            other.enqueue(preset("gru"), now=NOW)
        assert connection.exec_driver_sql("SELECT count(*) FROM runs").scalar_one() == before


def test_each_change_of_two_writers_grows_the_version(store, other):
    before = store.version()
    in_threads(lambda: enqueue_ten(store, 0), lambda: enqueue_ten(other, 100))
    assert store.version() == before + 20
