"""The starter runs in a lab: brought in once, apart from a person's runs, hidden and shown."""

import json
import sqlite3

import pytest

from rnnlab.config import preset
from rnnlab.lab import Lab
from rnnlab.starters import package
from rnnlab.store import migrations
from tests import labs
from tests.commands import document


@pytest.fixture
def new_lab(lab_home, monkeypatch):
    """A new lab, as a person meets it."""
    monkeypatch.setenv("RNNLAB_STARTERS", "1")
    return Lab()


def test_new_lab_has_the_starters_beside_its_own_runs(new_lab):
    assert new_lab.store.runs() == ()
    assert [run.name for run in new_lab.store.starters.all()] == list(package.configs())
    assert new_lab.store.find("starter-lstm-1").config == preset("lstm")


def test_opening_a_lab_again_brings_no_deleted_starter_back(new_lab):
    run = new_lab.store.find("starter-lstm-1")
    new_lab.store.delete(run.id)
    assert run.id not in {other.id for other in Lab().store.starters.all()}


def test_lab_stays_empty_where_the_environment_says_so(lab_home):
    assert Lab().store.starters.all() == ()


def test_hidden_starters_stay_hidden_and_come_back_as_they_were(new_lab):
    before = new_lab.store.starters.all()
    epochs = new_lab.store.epochs(before[0].id)
    new_lab.hide_starters()
    assert Lab().store.starters.all() == ()
    new_lab.show_starters()
    assert new_lab.store.starters.all() == before
    figures = [(epoch.epoch, epoch.val_loss) for epoch in new_lab.store.epochs(before[0].id)]
    assert figures == [(epoch.epoch, epoch.val_loss) for epoch in epochs]


def test_hiding_leaves_a_persons_runs_alone(new_lab):
    run = labs.finished_run(new_lab.store)
    new_lab.hide_starters()
    assert new_lab.store.runs() == (run,)


def test_starter_is_never_taken_for_a_run_that_is_trained_already(new_lab):
    (run,) = new_lab.store.enqueue_all([(preset("lstm"), None)], now=labs.NOW)
    assert not run.is_starter
    assert (run.name, run.state) == ("lstm-1", "queued")


def test_lab_that_was_in_use_before_starts_with_them_hidden(lab_home, store, monkeypatch):
    labs.finished_run(store)
    store.close()
    with sqlite3.connect(lab_home / "lab.db") as connection:
        connection.execute("ALTER TABLE lab DROP COLUMN starters")
        connection.execute("UPDATE lab SET schema_version = 12")
    monkeypatch.setattr(migrations, "MIGRATIONS", migrations.MIGRATIONS[:12])  # none later
    monkeypatch.setenv("RNNLAB_STARTERS", "1")
    assert Lab().store.starters.all() == ()


def test_commands_list_them_apart_and_hide_and_show_them(new_lab, cli):
    assert document(cli("runs", "--json")) == []
    listed = document(cli("starters", "--json"))
    assert {run["starter"] for run in listed} == {True}
    assert len(listed) == 16
    assert cli("starters", "hide")[0] == 0
    assert document(cli("starters", "--json")) == []
    assert cli("starters", "show")[0] == 0
    assert len(document(cli("starters", "--json"))) == 16


def test_starters_classify_until_a_run_of_ones_own_has_finished(new_lab, cli):
    _, out, err = cli("classify", "--text", "a great film", "--json")
    assert len(json.loads(out)["results"]) == 16
    assert "these models came with rnnlab" in err
    labs.trained_run(new_lab.store, preset("lstm"))
    _, out, err = cli("classify", "--text", "a great film", "--json")
    assert [result["name"] for result in json.loads(out)["results"]] == ["lstm-1"]
    assert "came with rnnlab" not in err


def test_run_is_shown_by_its_name_or_id(new_lab, cli):
    run = new_lab.store.find("starter-gru-2")
    assert document(cli("show", run.id, "--json"))["name"] == "starter-gru-2"
