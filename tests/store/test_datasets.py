"""Datasets of one's own in a store: found by name or id, deleted only when nothing needs them."""

import sqlite3
from contextlib import closing

import pytest

from rnnlab import datasets
from rnnlab.config import preset
from rnnlab.errors import DataError, DatasetNotFound, InvalidField, WrongState
from rnnlab.lab import Lab
from rnnlab.store import RunStore
from tests.labs import NOW
from tests.own import add_own, own_reviews


@pytest.fixture
def lab(lab_home):
    return Lab()


def test_dataset_is_found_by_name_id_and_start_of_id(lab):
    own = add_own(lab)
    for text in (own.id, own.id[:8], "mine"):
        assert lab.store.datasets.find(text) == own
    with pytest.raises(DatasetNotFound, match="`rnnlab data list` lists them"):
        lab.store.datasets.find("other")


def test_same_reviews_under_the_same_name_are_kept_once(lab):
    own = add_own(lab)
    assert add_own(lab) == own
    assert lab.store.datasets.all() == (own,)
    with pytest.raises(WrongState, match=f"already, as mine \\({own.id}\\)"):
        add_own(lab, "again")


def test_name_of_another_dataset_is_refused(lab):
    add_own(lab)
    with pytest.raises(InvalidField, match="one that no other dataset has"):
        add_own(lab, "Mine", given=False)
    other = add_own(lab, "second", given=False)
    with pytest.raises(InvalidField, match="one that no other dataset has"):
        lab.store.datasets.rename(other.id, "mine")
    lab.store.datasets.rename(other.id, "Second")
    assert lab.store.datasets.get(other.id).name == "Second"


@pytest.mark.parametrize("name", ["bundled", "Keras", "counting", "own-0123456789ab", "lstm", ""])
def test_name_that_means_something_else_is_refused(lab, name):
    with pytest.raises(InvalidField, match=r"^name"):
        lab.add_dataset(own_reviews(), name)


def test_dataset_that_a_run_needs_is_not_deleted(lab):
    own = add_own(lab)
    run = lab.store.enqueue(preset("lstm", dataset=own.id), now=NOW)
    with pytest.raises(WrongState, match="while 1 run of this lab"):
        lab.delete_dataset(own.id)
    lab.store.delete(run.id)
    datasets.load(own.id, lab.home)
    lab.delete_dataset(own.id)
    with pytest.raises(DatasetNotFound, match=f"no dataset {own.id}: add its file"):
        datasets.load(own.id, lab.home)


def test_dataset_is_read_with_nothing_but_its_home(lab):
    own = add_own(lab)
    assert not datasets.is_ready(own.id, lab.home)
    assert datasets.prepare(own.id, lab.home) == own.fingerprint
    dataset = datasets.load(own.id, lab.home)
    assert datasets.is_ready(own.id, lab.home)
    assert [dataset.text(row) for row in range(3)] == list(own_reviews().texts[:3])
    assert dataset.fingerprint == own.fingerprint
    split = dataset.split(preset("lstm", dataset=own.id, test_set=True))
    assert (len(split.train), len(split.validation), len(split.test)) == own.parts


def test_lab_without_the_dataset_says_so(lab_home):
    for ask in (datasets.load, datasets.prepare, datasets.is_ready):
        with pytest.raises(DataError, match="this lab has no dataset own-0123456789ab"):
            ask("own-0123456789ab", Lab().home)


def test_damaged_reviews_are_noticed(lab):
    own = add_own(lab)
    with closing(sqlite3.connect(lab.home / "lab.db")) as connection, connection:
        connection.execute("UPDATE datasets SET content = x'00'")
    with pytest.raises(DataError, match=r"reviews of the dataset mine .* are damaged"):
        datasets.load(own.id, lab.home)


def test_dataset_is_part_of_the_store_alone(lab, tmp_path, monkeypatch):
    own = add_own(lab)
    lab.store.close()
    monkeypatch.setenv("RNNLAB_STORE", f"sqlite:///{lab.home}/lab.db")
    assert datasets.load(own.id, tmp_path / "other").fingerprint == own.fingerprint
    assert RunStore(f"sqlite:///{lab.home}/lab.db").datasets.all() == (own,)
