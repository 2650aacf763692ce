"""Labs of earlier versions are upgraded when they are opened, and backed up first."""

import json
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

# The tables of schema version 1, as that version created them.
VERSION_1 = """
CREATE TABLE lab (
    id INTEGER NOT NULL, schema_version INTEGER NOT NULL, version BIGINT NOT NULL, PRIMARY KEY (id)
);
CREATE TABLE runs (
    id VARCHAR NOT NULL, name VARCHAR NOT NULL, state VARCHAR NOT NULL,
    arch VARCHAR, vocab_size BIGINT, maxlen BIGINT, learning_rate DOUBLE, embedding_dim BIGINT,
    units BIGINT, layers BIGINT, bidirectional BOOLEAN, dropout DOUBLE, batch_size BIGINT,
    epochs BIGINT, patience BIGINT, optimizer VARCHAR, truncating VARCHAR, dataset VARCHAR,
    seed BIGINT, backend VARCHAR, parameters BIGINT NOT NULL,
    created_at DOUBLE NOT NULL, queued_at DOUBLE NOT NULL, started_at DOUBLE, ended_at DOUBLE,
    attempt VARCHAR, worker_id VARCHAR, machine VARCHAR, stop_requested BOOLEAN NOT NULL,
    epochs_done INTEGER NOT NULL, seconds DOUBLE NOT NULL, last_epoch_seconds DOUBLE,
    best_epoch INTEGER, best_loss DOUBLE, best_accuracy DOUBLE, best_val_loss DOUBLE,
    best_val_accuracy DOUBLE, progress_epoch INTEGER, progress_batch INTEGER,
    progress_batches INTEGER, progress_loss DOUBLE, progress_accuracy DOUBLE, progress_at DOUBLE,
    peak_memory_mb DOUBLE, error TEXT, traceback TEXT, versions JSON NOT NULL,
    manifest JSON NOT NULL, PRIMARY KEY (id)
);
CREATE INDEX ix_runs_created_at ON runs (created_at);
CREATE INDEX ix_runs_state ON runs (state);
CREATE TABLE epochs (
    row_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, run_id VARCHAR NOT NULL,
    epoch INTEGER NOT NULL, loss DOUBLE, accuracy DOUBLE, val_loss DOUBLE, val_accuracy DOUBLE,
    seconds DOUBLE NOT NULL, UNIQUE (run_id, epoch),
    FOREIGN KEY(run_id) REFERENCES runs (id) ON DELETE CASCADE
);
CREATE TABLE artifacts (
    run_id VARCHAR NOT NULL, name VARCHAR NOT NULL, sha256 VARCHAR NOT NULL, content BLOB NOT NULL,
    PRIMARY KEY (run_id, name), FOREIGN KEY(run_id) REFERENCES runs (id) ON DELETE CASCADE
);
CREATE TABLE workers (
    id VARCHAR NOT NULL, machine VARCHAR NOT NULL, pid INTEGER NOT NULL,
    process_started_at DOUBLE NOT NULL, seen_at DOUBLE NOT NULL, PRIMARY KEY (id)
);
CREATE TABLE expected (id INTEGER NOT NULL, config JSON, at DOUBLE, PRIMARY KEY (id));
"""
# A finished, a running and a failed LSTM, and a queued baseline; two epochs each of the first two.
ROWS = """
INSERT INTO lab VALUES (1, 1, 19);
INSERT INTO runs VALUES (
    'bd368c0a', 'lstm-1', 'finished', 'lstm', 500, 100, 0.0001, 16, 8, 1, 0, 0.3, 64, 100, 3,
    'rmsprop', 'pre', 'bundled', 42, 'tensorflow', 8809, 1790000000.0, 1790000000.0,
    1790000000.0, 1790000002.0, NULL, NULL, 'here', 0, 2, 2.0, 1.0, 2, 0.68, 0.52, 0.67, 0.54,
    NULL, NULL, NULL, NULL, NULL, NULL, 900.0, NULL, NULL, '{"keras": "3.15.1"}',
    '{"dataset_sha256": "abc"}'
), (
    'af02d856', 'lstm-2', 'running', 'lstm', 500, 100, 0.0001, 16, 8, 1, 0, 0.3, 64, 100, 3,
    'rmsprop', 'pre', 'bundled', 43, 'tensorflow', 8809, 1790000000.0, 1790000000.0,
    1790000000.0, NULL, 'cee21faa7ca914e1', 'worker-1', 'here', 0, 2, 2.0, 1.0, 2, 0.68, 0.52,
    0.67, 0.54, 3, 156, 313, 0.6, 0.7, 1790000002.0, 900.0, NULL, NULL, '{}', '{}'
), (
    '70bf0575', 'lstm-3', 'failed', 'lstm', 500, 100, 0.5, 16, 8, 1, 0, 0.3, 64, 100, 3,
    'rmsprop', 'pre', 'bundled', 42, 'tensorflow', 8809, 1790000000.0, 1790000000.0,
    1790000000.0, 1790000001.0, NULL, NULL, 'here', 0, 0, 0.0, NULL, NULL, NULL, NULL, NULL, NULL,
    NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'the loss is not a number', 'Traceback', '{}', '{}'
), (
    '1ffd2792', 'tfidf-logreg-1', 'queued', 'tfidf-logreg', 20000, 1000, NULL, NULL, NULL, NULL,
    NULL, NULL, NULL, NULL, NULL, NULL, 'pre', 'bundled', NULL, NULL, 40001, 1790000000.0,
    1790000000.0, NULL, NULL, NULL, NULL, NULL, 0, 0, 0.0, NULL, NULL, NULL, NULL, NULL, NULL,
    NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{}', '{}'
);
INSERT INTO epochs VALUES
    (1, 'bd368c0a', 1, 0.69, 0.51, 0.68, 0.53, 1.0),
    (2, 'bd368c0a', 2, 0.68, 0.52, 0.67, 0.54, 1.0),
    (3, 'af02d856', 1, NULL, 0.51, 0.68, 0.53, 1.0),
    (4, 'af02d856', 2, 0.68, 0.52, 0.67, 0.54, 1.0);
INSERT INTO artifacts VALUES
    ('bd368c0a', 'best',
     '9a129038d9a00aed0cf6a7ea059ca50a813449061ab87848cf1a13eafdf33b2c', X'77656967687473'),
    ('af02d856', 'checkpoint',
     '47320987f9a49d5b00119b960f247a956773f57543982b8bfcb6da5bb3afd9ef', X'636865636B706F696E74');
INSERT INTO workers VALUES ('worker-1', 'elsewhere', 7347, 1795735140.18, 1790000000.0);
INSERT INTO expected VALUES (1, NULL, NULL);
"""
BACKUP = "lab.db.v1.bak"


