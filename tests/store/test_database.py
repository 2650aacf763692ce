"""How the store's database is opened, and what happens where it fails."""

import pytest
import sqlalchemy as sa

from rnnlab.config import preset
from rnnlab.errors import StoreError
from rnnlab.store import RunStore, sqlite
from rnnlab.store.sqlite import SYNCHRONOUS, wal_is_safe
from tests.labs import NOW


def test_version_grows_with_changes_and_not_with_heartbeats(store):
    store.workers.register("w", now=NOW, limit=1)
    before = store.version()
    store.workers.heartbeat("w", now=NOW + 1)
    store.workers.mark_stalled(now=NOW + 1)
    assert store.version() == before
    store.enqueue(preset("gru"), now=NOW)
    assert store.version() > before


def test_store_whose_table_is_gone_is_a_clear_error(store):
    with store.database.writing() as connection:
        connection.execute(sa.text("DROP TABLE epochs"))
    with pytest.raises(StoreError, match="the store cannot be used"):
        store.epochs("x")


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 52, 0), True),
    ],
)
def test_write_ahead_log_is_used_only_where_sqlite_is_free_of_its_bug(version, safe):
    assert wal_is_safe(version) is safe


@pytest.mark.parametrize(
    "url",
    ["nonsense", "sqlite:////no/such/folder/lab.db", "postgresql://u:p@h:notaport/db", "sqlite://"],
)
def test_unusable_store_is_a_clear_error(url):
    with pytest.raises(StoreError, match="RNNLAB_STORE"):
        RunStore(url)


def test_file_that_is_no_database_is_a_clear_error(tmp_path):
    path = tmp_path / "lab.db"
    path.write_text("this is no database, but it is long enough to have a header " * 20)
    with pytest.raises(StoreError, match=r"move a damaged lab\.db aside"):
        RunStore(f"sqlite:///{path}")


def test_what_is_committed_outlasts_a_power_failure(tmp_path, monkeypatch):
    monkeypatch.setattr(sqlite, "SYNCHRONOUS", SYNCHRONOUS)
    store = RunStore(f"sqlite:///{tmp_path / 'lab.db'}")
    with store.database.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL
    store.close()
