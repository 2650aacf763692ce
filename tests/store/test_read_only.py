"""Labs that cannot be written to, and those of newer versions, are read as far as they can be."""

import shutil
import sqlite3
from contextlib import closing

import pytest

from rnnlab import home
from rnnlab.config import preset
from rnnlab.errors import ReadOnlyLab, RnnlabError, StoreError
from rnnlab.store import RunStore
from tests.disks import read_only
from tests.labs import NOW, finished_run


@pytest.fixture
def store(sqlite_store):
    """A store in a file, whose permissions may be missing."""
    return sqlite_store


@pytest.mark.parametrize("place", ["home", "file"])
def test_lab_that_cannot_be_written_to_is_read_and_says_why_it_cannot_be_changed(store, place):
    run = finished_run(store)
    store.close()
    path = home.home() / "lab.db"
    with read_only(path.parent if place == "home" else path):
        opened = RunStore(home.store_url())
        assert opened.runs() == (run,)
        assert len(opened.epochs(run.id)) == 3
        assert opened.artifact(run.id, "best") == b"weights"
        with pytest.raises(ReadOnlyLab, match=r"read-only, because .*lab\.db cannot be written to"):
            opened.enqueue(preset("gru"), now=NOW)
        opened.analyses.put(run.id, "dial", b"made", key="k")  # kept nowhere, and no error
        opened.close()
    again = RunStore(home.store_url())
    assert again.enqueue(preset("gru"), now=NOW).name == "gru-1"
    assert again.analyses.get(run.id, "dial", key="k") is None
    again.close()


def test_earlier_lab_that_cannot_be_written_to_is_read_and_left_as_it_is(version_1):
    before = version_1.read_bytes()
    with read_only(version_1.parent):
        opened = RunStore(home.store_url())
        assert len(opened.runs()) == 4
        with pytest.raises(ReadOnlyLab, match=r"a copy made at \d\d:\d\d:\d\d"):
            opened.delete("bd368c0a")
        opened.close()
    assert version_1.read_bytes() == before


def test_write_ahead_log_in_a_folder_that_cannot_be_written_to_is_read_too(store, tmp_path):
    run = finished_run(store)
    store.close()
    left = tmp_path / "left"
    left.mkdir()
    path = home.home() / "lab.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("UPDATE runs SET name = 'in the log'")
        connection.commit()
        for name in ("lab.db", "lab.db-wal"):  # as a killed process or a copy leaves them
            shutil.copy(path.with_name(name), left)
    with read_only(left):
        opened = RunStore(f"sqlite:///{left / 'lab.db'}")
        assert opened.get(run.id).name == "in the log"
        opened.close()


def test_folder_with_signs_that_mean_something_in_a_url_is_read(store, tmp_path):
    run = finished_run(store)
    store.close()
    odd = tmp_path / "100 % é&#1"
    shutil.copytree(home.home(), odd)
    with read_only(odd):
        opened = RunStore(f"sqlite:///{odd / 'lab.db'}")
        assert opened.runs() == (run,)
        opened.close()


def test_home_without_a_lab_that_cannot_be_written_to_is_an_error(lab_home):
    lab_home.mkdir()
    with read_only(lab_home), pytest.raises(RnnlabError, match="a folder that you can write to"):
        home.home()


def newer(path, *changes):
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE lab SET schema_version = 99")
        for change in changes:
            connection.execute(change)


def test_lab_of_a_newer_version_is_read_and_left_alone(store):
    run = finished_run(store)
    store.close()
    path = home.home() / "lab.db"
    newer(path, "ALTER TABLE runs ADD COLUMN mood TEXT")
    before = path.read_bytes()
    opened = RunStore(home.store_url())
    assert opened.runs() == (run,)
    with pytest.raises(ReadOnlyLab, match=r"newer version .* \(schema 99, this one writes"):
        opened.rename(run.id, "other")
    opened.close()
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == ["lab.db"]


def test_what_this_version_cannot_read_of_a_newer_lab_is_said(store):
    run = finished_run(store)
    store.close()
    newer(home.home() / "lab.db", "ALTER TABLE epochs RENAME TO steps")
    opened = RunStore(home.store_url())
    assert opened.runs() == (run,)
    with pytest.raises(StoreError, match=r"newer version .* This part of it cannot be read"):
        opened.epochs(run.id)
    opened.close()
