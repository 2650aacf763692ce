"""Who holds a lock on the store's file, and what becomes of a frozen worker that does."""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager

import pytest

from rnnlab import home
from rnnlab.config import preset
from rnnlab.errors import StoreError
from rnnlab.store import RunStore, lock_holders, sqlite
from rnnlab.store.lock_holders import FROZEN_S, LOOKS_APART_S, WAL_WRITER, LockHolders, pids
from tests.labs import NOW

# A writer and a reader of one file, as SQLite locks it; another file; another kind of lock; one
# that waits; one of another container.
LOCKS = """\
1: FLOCK  ADVISORY  WRITE 11 fe:00:2147389 0 EOF
2: POSIX  ADVISORY  WRITE 12 fe:00:2147389 1073741825 1073741825
3: POSIX  ADVISORY  READ 12 fe:00:2147389 1073741826 1073742335
4: POSIX  ADVISORY  READ 13 fe:00:2147389 1073741826 1073742335
4: -> POSIX  ADVISORY  WRITE 14 fe:00:2147389 1073741824 1073741824
5: POSIX  ADVISORY  WRITE 15 fe:00:2147390 1073741825 1073741825
6: POSIX  ADVISORY  WRITE 16 fe:01:2147389 1073741825 1073741825
7: OFDLCK ADVISORY  WRITE -1 fe:00:2147389 0 EOF
8: POSIX  ADVISORY  WRITE 0 fe:00:2147389 1073741825 1073741825
""".splitlines()
INDEX_LOCKS = """\
1: POSIX  ADVISORY  READ 21 fe:00:5 128 128
2: POSIX  ADVISORY  READ 22 fe:00:5 123 123
3: POSIX  ADVISORY  WRITE 23 fe:00:5 120 120
4: POSIX  ADVISORY  WRITE 24 fe:00:5 121 121
5: POSIX  ADVISORY  WRITE 25 fe:00:5 0 EOF
""".splitlines()


@pytest.fixture
def store(sqlite_store):
    """A store in a file, which alone has such locks."""
    return sqlite_store


def test_holders_are_those_with_a_lock_on_this_very_file():
    assert pids(LOCKS, "fe:00:2147389", readers=True) == {12, 13}
    assert pids(LOCKS, "fe:00:2147389", readers=False) == {12}
    assert pids(LOCKS, "fe:00:7", readers=True) == set()


def test_holders_of_a_write_ahead_log_are_its_writers():
    assert pids(INDEX_LOCKS, "fe:00:5", readers=False, byte=WAL_WRITER) == {23, 25}


HOLD = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
connection.execute("UPDATE lab SET version = 1000000")
print("ready", flush=True)
while True:
    time.sleep(0.01)
"""


@contextmanager
def holder(store, *, command="worker", frozen=True):
    """A process that is in the midst of a write to the store."""
    file = home.home() / "lab.db"
    arguments = [sys.executable, "-c", HOLD, str(file), command]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "ready\n"
        if frozen:
            os.kill(process.pid, signal.SIGSTOP)
            os.waitid(os.P_PID, process.pid, os.WSTOPPED)  # until all of it has stopped
        yield process
        process.kill()


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


def look(seconds, *, every=1.0):
    """Look at the holders of the store's lock for so long, by a test's clock."""
    clock = Clock()
    holders = LockHolders(home.home() / "lab.db", clock=clock)
    for _ in range(int(seconds / every) + 1):
        holders.end_frozen()
        clock.now += every


def test_worker_that_is_frozen_while_it_writes_is_ended(store):
    with holder(store) as process:
        look(FROZEN_S - 1)
        assert process.poll() is None
        look(FROZEN_S)
        assert process.wait(60) == -signal.SIGKILL
    assert store.enqueue(preset("gru"), now=NOW)
    assert store.database.version() < 1_000_000  # what it had written is undone


def test_worker_that_still_does_something_is_left_alone(store):
    with holder(store, frozen=False) as process:
        clock = Clock()
        holders = LockHolders(home.home() / "lab.db", clock=clock)
        for _ in range(10):
            holders.end_frozen()
            before = switches(process.pid)
            while switches(process.pid) == before:
                pass
            clock.now += 1
        assert process.poll() is None


def switches(pid):
    """What is known of how far a process has got."""
    with open(f"/proc/{pid}/status") as file:
        return [line for line in file if "ctxt_switches" in line]


def test_frozen_program_that_is_no_worker_is_left_alone(store):
    with holder(store, command="backup") as process:
        look(FROZEN_S + 5)
        assert process.poll() is None


def test_nobody_is_ended_by_one_who_has_looked_away(store):
    with holder(store) as process:
        look(10 * LOOKS_APART_S, every=LOOKS_APART_S + 1)
        assert process.poll() is None


def test_frozen_worker_that_does_not_hold_the_lock_is_left_alone(store):
    command = [sys.executable, "-c", "import time; time.sleep(600)", "worker"]
    with subprocess.Popen(command) as process:
        os.kill(process.pid, signal.SIGSTOP)
        look(FROZEN_S + 5)
        assert process.poll() is None
        process.kill()


@pytest.mark.parametrize("opened", [True, False])
def test_transaction_that_waits_for_a_frozen_worker_goes_on(store, monkeypatch, opened):
    monkeypatch.setattr(lock_holders, "FROZEN_S", 0.4)
    monkeypatch.setattr(sqlite, "LOOK_EVERY_S", 0.1)
    patient = RunStore(home.store_url(), busy_timeout_s=120) if opened else None
    with holder(store):
        patient = patient or RunStore(home.store_url(), busy_timeout_s=120)
        run = patient.enqueue(preset("gru"), now=NOW)
    assert store.get(run.id)


def test_store_that_another_program_holds_is_waited_for_no_longer_than_told(store):
    impatient = RunStore(home.store_url(), busy_timeout_s=0.1)
    with holder(store, command="backup"), pytest.raises(StoreError, match="the store is in use"):
        impatient.enqueue(preset("gru"), now=NOW)
    assert impatient.enqueue(preset("gru"), now=NOW)