@pytest.fixture
def version_1(lab_home):
    """The path of a lab's file as version 1 left it."""
    lab_home.mkdir()
    path = lab_home / "lab.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(VERSION_1 + ROWS)
    return path


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


OPEN = """
import sys
from rnnlab.store import RunStore
print("ready", flush=True)
sys.stdin.readline()
print(len(RunStore(sys.argv[1]).runs()))
"""


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


def test_lab_of_a_newer_version_is_refused_and_left_alone(version_1):
    with closing(sqlite3.connect(version_1)) as connection:
        connection.execute("UPDATE lab SET schema_version = 99")
        connection.commit()
    before = version_1.read_bytes()
    with pytest.raises(StoreError, match=r"written by another version of rnnlab \(schema 99"):
        opened()
    assert version_1.read_bytes() == before
    assert not version_1.with_name(BACKUP).exists()


def test_early_lab_of_version_1_without_the_table_of_the_expected_run_opens(version_1):
    with closing(sqlite3.connect(version_1)) as connection:
        connection.execute("DROP TABLE expected")
    store = opened()
    store.expected.put(preset("gru"), now=NOW)
    assert store.expected.get(since=NOW) == preset("gru")


def tables(url):
    engine = sa.create_engine(url)
    inspector = sa.inspect(engine)
    described = {
        table: (
            {
                column["name"]: (str(column["type"]), column["nullable"])
                for column in inspector.get_columns(table)
            },
            sorted(json.dumps(index) for index in inspector.get_indexes(table)),
        )
        for table in inspector.get_table_names()
    }
    engine.dispose()
    return described


def test_upgraded_lab_has_the_tables_of_a_new_one(version_1, tmp_path):
    new = f"sqlite:///{tmp_path / 'new.db'}"
    RunStore(new).close()
    opened()
    assert tables(home.store_url()) == tables(new)
