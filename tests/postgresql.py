"""A real PostgreSQL server for tests: on loopback, with a password, run by a user that is not root.

Each test gets a place of its own on it. All of that is gone with the server, so that nothing waits
for the disk, and nothing is deleted one by one.
"""

import ctypes
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from rnnlab.store.schema import metadata
from tests.dashboard import free_port

PATIENCE_S = 120
USER = "rnnlab"
PASSWORD = "Wildfire-7-Umbrella"  # of all tests' servers; it must appear nowhere
PR_SET_PDEATHSIG = 1
KEPT = ("lab", "expected")  # each has one row, always
EMPTIED = [table.name for table in reversed(metadata.sorted_tables) if table.name not in KEPT]
SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "shared_buffers": "32MB",
    "max_connections": "200",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
}


def missing() -> str | None:
    """Why there can be no server here, and what to do; None where there can."""
    if programs() is None:
        return "no PostgreSQL here: apt-get install postgresql runs this test"
    try:
        import psycopg  # noqa: F401
    except ImportError:
        return "no psycopg here: pip install 'rnnlab[team]' runs this test"
    return None


def programs() -> Path | None:
    """The folder of PostgreSQL's programs, the newest version's; None where there is none."""
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    installed = sorted(debian, key=lambda folder: int(folder.parent.name), reverse=True)
    if found := shutil.which("initdb"):
        installed.append(Path(found).resolve().parent)
    return next((folder for folder in installed if (folder / "postgres").exists()), None)


def _account() -> dict[str, Any]:
    """As whom `subprocess` runs the server: as this user, who must not be root."""
    if os.geteuid():
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    entry = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


class Server:
    """A PostgreSQL server in a temporary folder."""

    def __init__(self, settings: Mapping[str, str] | None = None) -> None:
        self._settings = {**SETTINGS, **(settings or {})}
        self._empty_labs: list[str] = []
        self.folder = Path(tempfile.mkdtemp(prefix="rnnlab-postgresql-"))
        self._account = _account()
        if self._account:
            os.chown(self.folder, self._account["user"], self._account["group"])
        self._programs = programs()
        self._data = self.folder / "data"
        password = self.folder / "password"
        password.write_text(PASSWORD)
        self._run(
            "initdb",
            "-D",
            self._data,
            "--auth=scram-sha-256",
            f"--username={USER}",
            f"--pwfile={password}",
            "--no-sync",
            "--encoding=UTF8",
            "--locale=C",
        )
        self.port = free_port()
        self.start()

    def _run(self, program: str, *arguments: object) -> None:
        command = [str(self._programs / program), *map(str, arguments)]
        done = subprocess.run(
            command, cwd=self.folder, capture_output=True, text=True, **self._account
        )
        assert not done.returncode, done.stderr

    def start(self) -> None:
        """Start the server on its port and wait until it answers."""
        options = [f"-c{name}={value}" for name, value in self._settings.items()]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._programs / "postgres", "-D", self._data, "-p", str(self.port), *options],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                process_group=0,  # Ctrl-C is for the tests, which then end it
                preexec_fn=_end_with_parent,
                **self._account,
            )
        end = time.monotonic() + PATIENCE_S
        while subprocess.run(
            [self._programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)],
        ).returncode:
            if self._process.poll() is not None or time.monotonic() > end:
                raise RuntimeError((self.folder / "log").read_text())
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop the server, as an administrator does: sessions are cut off."""
        self._process.send_signal(signal.SIGINT)
        self._process.wait(PATIENCE_S)

    def restart(self) -> None:
        """Stop the server and start it again on the same port."""
        self.stop()
        self.start()

    def close(self) -> None:
        """Stop the server and delete what it keeps."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def own(self, folder: Path) -> Path:
        """Make a folder that the server owns; return it."""
        folder.mkdir()
        if self._account:
            os.chown(folder, self._account["user"], self._account["group"])
        return folder

    def url(self, database: str = "postgres", *, user: str = USER, password: str = PASSWORD) -> str:
        """The SQLAlchemy URL of a database."""
        return f"postgresql+psycopg://{user}:{password}@127.0.0.1:{self.port}/{database}"

    def execute(self, statement: str, database: str = "postgres") -> list[tuple]:
        """Execute a statement outside of a transaction; return its rows."""
        import psycopg

        with psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user=USER,
            password=PASSWORD,
            dbname=database,
            autocommit=True,
        ) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def create_database(self) -> str:
        """Create an empty database; return its URL. Takes half a second on a busy machine."""
        name = f"lab_{secrets.token_hex(4)}"
        self.execute(f"CREATE DATABASE {name}")
        return self.url(name)

    def empty_lab(self) -> str:
        """The URL of a lab without rows, whose tables an earlier test may have used: quicker."""
        return self._empty_labs.pop() if self._empty_labs else self.create_schema()

    def give_back(self, url: str) -> None:
        """Empty a lab for another test; one whose tables are not as they were is left alone."""
        import psycopg

        with suppress(psycopg.Error):
            self.execute(
                f"SET search_path = {url.rpartition('%3D')[2]}; SET lock_timeout = '5s'; "
                f"{' '.join(f'DELETE FROM {table};' for table in EMPTIED)} "
                "ALTER SEQUENCE epochs_row_id_seq RESTART; "
                "UPDATE expected SET config = NULL, at = NULL; "
                "UPDATE lab SET version = 1, starters = NULL"
            )
            self._empty_labs.append(url)

    def create_schema(self) -> str:
        """Create an empty schema; return the URL whose connections see nothing else. Quick."""
        name = f"lab_{secrets.token_hex(4)}"
        self.execute(f"CREATE SCHEMA {name}")
        return f"{self.url()}?options=-csearch_path%3D{name}"


def _end_with_parent() -> None:
    """End with the tests' process, however that ends; Linux only."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)
