"""Files of a store that are read-only, damaged, newer or older: what is read, and what is said.

Each fault is one file of its own; nothing is trained.
"""

import hashlib
import random
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any
from unittest.mock import patch

from benchmarks.chaos.fault_reads import Readings, write
from benchmarks.chaos.promises import Finding, Promise
from rnnlab import format
from rnnlab.config import preset
from rnnlab.errors import ReadOnlyLab
from rnnlab.store import RunStore, migrations, opening, rows, sqlite
from rnnlab.store.database import Database
from tests import labs
from tests.disks import read_only
from tests.store.conftest import ROWS, VERSION_1

RUNS = 8
PAGE = 4096
DAMAGED_ROWS = (
    "arch = 'transformer'",
    "vocab_size = 3",
    "state = 'asleep'",
    "manifest = '{\"a\": '",
    "epochs = 'many'",
)
NEWER = (
    "UPDATE runs SET name = name",
    "ALTER TABLE runs ADD COLUMN novelty VARCHAR",
    "CREATE TABLE novelties (id INTEGER)",
    "ALTER TABLE analyses RENAME TO findings",
)
STUCK = """
import sys, time
from rnnlab.store import RunStore, migrations

def stuck(connection):
    connection.exec_driver_sql("PRAGMA cache_size = 2")
    connection.exec_driver_sql("UPDATE artifacts SET content = zeroblob(1000000)")
    print("stuck", flush=True)
    time.sleep(600)

migrations.MIGRATIONS = (*migrations.MIGRATIONS[:-1], stuck)
RunStore(sys.argv[1])
"""


class FileFaults:
    """How often each kind of fault is tried, and what is drawn for it."""

    def __init__(self, draw: random.Random, count: Callable[[int], int]) -> None:
        self._draw = draw
        self._count = count

    def promises(self) -> list[Promise]:
        """The promises, and what breaks them."""
        return [
            Promise(
                "what cannot be written to opens for reading, and stays as it is to the last byte",
                "all",
                self.read_only,
                lambda: patch.object(opening, "why_read_only", lambda url: None),
            ),
            Promise(
                "a damaged row closes neither the other runs nor the queue, and can be deleted",
                "all",
                self.damaged_rows,
                lambda: patch.object(rows, "UNREADABLE", ()),
            ),
            Promise(
                "a damaged page gives figures or a sentence, never a traceback",
                "0 tracebacks",
                self.damaged_pages,
                lambda: patch.object(Database, "_errors", lambda self: nullcontext()),
            ),
            Promise(
                "a newer store opens for reading, and nothing is written to it",
                "all",
                self.newer,
                lambda: patch.object(opening, "_newer", lambda version: None),
            ),
            Promise(
                "an older store is backed up and upgraded with all its runs, killed meanwhile or "
                "not",
                "all",
                self.older,
                lambda: patch.object(sqlite, "back_up", lambda *_, **__: None),
            ),
        ]

    # ---- checks ------------------------------------------------------------------------------

    def read_only(self) -> Finding:
        kinds: tuple[Callable[[Path], Path], ...] = (
            lambda file: file.parent,
            lambda file: file,
            lambda file: older(file, 4).parent,
            lambda file: left_by_a_killed_writer(file).parent,
            lambda file: file.parent / "lab.db",
        )
        return _judged("opened read-only", self._each(kinds, _read_only_kept))

    def damaged_rows(self) -> Finding:
        return _judged("left out alone", self._each(DAMAGED_ROWS, _row_kept))

    def damaged_pages(self) -> Finding:
        total = Readings()
        count = self._count(6)
        for number in range(count):
            with _lab() as file:
                pages = [_root_page(file, "runs")]  # the others may hit what nobody reads
                if number:
                    last = file.stat().st_size // PAGE
                    pages = [self._draw.randint(1, last) for _ in range(3)]
                with file.open("r+b") as content:
                    for page in pages:
                        content.seek(PAGE * (page - 1) + 8 * bool(number))
                        content.write(self._draw.randbytes(PAGE - 8))
                total.read(file)
        return Finding(
            f"{format.plural(count, 'file')}: {total.answers} answers, {total.refusals} sentences, "
            f"{len(total.crashes)} tracebacks {'; '.join(sorted(set(total.crashes)))}",
            not total.crashes,
        )

    def newer(self) -> Finding:
        return _judged("opened for reading", self._each(NEWER, _newer_kept))

    def older(self) -> Finding:
        newest = migrations.newest_version()
        versions = [1, *self._draw.sample(range(2, newest), 2), 0]
        return _judged("upgraded", self._each(versions, _older_kept))

    def _each(self, faults: Sequence[Any], kept: Callable[[Path, Any], str]) -> list[str]:
        """Return what was wrong with each fault, each in a lab of its own; "" for nothing."""
        found = []
        for fault in faults[: self._count(len(faults))]:
            with _lab() as file:
                try:
                    found.append(kept(file, fault))
                except Exception as error:
                    found.append(f"{type(error).__name__}: {str(error).splitlines()[0]}")
        return found


