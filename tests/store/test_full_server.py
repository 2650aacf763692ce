"""A server whose disk is full: what cannot be recorded is said, and nothing else is lost."""

import os
import tempfile
from itertools import count
from pathlib import Path

import pytest

from rnnlab.errors import DiskFull
from rnnlab.runs import Epoch
from rnnlab.store import RunStore
from tests.disks import enlarge, small_disk
from tests.labs import claimed


@pytest.fixture
def full_soon(postgresql):
    """The URL of a database with 15 MB of room; skips where no disk may be mounted."""
    place = Path(tempfile.mkdtemp(prefix="rnnlab-full-"))
    place.chmod(0o755)
    with small_disk(place / "disk", 25):
        folder = postgresql.own(place / "disk" / "tables")
        postgresql.execute(f"CREATE TABLESPACE full_soon LOCATION '{folder}'")
        postgresql.execute("CREATE DATABASE full_soon TABLESPACE full_soon")
        yield postgresql.url("full_soon")
        enlarge(place / "disk", 200)  # else the server fails to drop it, and from then on at all
        postgresql.execute("DROP DATABASE full_soon WITH (FORCE)")
        postgresql.execute("DROP TABLESPACE full_soon")
    (place / "disk").rmdir()
    place.rmdir()


def test_epoch_for_which_the_server_has_no_room_is_refused_and_the_others_stay(full_soon):
    store = RunStore(full_soon)
    attempt = claimed(store)
    with pytest.raises(DiskFull, match=r"disk of the store's server is full .*make room there"):
        for number in count(1):
            epoch = Epoch(number, 0.5, 0.5, 0.5, 0.5, 1.0)
            attempt.record_epoch(epoch, checkpoint=os.urandom(1_000_000))
    assert len(store.epochs(attempt.run.id)) == number - 1
    assert len(store.artifact(attempt.run.id, "checkpoint")) == 1_000_000
    store.close()
