"""What a worker's machine is: its name, versions, memory, and where its compiled code is kept."""

import functools
import hashlib
import importlib.metadata
import logging
import os
import platform
import resource
import shutil
import time
from collections.abc import Iterable
from pathlib import Path

import psutil

from rnnlab import __version__

log = logging.getLogger(__name__)

CGROUP = Path("/sys/fs/cgroup")


def name() -> str:
    """Return the name under which this machine's workers and measurements are stored.

    `RNNLAB_MACHINE` overrides the system's: machines that share a store need names of their own.
    """
    return os.environ.get("RNNLAB_MACHINE", "").strip() or platform.node() or "unknown"


def process_id(pid: int) -> str | None:
    """Return what tells a process from all others that ever had its number; None if it is gone.

    On Linux the boot and the ticks from it to the start of the process, which stay the same when
    somebody sets the clock. A process that has ended and is not reaped yet is gone.
    """
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        try:
            # Field 22 of proc(5); the second, the name in brackets, may hold anything.
            ticks = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
        except OSError:
            return f"{pid} {process.create_time()}" if process.is_running() else None
    except psutil.NoSuchProcess:
        return None
    return f"{pid} {boot()} {ticks}"


def boot() -> str:
    """Return what is in the `process_id` of all processes since this machine was booted.

    Empty on systems that do not tell their boots apart.
    """
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def kill(pid: int, process: str, *, command: str) -> None:
    """Kill a process that `process_id` tells by `process`, and its children, if it still lives.

    Nothing happens to one whose command line has no word `command`.
    """
    try:
        root = psutil.Process(pid)
        family = [root, *root.children(recursive=True)]
        if process_id(pid) != process or command not in root.cmdline():
            return
    except psutil.NoSuchProcess:
        return
    for member in family:
        try:
            member.kill()
        except psutil.NoSuchProcess:
            continue
        except psutil.AccessDenied:
            log.warning("process %d belongs to another user and cannot be killed", member.pid)


def activity(pid: int) -> tuple[int, ...] | None:
    """Return figures of a process that stay the same only while it does nothing at all.

    They are its CPU time and how often its threads were switched, so that one which only looks now
    and then whether something has happened counts as active. None where it is gone, a thread of it
    can run or waits for a disk, and where the system does not tell (Linux does).
    """
    ticks = switches = 0
    try:
        for thread in Path(f"/proc/{pid}/task").iterdir():
            fields = (thread / "stat").read_text().rpartition(")")[2].split()
            if fields[0] not in "STt":  # asleep, stopped, stopped by a debugger
                return None
            ticks += int(fields[11]) + int(fields[12])
            status = (thread / "status").read_text().splitlines()
            switches += sum(int(line.split()[1]) for line in status if "ctxt_switches" in line)
    except OSError:
        return None
    return ticks, switches


def steady_time() -> float:
    """Return the time in seconds since 1970, UTC, by a clock that nobody sets.

    It goes on from the time at which this process was started, through suspension, too. Durations
    between two readings are right whatever happens to the system's clock.
    """
    return _EPOCH + time.clock_gettime(_CLOCK)


# Unlike the monotonic clock, the one since boot goes on while the machine is suspended.
_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
_EPOCH = time.time() - time.clock_gettime(_CLOCK)


def versions(packages: Iterable[str] = ("tensorflow", "keras", "numpy")) -> dict[str, str]:
    """Return the versions of rnnlab, of Python, of these packages and of the operating system."""
    return {
        "rnnlab": __version__,
        "python": platform.python_version(),
        **{package: importlib.metadata.version(package) for package in packages},
        "platform": platform.platform(),
    }


def xla_cache(home: Path) -> Path:
    """Return the folder of XLA's compiled code, one for each kind of processor and TensorFlow."""
    return home / "cache" / f"xla-{_kind_sha256()[:12]}"


def kind() -> str:
    """Return which kind of machine this is: equal runs are bit-identical on machines of one kind.

    That is its processor, with TensorFlow's version and a checksum of both and of what the
    processor can do: "AMD EPYC 7763 64-Core Processor, TensorFlow 2.21.0 (1f2e3d4c)".
    """
    version = importlib.metadata.version("tensorflow")
    return f"{_processor()}, TensorFlow {version} ({_kind_sha256()[:8]})"


@functools.cache
def _kind_sha256() -> str:
    kind = importlib.metadata.version("tensorflow") + platform.machine() + _cpu_flags()
    return hashlib.sha256(kind.encode()).hexdigest()


def drop_xla_cache(home: Path) -> bool:
    """Delete XLA's compiled code, which is made again as it is needed; return whether any was."""
    cache = xla_cache(home)
    if cache.is_dir():
        shutil.rmtree(cache, ignore_errors=True)
        return True
    try:
        cache.unlink()  # something else in its place
    except FileNotFoundError:
        return False
    return True


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next(line for line in lines if line.startswith("model name"))
        return model.partition(":")[2].strip()
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def _cpu_flags() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line for line in lines if line.startswith(("flags", "Features")))
    except (OSError, StopIteration):
        return platform.processor()


def lower_priority(nice: int) -> None:
    """Lower this process's priority by `nice`, 0–19.

    Linux may share a processor among sessions first, so that a process's own priority counts
    only within its session; a session that this process or its parent began is lowered, too.
    See "The autogroup feature" in sched(7).
    """
    os.nice(nice)
    if os.getsid(0) in (os.getpid(), os.getppid()):
        try:
            Path("/proc/self/autogroup").write_text(str(nice))
        except OSError:
            log.debug("this system has no priorities of sessions")


def memory_bytes() -> int:
    """Return the memory of this machine, or of the container that limits it."""
    total, limit = psutil.virtual_memory().total, _container_bytes("memory.max")
    return total if limit is None else min(total, limit)


def free_memory_bytes() -> int:
    """Return the memory that this process could use: what is free, and what it has already.

    In a container with a limit, what its other processes use is not free.
    """
    free = psutil.virtual_memory().available
    limit, used = _container_bytes("memory.max"), _container_bytes("memory.current")
    if limit is not None and used is not None:
        free = min(free, limit - used + _container_cache_bytes())
    return max(free, 0) + psutil.Process().memory_info().rss


def _container_bytes(name: str) -> int | None:
    """Return a figure of the container's memory (cgroup v2); None where there is no limit."""
    try:
        return int((CGROUP / name).read_text())
    except (OSError, ValueError):  # there is no such file, or it says "max"
        return None


def _container_cache_bytes() -> int:
    """Return how much of the container's memory are files that the system can let go of."""
    try:
        lines = (CGROUP / "memory.stat").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("inactive_file ")).split()[1])
    except (OSError, StopIteration):
        return 0


def reset_peak_memory() -> None:
    """Measure this process's peak memory from now on, where the system can (Linux)."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        log.debug("the peak memory counts from the process's start")


def peak_memory_mb() -> float:
    """Return this process's peak memory in MB (10⁶ bytes) since the last reset."""
    try:
        status = Path("/proc/self/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
        kib = int(line.split()[1])
    except (OSError, StopIteration):
        kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return kib * 1.024e-3
