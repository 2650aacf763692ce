"""Checks of a lab: whether its home, store, caches, workers and packages are as they should be.

Each check says what it found and what to do about it. Owns no repair of its own: `repair` calls
what the lab does anyway, and whatever it removes can be made again.
"""

import importlib.metadata
from collections.abc import Callable
from functools import partial
from typing import Literal, NamedTuple

from rnnlab import disk, format, home, machine
from rnnlab.charts import plotlyjs
from rnnlab.errors import ReadOnlyLab, RnnlabError
from rnnlab.lab import Lab
from rnnlab.store import health, urls
from rnnlab.worker.executors import LOCAL, executor_name
from rnnlab.worker.launch import worker_limit

Status = Literal["ok", "warning", "error"]

LOW_DISK = 1_000_000_000  # bytes
MANY_UNUSED = 50_000_000  # bytes in the store's file
LONG_LOG = 20_000_000  # bytes
# Versions before these have published advisories.
OLDEST = {"keras": (3, 15, 1), "streamlit": (1, 54)}


class Check(NamedTuple):
    """What a check found, and what to do about it; no remedy where all is well."""

    name: str
    status: Status
    finding: str
    remedy: str = ""


def examine() -> tuple[Check, ...]:
    """Check everything. Read-only but for a home and a store that are missing."""
    checks = [_guarded("home", _home), _guarded("packages", _packages)]
    if checks[0].status == "error":
        return tuple(checks)
    try:
        lab = Lab()
    except RnnlabError as error:
        return (*checks, Check("store", "error", str(error), "Do what the message says."))
    checks += [
        _guarded(name, partial(check, lab))
        for name, check in (
            ("store", _store),
            ("files", _files),
            ("runs", _runs),
            ("workers", _workers),
            ("caches", _caches),
            ("logs", _logs),
        )
    ]
    return tuple(checks)


def repair() -> tuple[str, ...]:
    """Do what is safe; return what was done. Raises RnnlabError where the lab cannot be opened.

    Marks what dead workers left, gives unused space back, shortens logs, and removes compiled code
    that cannot be read and temporary files of dead processes.
    """
    lab, done = Lab(), []
    if lab.read_only:
        raise ReadOnlyLab(lab.read_only)
    stalled = lab.store.workers.mark_stalled(now=lab.store.now())
    if stalled:
        done.append(f"marked {format.plural(len(stalled), 'run')} of dead workers as interrupted")
    unused = health.unused_bytes(lab.store.database)
    if unused > MANY_UNUSED:
        lab.store.database.compact()
        done.append(f"gave {format.size(unused)} of the store's file back")
    code = machine.xla_cache(lab.home)
    if code.exists() and not code.is_dir():
        machine.drop_xla_cache(lab.home)
        done.append("removed the damaged folder of compiled code")
    log = home.worker_log()
    if log.exists() and log.stat().st_size > LONG_LOG:
        kept = log.read_bytes()[-LONG_LOG // 10 :]
        log.write_bytes(kept)
        done.append("shortened the workers' log")
    return tuple(done)


def _guarded(name: str, check: Callable[[], Check]) -> Check:
    """Return what a check found, or that it failed."""
    try:
        return check()
    except RnnlabError as error:
        return Check(name, "error", str(error), "Do what the message says.")
    except OSError as error:
        return Check(name, "error", f"{error.strerror}: {error.filename}", "Check the disk.")


def _home() -> Check:
    folder = home.home()
    free = disk.free_bytes(folder)
    finding = f"{folder}, {format.size(free)} free"
    if free < disk.LEAST:
        return Check("home", "error", finding, "Free disk space: nothing is trained until then.")
    if free < LOW_DISK:
        return Check("home", "warning", finding, "Free disk space before a long training.")
    return Check("home", "ok", finding)


def _packages() -> Check:
    versions = {name: importlib.metadata.version(name) for name in (*OLDEST, "tensorflow")}
    finding = ", ".join(f"{name} {version}" for name, version in versions.items())
    old = [name for name, oldest in OLDEST.items() if _numbers(versions[name]) < oldest]
    if old:
        return Check("packages", "warning", finding, f"Upgrade {format.listing(old)}.")
    if not plotlyjs.PATH.is_file():
        return Check("packages", "error", f"{plotlyjs.PATH} is missing", "Install rnnlab anew.")
    return Check("packages", "ok", finding)


def _store(lab: Lab) -> Check:
    if lab.read_only:
        finding, _, remedy = lab.read_only.partition(". ")
        return Check("store", "warning", finding, remedy)
    problems = health.quick_check(lab.store.database)
    if problems:
        return Check("store", "error", problems[0], "Copy the file, then restore a backup.")
    unused = health.unused_bytes(lab.store.database)
    if unused > MANY_UNUSED:
        finding = f"{format.size(unused)} of its file are unused"
        return Check("store", "warning", finding, "`rnnlab doctor --repair` gives them back.")
    if not lab.store.database.is_file:
        return Check("store", "ok", f"{urls.shown(home.store_url())} answers")
    return Check("store", "ok", "SQLite finds no fault")


def _files(lab: Lab) -> Check:
    damaged = health.damaged_files(lab.store.database)
    if not damaged:
        return Check("files", "ok", "every weight and prediction has its checksum")
    names = sorted({f"{file.run_name} ({file.run_id})" for file in damaged})
    finding = f"damaged files of {format.listing(names)}"
    return Check("files", "error", finding, "Delete these runs and train them again.")


def _runs(lab: Lab) -> Check:
    unreadable = lab.store.unreadable_runs()
    if unreadable:
        return Check("runs", "warning", str(unreadable[0]), "Delete them, or use that version.")
    return Check("runs", "ok", format.plural(len(lab.store.runs()), "run"))


def _workers(lab: Lab) -> Check:
    count, queued = lab.store.workers.count(), lab.store.queued_count()
    finding = f"{count} of at most {worker_limit()}, {format.plural(queued, 'run')} queued"
    elsewhere = len(lab.store.workers.all(now=machine.steady_time())) - count
    if elsewhere > 0:
        finding += f", {elsewhere} on other machines"
    if queued and not count and elsewhere <= 0:
        local = executor_name() == LOCAL
        remedy = "Open the dashboard: it starts them." if local else lab.executor.why_idle()
        return Check("workers", "warning", finding, remedy)
    return Check("workers", "ok", finding)


def _caches(lab: Lab) -> Check:
    code = machine.xla_cache(lab.home)
    if code.exists() and not code.is_dir():
        remedy = "`rnnlab doctor --repair` removes it; it is made again."
        return Check("caches", "error", f"{code} is no folder", remedy)
    size = sum(file.stat().st_size for file in (lab.home / "cache").rglob("*") if file.is_file())
    return Check("caches", "ok", f"{format.size(size)} of encoded reviews and compiled code")


def _logs(lab: Lab) -> Check:
    log = home.worker_log()
    size = log.stat().st_size if log.exists() else 0
    if size > LONG_LOG:
        finding = f"the workers' log has {format.size(size)}"
        return Check("logs", "warning", finding, "`rnnlab doctor --repair` shortens it.")
    return Check("logs", "ok", str(log))


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:3] if part.isdigit())
