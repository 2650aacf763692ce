"""Fair shares: owners take turns, and none has more runs in training than the limit."""

import threading

import pytest

from rnnlab import home
from rnnlab.config import preset
from rnnlab.errors import InvalidField
from rnnlab.owners import checked_owner, current_owner, owner_limit
from rnnlab.runs import RunState
from rnnlab.store import RunStore
from rnnlab.study import plan
from rnnlab.worker.launch import LocalExecutor
from tests.labs import NOW


def enqueue(store, owner, *seeds):
    return [
        store.enqueue(preset("lstm", seed=seed), now=NOW + seed, owner=owner).id for seed in seeds
    ]


def claims(store, number, **limit):
    """What is claimed next, as "ann 2" for seed 2 of ann; None where there is nothing."""
    attempts = [
        store.claim_next("w", machine="here", now=NOW + 100 + at, **limit) for at in range(number)
    ]
    return [a and f"{a.run.owner} {a.run.config.seed}" for a in attempts]


def test_owners_take_turns_whoever_queued_first(store):
    enqueue(store, "ann", 1, 2, 3, 4)
    enqueue(store, "bob", 5, 6)
    enqueue(store, "cid", 7)
    assert claims(store, 8) == ["ann 1", "bob 5", "cid 7", "ann 2", "bob 6", "ann 3", "ann 4", None]


def test_queue_is_listed_in_the_order_of_the_claims(store):
    enqueue(store, "ann", 1, 2, 3)
    enqueue(store, "bob", 4, 5)
    claims(store, 1)
    listed = [store.get(run_id).config.seed for run_id in store.queue()]
    assert listed == [4, 2, 5, 3]
    assert claims(store, 4) == ["bob 4", "ann 2", "bob 5", "ann 3"]


def test_owner_with_fewest_runs_in_training_comes_first(store):
    enqueue(store, "ann", 1, 2, 3)
    claims(store, 2)
    enqueue(store, "bob", 4)
    enqueue(store, "bob", 5)
    assert claims(store, 3) == ["bob 4", "bob 5", "ann 3"]


def test_of_owners_with_as_many_the_one_whose_claim_is_longest_ago_comes_first(store):
    enqueue(store, "ann", 1)
    enqueue(store, "bob", 2)
    for _ in range(2):
        attempt = store.claim_next("w", machine="here", now=NOW + 50)
        attempt.end(RunState.FINISHED, now=NOW + 60)
    enqueue(store, "bob", 3)
    enqueue(store, "ann", 4)
    store.claim_next("w", machine="here", now=NOW + 70).end(RunState.FINISHED, now=NOW + 80)
    assert [run.owner for run in store.runs([RunState.QUEUED])] == ["ann"]
    enqueue(store, "bob", 5)
    assert claims(store, 2) == ["ann 4", "bob 5"]


def test_no_owner_has_more_runs_in_training_than_the_limit(store):
    enqueue(store, "ann", 1, 2, 3)
    enqueue(store, "bob", 4)
    assert store.claimable_count(owner_limit=2) == 3
    assert claims(store, 4, owner_limit=2) == ["ann 1", "bob 4", "ann 2", None]
    assert store.claimable_count(owner_limit=2) == 0
    assert store.claimable_count(owner_limit=None) == 1


def test_limit_holds_for_one_owner_alone(store):
    enqueue(store, "ann", 1, 2)
    assert claims(store, 2, owner_limit=1) == ["ann 1", None]


def test_claims_at_once_give_no_owner_more_than_the_limit(store):
    enqueue(store, "ann", *range(8))
    enqueue(store, "bob", *range(8))
    taken, barrier = [], threading.Barrier(4)

    def claim_all():
        own = RunStore(home.store_url())
        barrier.wait(60)
        while attempt := own.claim_next("w", machine="here", now=NOW, owner_limit=3):
            taken.append(attempt.run.owner)
        own.close()

    threads = [threading.Thread(target=claim_all) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(taken) == ["ann"] * 3 + ["bob"] * 3


def test_run_keeps_its_owner_when_it_is_resumed(store):
    (run_id,) = enqueue(store, "ann", 1)
    attempt = store.claim_next("w", machine="here", now=NOW)
    attempt.end(RunState.INTERRUPTED, now=NOW)
    store.resume(run_id, now=NOW)
    assert store.get(run_id).owner == "ann"


def test_all_runs_of_a_study_belong_to_its_owner(store):
    spec = plan.make_spec([preset("lstm")])
    configs = plan.search_configs(spec)
    study = store.studies.create(spec, configs, now=NOW, owner="ann")
    while attempt := store.claim_next("w", machine="here", now=NOW):
        attempt.end(RunState.FINISHED, now=NOW)
    store.studies.begin_final(study.id, [preset("lstm")], [preset("lstm", seed=99)], now=NOW)
    assert {run.owner for run in store.runs()} == {"ann"}
    assert len(store.runs()) == len(configs) + 1
    assert all("owner" not in run.manifest for run in store.runs())


def test_as_many_workers_are_wanted_as_can_train_at_once(store, monkeypatch):
    monkeypatch.setenv("RNNLAB_OWNER_LIMIT", "1")
    monkeypatch.setattr("rnnlab.worker.launch.start_process", lambda _: NeverEnds())
    enqueue(store, "ann", 1, 2, 3)
    enqueue(store, "bob", 4)
    assert LocalExecutor(store, limit=8).ensure() == 2


class NeverEnds:
    returncode = None

    def poll(self):
        return None


def test_owner_is_the_environments_else_the_login_name(monkeypatch):
    monkeypatch.delenv("RNNLAB_OWNER", raising=False)
    monkeypatch.setenv("LOGNAME", "ann")
    assert current_owner() == "ann"
    monkeypatch.setenv("RNNLAB_OWNER", "bob@x.org")
    assert current_owner() == "bob@x.org"


def test_user_without_a_name_is_an_owner_too(monkeypatch):
    def nobody():
        raise OSError("no such user")

    monkeypatch.delenv("RNNLAB_OWNER", raising=False)
    monkeypatch.setattr("getpass.getuser", nobody)
    assert current_owner().startswith("user ")


@pytest.mark.parametrize("name", ["", "x" * 81, "a\u202eb", "\u200d"])
def test_owner_that_cannot_be_seen_is_refused(name):
    with pytest.raises(InvalidField, match="owner must be"):
        checked_owner(name)


@pytest.mark.parametrize("text", ["0", "many", "nan", "-1"])
def test_limit_that_is_no_number_of_runs_is_refused(monkeypatch, text):
    monkeypatch.setenv("RNNLAB_OWNER_LIMIT", text)
    with pytest.raises(InvalidField, match="RNNLAB_OWNER_LIMIT must be 1–10000, got"):
        owner_limit()


def test_without_a_limit_there_is_none(monkeypatch):
    monkeypatch.delenv("RNNLAB_OWNER_LIMIT", raising=False)
    assert owner_limit() is None
