"""Labs of earlier versions are upgraded when they are opened, and backed up first."""

import sqlite3
from contextlib import closing

import pytest
import sqlalchemy as sa

from rnnlab import home
from rnnlab.config import preset
from rnnlab.errors import StoreError
from rnnlab.store import RunStore, migrations
from tests.labs import NOW
from tests.processes import answers_of_two
from tests.store.upgrades import OPEN, tables

BACKUP = "lab.db.v1.bak"


def dump(path):
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


def opened():
    store = RunStore(home.store_url())
    store.close()
    return store


def test_lab_of_version_1_opens_with_all_its_runs_epochs_and_files(version_1):
    store = opened()

    runs = {run.name: run for run in store.runs()}
    assert sorted(runs) == ["lstm-1", "lstm-2", "lstm-3", "tfidf-logreg-1"]
    finished, running = runs["lstm-1"], runs["lstm-2"]
    assert finished.config == preset("lstm", seed=42)
    assert finished.is_trained
    assert finished.best_val_accuracy == 0.54
    assert finished.manifest == {"dataset_sha256": "abc"}
    assert running.progress.batch == 156
    assert runs["lstm-3"].error == "the loss is not a number"
    assert runs["tfidf-logreg-1"].config == preset("tfidf-logreg")
    assert [epoch.val_loss for epoch in store.epochs(finished.id)] == [0.68, 0.67]
    assert store.artifact(finished.id, "best") == b"weights"
    assert store.artifact(running.id, "checkpoint") == b"checkpoint"


def test_runs_of_earlier_versions_have_the_tutorials_split_and_no_test_set(version_1):
    store = opened()
    assert {(run.config.split_seed, run.config.test_set) for run in store.runs()} == {(42, False)}
    with closing(sqlite3.connect(version_1)) as connection:
        columns = connection.execute("SELECT DISTINCT split_seed, test_set FROM runs").fetchall()
    assert columns == [(42, 0)]


def test_runs_of_earlier_versions_started_as_keras_starts_them(version_1):
    opened()
    with closing(sqlite3.connect(version_1)) as connection:
        starts = connection.execute(
            "SELECT DISTINCT arch, forget_bias, recurrent_initializer FROM runs ORDER BY arch"
        ).fetchall()
    assert starts == [("lstm", "keras", "orthogonal"), ("tfidf-logreg", None, None)]


def test_upgraded_lab_goes_on_where_it_was(version_1):
    store = opened()

    store.workers.register("w", now=NOW, limit=1)
    assert store.claim_next("w", machine="here", now=NOW).run.name == "tfidf-logreg-1"
    assert store.workers.mark_stalled(now=NOW + 60) == ("af02d856",)
    store.resume("af02d856", now=NOW + 61)
    assert store.claim_next("w", machine="here", now=NOW + 62).run.epochs_done == 2
    assert store.enqueue(preset("lstm"), now=NOW).name == "lstm-4"


def test_lab_is_backed_up_as_it_was_before_its_upgrade_and_never_again(version_1):
    before = dump(version_1)
    opened()
    backup = version_1.with_name(BACKUP)
    assert dump(backup) == before

    changed_at = backup.stat().st_mtime_ns
    opened()
    assert backup.stat().st_mtime_ns == changed_at
    assert sorted(path.name for path in version_1.parent.iterdir()) == ["lab.db", BACKUP]


def test_backup_holds_what_is_only_in_the_write_ahead_log(version_1):
    with closing(sqlite3.connect(version_1)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("UPDATE runs SET name = 'in the log' WHERE id = 'bd368c0a'")
        other.commit()
        in_the_file = version_1.read_bytes()
        assert b"in the log" not in in_the_file
        backup = version_1.with_name(BACKUP)
        engine = sa.create_engine(f"sqlite:///{version_1}")
        with engine.connect() as connection:
            assert migrations.sqlite.back_up(connection, version=1) == backup
        engine.dispose()
    assert b"in the log" in backup.read_bytes()


def test_earlier_backup_of_the_same_version_is_kept(version_1):
    version_1.with_name(BACKUP).write_text("an earlier one")
    before = dump(version_1)
    opened()
    assert version_1.with_name(BACKUP).read_text() == "an earlier one"
    assert dump(version_1.with_name("lab.db.v1-2.bak")) == before


def test_two_processes_that_open_a_lab_at_once_upgrade_it_once(version_1):
    assert answers_of_two(OPEN, home.store_url()) == ["4", "4"]
    assert sorted(path.name for path in version_1.parent.iterdir()) == ["lab.db", BACKUP]


def test_step_that_fails_leaves_the_lab_as_it_was_and_names_the_backup(version_1, monkeypatch):
    def broken(connection):
        connection.exec_driver_sql("DELETE FROM epochs")
        raise RuntimeError("no such luck")

    before = dump(version_1)
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, broken))
        for _ in range(2):  # a second try makes no second backup
            with pytest.raises(StoreError, match=r"luck\): nothing in it was changed") as error:
                opened()
    assert str(version_1.with_name(BACKUP)) in str(error.value)
    assert dump(version_1) == dump(version_1.with_name(BACKUP)) == before
    assert sorted(path.name for path in version_1.parent.iterdir()) == ["lab.db", BACKUP]
    assert len(opened().runs()) == 4


def test_lab_that_cannot_be_backed_up_is_not_upgraded(version_1):
    before = dump(version_1)
    version_1.with_name("lab.db.bak-partial").mkdir()  # where the copy is to be written
    with pytest.raises(StoreError, match=r"cannot be backed up first.*nothing was changed"):
        opened()
    version_1.with_name("lab.db.bak-partial").rmdir()
    assert dump(version_1) == before


def test_early_lab_of_version_1_without_the_table_of_the_expected_run_opens(version_1):
    with closing(sqlite3.connect(version_1)) as connection:
        connection.execute("DROP TABLE expected")
    store = opened()
    store.expected.put(preset("gru"), now=NOW)
    assert store.expected.get(since=NOW) == preset("gru")


def test_upgraded_lab_has_the_tables_of_a_new_one(version_1, tmp_path):
    new = f"sqlite:///{tmp_path / 'new.db'}"
    RunStore(new).close()
    opened()
    assert tables(home.store_url()) == tables(new)
