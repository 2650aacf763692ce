"""The queue: what is queued, claimed and not queued again."""

import subprocess
import sys

import pytest
import sqlalchemy as sa

from rnnlab import home
from rnnlab.config import preset
from rnnlab.errors import InvalidField, QueueFull
from rnnlab.runs import RunState
from rnnlab.store.schema import expected
from rnnlab.store.study_links import add_runs
from rnnlab.study import plan
from tests.labs import NOW, claimed, failed_run, finished_run

SPEC = plan.make_spec([preset("lstm")])


def test_longest_waiting_run_is_claimed_first_and_none_twice(store):
    for seed in (1, 2):
        store.enqueue(preset("lstm", seed=seed), now=NOW + seed)
    claims = [store.claim_next("w", machine="here", now=NOW + 9) for _ in range(3)]
    assert [claim and claim.run.config.seed for claim in claims] == [1, 2, None]
    assert store.queued_count() == 0


def seeds(*numbers, **changes):
    return [(preset("lstm", seed=number, **changes), None) for number in numbers]


def test_runs_that_are_queued_together_are_claimed_in_their_order(store):
    found = store.enqueue_all(seeds(*range(20, 0, -1)), now=NOW)
    assert store.queue() == tuple(run.id for run in found)
    assert [run.name for run in found] == [f"lstm-{number}" for number in range(1, 21)]
    claims = [store.claim_next("w", machine="here", now=NOW).run.config.seed for _ in found]
    assert claims == list(range(20, 0, -1))


def test_config_that_is_trained_or_on_its_way_is_not_queued_again(store):
    finished = finished_run(store, preset("lstm", seed=1))
    running = claimed(store, preset("lstm", seed=2)).run
    failed = failed_run(store, preset("lstm", seed=4))
    queued = store.enqueue(preset("lstm", seed=3), now=NOW)
    found = store.enqueue_all(seeds(1, 2, 3, 4), now=NOW + 9)
    assert [run.id for run in found[:3]] == [finished.id, running.id, queued.id]
    assert found[3].id != failed.id
    assert found[3].state is RunState.QUEUED
    assert len(store.runs()) == 5
    (other,) = store.enqueue_all(seeds(1, units=4), now=NOW + 9)
    assert other.state is RunState.QUEUED


def test_finished_run_stands_for_a_config_rather_than_one_that_is_queued(store):
    finished = finished_run(store)
    store.enqueue(preset("lstm"), now=NOW - 8)
    assert store.enqueue_all([(preset("lstm"), None)], now=NOW)[0].id == finished.id


def test_run_on_other_reviews_does_not_stand_for_a_config(store):
    config = preset("lstm", dataset="keras")
    before = store.enqueue(config, now=NOW, manifest={"dataset_sha256": "a"})
    (again,) = store.enqueue_all([(config, None)], now=NOW, manifest={"dataset_sha256": "a"})
    (other,) = store.enqueue_all([(config, None)], now=NOW, manifest={"dataset_sha256": "b"})
    assert again.id == before.id != other.id


def test_bad_name_among_runs_that_are_queued_together_queues_none(store):
    named = [(preset("lstm", seed=1), "fine"), (preset("lstm", seed=2), "x" * 81)]
    with pytest.raises(InvalidField, match="name must be 1–80 characters"):
        store.enqueue_all(named, now=NOW)
    assert store.runs() == ()


CLAIM_ALL = """
import sys
from rnnlab.store import RunStore
store = RunStore(sys.argv[1])
while claim := store.claim_next(sys.argv[2], machine="here", now=1.0):
    print(claim.run.id)
"""


def test_four_processes_claim_forty_runs_none_twice(store):
    wanted = sorted(store.enqueue(preset("gru"), now=NOW + n).id for n in range(40))
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", CLAIM_ALL, home.store_url(), f"worker-{n}"],
            stdout=subprocess.PIPE,
            text=True,
        )
        for n in range(4)
    ]
    claimed_ids = [line for process in processes for line in process.communicate()[0].split()]
    assert sorted(claimed_ids) == wanted


def test_what_is_expected_is_the_latest_guess_while_it_is_new(store):
    assert store.expected.get(since=0) is None
    version = store.version()
    store.expected.put(preset("gru", dropout=0.25), now=NOW)
    store.expected.put(preset("lstm", maxlen=50), now=NOW + 1)
    assert store.expected.get(since=NOW + 1) == preset("lstm", maxlen=50)
    assert store.expected.get(since=NOW + 2) is None
    assert store.version() == version  # no page is to draw itself anew for it


def test_what_is_expected_is_not_any_more_once_its_run_is_claimed(store):
    store.expected.put(preset("lstm", maxlen=50), now=NOW)
    claimed(store, preset("gru"))
    assert store.expected.get(since=NOW) == preset("lstm", maxlen=50)
    claimed(store, preset("lstm", maxlen=50))
    assert store.expected.get(since=NOW) is None


def test_guess_of_another_version_is_none(store):
    with store.database.writing() as connection:
        connection.execute(sa.update(expected).values(config={"arch": "rwkv"}, at=NOW))
    assert store.expected.get(since=NOW) is None


def test_queue_keeps_its_order_when_the_clock_is_set_back(store):
    attempt = claimed(store)
    first = store.enqueue(preset("lstm"), now=NOW)
    second = store.enqueue(preset("gru"), now=NOW - 3_600)
    attempt.end(RunState.INTERRUPTED, now=NOW)
    store.resume(attempt.run.id, now=NOW - 7_200)
    assert store.queue() == (first.id, second.id, attempt.run.id)


@pytest.fixture
def three_may_wait(monkeypatch):
    monkeypatch.setattr("rnnlab.store.enqueue.MAX_QUEUED", 3)


def test_queue_that_is_full_says_so_and_what_to_do(store, three_may_wait):
    store.enqueue_all(seeds(1, 2), now=NOW)
    store.enqueue(preset("gru"), now=NOW)
    for queue_more in (
        lambda: store.enqueue(preset("lstm", seed=3), now=NOW),
        lambda: store.enqueue_all(seeds(3), now=NOW),
        lambda: store.studies.create(SPEC, plan.search_configs(SPEC), now=NOW),
    ):
        with pytest.raises(QueueFull, match=r"at most 3 may: wait until .* or stop some"):
            queue_more()
    assert store.queued_count() == 3 and store.studies.all() == ()


def test_of_runs_that_are_queued_together_none_is_where_not_all_may_wait(store, three_may_wait):
    with pytest.raises(QueueFull, match="4 runs would wait"):
        store.enqueue_all(seeds(1, 2, 3, 4), now=NOW)
    assert store.queued_count() == 0


def test_full_queue_still_returns_runs_that_wait_already(store, three_may_wait):
    runs = store.enqueue_all(seeds(1, 2, 3), now=NOW)
    assert store.enqueue_all(seeds(3), now=NOW) == runs[2:]


def test_running_and_ended_runs_take_no_place_in_the_queue(store, three_may_wait):
    store.enqueue_all(seeds(1, 2, 3), now=NOW)
    store.claim_next("w", machine="here", now=NOW)
    store.enqueue(preset("gru"), now=NOW)


def test_study_that_has_begun_queues_its_next_runs_however_many_wait(store, three_may_wait):
    study = store.studies.create(SPEC, [], now=NOW)
    store.enqueue_all(seeds(1, 2, 3), now=NOW)
    with store.database.writing() as connection:
        add_runs(connection, study.id, "final", [preset("gru", seed=9)], now=NOW)
    assert store.queued_count() == 4
