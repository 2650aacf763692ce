"""LockHolders: the processes that keep others out of a SQLite file, and the end of a frozen one.

A process that is stopped, or hangs, while it writes keeps SQLite's lock for as long as it lives, so
that nobody can ask its run to stop. Works on Linux; elsewhere no holder is found.

Nothing here opens the database's file: when a process closes any descriptor of a file, it loses the
locks of its SQLite connections on it (https://sqlite.org/howtocorrupt.html, section 2.2).
"""

import os
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from rnnlab import machine

# Many times what an epoch takes to be written. One that waits for its disk or a processor is left
# alone for however long.
FROZEN_S = 5.0
# Somebody who has not looked for so long cannot tell a frozen process from a suspended machine.
LOOKS_APART_S = 5.0
LOCKS = Path("/proc/locks")
WAL_WRITER = 120  # of the bytes of a write-ahead log's index, the one that writers lock


class LockHolders:
    """The holders of locks on one SQLite file, for any number of threads.

    Remembers since when each has done nothing.
    """

    def __init__(self, path: Path, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._path = path
        self._clock = clock
        self._lock = threading.Lock()
        self._looked_at = 0.0
        self._idle: dict[str, tuple[tuple[int, ...], float]] = {}

    def end_frozen(self) -> None:
        """Kill each worker process, or its child, that holds a lock and did nothing for `FROZEN_S`.

        Call it about once a second while something waits for the lock. It is then given back, and
        SQLite undoes what was half written.
        """
        with self._lock:
            now = self._clock()
            if now - self._looked_at > LOOKS_APART_S:
                self._idle.clear()
            self._looked_at = now
            seen, self._idle = self._idle, {}
            for pid in self._pids():
                process, activity = machine.process_id(pid), machine.activity(pid)
                if process is None or activity is None:
                    continue
                before, since = seen.get(process, (None, now))
                self._idle[process] = (activity, since if activity == before else now)
                if now - self._idle[process][1] >= FROZEN_S:
                    machine.kill(pid, process, command="worker")

    def _pids(self) -> set[int]:
        index = self._path.with_name(f"{self._path.name}-shm")
        try:
            lines = LOCKS.read_text().splitlines()
            file, index_file = place(self._path), place(index)
        except OSError:
            return set()
        if file is None:
            return set()
        # Beside a write-ahead log each connection has a lock to read, which keeps nobody out.
        found = pids(lines, file, readers=index_file is None)
        if index_file:
            found |= pids(lines, index_file, readers=False, byte=WAL_WRITER)
        return found - {os.getpid()}


def pids(lines: Iterable[str], file: str, *, readers: bool, byte: int | None = None) -> set[int]:
    """Return the processes with a POSIX lock on a file, in lines of `/proc/locks` (proc(5)).

    `file` is its device and inode, like fe:00:2147389. Without `readers` only locks to write
    count, and with a `byte` only those on it. Who only waits for a lock has none.
    """
    found = set()
    for line in lines:
        match line.split():
            case [_, "POSIX", _, kind, pid, where, first, last] if where == file:
                counts = readers or kind == "WRITE"
                if byte is not None:
                    counts &= int(first) <= byte and (last == "EOF" or byte <= int(last))
                if counts and int(pid) > 0:  # one of another container has no number here
                    found.add(int(pid))
    return found


def place(path: Path) -> str | None:
    """Return a file's device and inode as `/proc/locks` has them; None where there is no file."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    device = status.st_dev
    return f"{os.major(device):02x}:{os.minor(device):02x}:{status.st_ino}"
