"""The store on both databases, and a lab as an early version left it."""

import sqlite3
from contextlib import closing

import pytest
import sqlalchemy as sa

from rnnlab import home
from rnnlab.store import RunStore

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


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request, lab_home, monkeypatch):
    """A store on each database that it may be kept in: what holds on one must hold on the other."""
    server = url = None
    if request.param == "postgresql":
        server = request.getfixturevalue("postgresql")
        url = server.empty_lab()
        monkeypatch.setenv("RNNLAB_STORE", url)
    store = RunStore(home.store_url())
    yield store
    store.close()
    if server:
        server.give_back(url)


@pytest.fixture
def sqlite_store(lab_home):
    """A store in a SQLite file, for tests of what only a file can have."""
    store = RunStore(home.store_url())
    yield store
    store.close()


@pytest.fixture
def version_1(lab_home):
    """The path of a lab's file as version 1 left it."""
    lab_home.mkdir()
    path = lab_home / "lab.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(VERSION_1 + ROWS)
    return path


@pytest.fixture
def version_1_on_server(postgresql, postgresql_url):
    """The URL of a lab on a server whose tables and rows are those of version 1."""
    code = VERSION_1 + ROWS
    for sqlites, name in (
        ("INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT", "BIGSERIAL PRIMARY KEY"),
        ("DOUBLE", "DOUBLE PRECISION"),
        ("BLOB", "BYTEA"),
        (" X'", " '\\x"),
        ("'here', 0,", "'here', false,"),
        ("16, 8, 1, 0,", "16, 8, 1, false,"),
        ("NULL, NULL, NULL, 0, 0, 0.0,", "NULL, NULL, NULL, false, 0, 0.0,"),
    ):
        code = code.replace(sqlites, name)
    engine = sa.create_engine(postgresql_url)
    with engine.begin() as connection:
        connection.exec_driver_sql(code)
        connection.exec_driver_sql("SELECT setval('epochs_row_id_seq', 4)")
    engine.dispose()
    return postgresql_url
