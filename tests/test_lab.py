"""Lab: what it queues for a person who asks for several seeds."""

import dataclasses
import time

import pytest

from rnnlab.config import ARCHITECTURES, preset
from rnnlab.errors import InvalidField
from rnnlab.lab import Lab


@pytest.fixture
def lab(store, monkeypatch):
    """A lab whose only worker is this process, so that it starts none."""
    monkeypatch.setenv("RNNLAB_WORKERS", "1")
    store.workers.register("worker-1", now=time.time(), limit=1)
    return Lab()


def test_seeds_are_the_next_from_the_configs_on(lab):
    found = lab.train_seeds(preset("gru", seed=7), 3)
    assert [run.config for run in found] == [preset("gru", seed=seed) for seed in (7, 8, 9)]
    assert [run.name for run in found] == ["gru-1", "gru-2", "gru-3"]
    assert len({run.manifest["dataset_sha256"] for run in found}) == 1


def test_seed_that_is_there_already_is_given_and_not_trained_again(lab):
    first = lab.train(preset("gru", seed=8))
    found = lab.train_seeds(preset("gru", seed=7), 3)
    assert found[1].id == first.id
    assert len(lab.store.runs()) == 3
    assert [run.id for run in lab.train_seeds(preset("gru", seed=7), 3)] == [r.id for r in found]


@pytest.mark.parametrize(
    ("seeds", "names"), [(1, ["my gru"]), (3, ["my gru 1", "my gru 2", "my gru 3"])]
)
def test_name_is_numbered_where_there_are_several(lab, seeds, names):
    found = lab.train_seeds(preset("gru"), seeds, name=" my  gru ")
    assert [run.name for run in found] == names


@pytest.mark.parametrize("name", ["", "  ", "x" * 79])
def test_name_that_is_empty_or_too_long_with_its_number_queues_nothing(lab, name):
    with pytest.raises(InvalidField, match="name must be 1–80 characters"):
        lab.train_seeds(preset("gru"), 10, name=name)
    assert lab.store.runs() == ()


@pytest.mark.parametrize("seeds", [0, -1, 51, 2.5])
def test_number_of_seeds_has_a_limit(lab, seeds):
    with pytest.raises(InvalidField, match=f"seeds must be 1–50, got {seeds}: "):
        lab.train_seeds(preset("gru"), seeds)


def test_seeds_beyond_the_last_are_refused_and_none_is_queued(lab):
    last = 2**32 - 1
    assert len(lab.train_seeds(preset("gru", seed=last - 1), 2)) == 2
    with pytest.raises(InvalidField, match="seed must be 0–4294967295, got 4294967296"):
        lab.train_seeds(preset("lstm", seed=last), 2)
    assert len(lab.store.runs()) == 2


def test_network_without_chance_is_trained_once(lab, monkeypatch):
    sure = dataclasses.replace(ARCHITECTURES["gru"], unused=frozenset({"seed"}))
    monkeypatch.setitem(ARCHITECTURES, "gru", sure)
    config = preset("gru")
    assert config.seed is None
    with pytest.raises(InvalidField, match=r"seeds must be 1 for gru, got 2: .*one run is enough"):
        lab.train_seeds(config, 2)
    (run,) = lab.train_seeds(config, 1)
    assert lab.train_seeds(config, 1)[0].id == run.id