def _judged(what: str, found: list[str]) -> Finding:
    wrong = [text for text in found if text]
    figure = f"{len(found) - len(wrong)} of {len(found)} {what}"
    return Finding("; ".join([figure, *sorted(set(wrong))]), not wrong)


def _read_only_kept(file: Path, place: Callable[[Path], Path]) -> str:
    closed = place(file)
    before = _content(file.parent)
    with read_only(closed):
        store = RunStore(_url(file))
        try:
            if not store.runs() or not store.database.read_only:
                return "no runs are read"
            with suppress(ReadOnlyLab):
                write(store)
                return "it is written to"
        finally:
            store.close()
    return "" if _content(file.parent) == before else "bytes have changed"


def _row_kept(file: Path, assignment: str) -> str:
    store = RunStore(_url(file))
    with closing(store):
        bad, good = (store.enqueue(preset(arch), now=labs.NOW + 99) for arch in ("lstm", "gru"))
        labs.damage(store, bad.id, assignment)
        if len(store.runs()) != RUNS + 1 or len(store.unreadable_runs()) != 1:
            return "other runs are gone, too"
        queued = "state" not in assignment
        if queued and labs.claim(store, now=labs.NOW + 100).run.id != good.id:
            return "the queue stands still"
        store.delete(bad.id)
        return "it cannot be deleted" if store.unreadable_runs() else ""


def _newer_kept(file: Path, change: str) -> str:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(change)
        connection.execute("UPDATE lab SET schema_version = schema_version + 1")
    before = _content(file.parent)
    store = RunStore(_url(file))
    with closing(store):
        readings = Readings()
        readings.read_store(store)
        if readings.crashes or len(store.runs()) != RUNS:
            return "; ".join(readings.crashes) or "runs are missing"
        with suppress(ReadOnlyLab):
            write(store)
            return "it is written to"
    return "" if _content(file.parent) == before else "bytes have changed"


def _older_kept(file: Path, version: int) -> str:
    older(file, version or migrations.newest_version() - 1)
    if not version:
        command = [sys.executable, "-c", STUCK, _url(file)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout and process.stdout.readline() == "stuck\n"
            process.kill()
    store = RunStore(_url(file))
    with closing(store):
        if len(store.runs()) != 4 or store.database.read_only:
            return "runs are missing"
        if store.artifact("af02d856", "checkpoint") != b"checkpoint":
            return "a file has changed"
    version = version or migrations.newest_version() - 1
    kept = file.with_name(f"lab.db.v{version}.bak")
    return "" if kept.exists() and kept.stat().st_size > PAGE else "there is no backup"


# ---- files -----------------------------------------------------------------------------------


@contextmanager
def _lab() -> Iterator[Path]:
    """The file of a store with trained runs, in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="rnnlab-chaos-") as folder:
        file = Path(folder) / "home" / "lab.db"
        file.parent.mkdir()
        store = RunStore(_url(file))
        with closing(store):
            for seed in range(RUNS):
                labs.finished_run(store, preset("gru", seed=seed), best=b"w" * 20_000)
        yield file


def older(file: Path, version: int) -> Path:
    """Replace a store by one of four runs as an earlier version left it; return its path."""
    file.unlink()
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(VERSION_1 + ROWS)
    if version > 1:
        with patch.object(migrations, "MIGRATIONS", migrations.MIGRATIONS[: version - 1]):
            RunStore(_url(file)).close()
    for backup in file.parent.glob("*.bak"):
        backup.unlink()
    return file


def left_by_a_killed_writer(file: Path) -> Path:
    """Have a process killed that has written half of a transaction to a store; return its path."""
    code = (
        "import os, sqlite3, sys\n"
        "connection = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "connection.execute('PRAGMA cache_size = 2')\n"
        "connection.execute('BEGIN')\n"
        "connection.execute('UPDATE artifacts SET content = zeroblob(100000)')\n"
        "os._exit(0)\n"
    )
    subprocess.run([sys.executable, "-c", code, str(file)], check=True)
    return file


def _root_page(file: Path, table: str) -> int:
    """Return the number of a table's first page, counted from 1."""
    with closing(sqlite3.connect(file)) as connection:
        query = "SELECT rootpage FROM sqlite_master WHERE name = ?"
        return int(connection.execute(query, (table,)).fetchone()[0])


def _content(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
    }


def _url(file: Path) -> str:
    return f"sqlite:///{file}"
