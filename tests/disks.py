"""Disks as tests need them: small ones, and folders that cannot be written to."""

import os
import subprocess
from contextlib import contextmanager
from pathlib import Path

import pytest


def mount(*arguments: str) -> None:
    """Mount something; skip the test where that is not allowed."""
    done = subprocess.run(["mount", *arguments], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"this test needs to mount a disk: {done.stderr.strip()}")


@contextmanager
def read_only(path: Path):
    """A folder or file, and what is in it, that this process cannot write to meanwhile.

    File modes do not stop root, so that root mounts it over itself.
    """
    if os.geteuid():
        paths = [path, *path.rglob("*")]
        modes = [place.stat().st_mode for place in paths]
        for place in reversed(paths):
            place.chmod(place.stat().st_mode & ~0o222)
        yield
        for place, mode in zip(paths, modes, strict=True):
            place.chmod(mode)
        return
    mount("--bind", str(path), str(path))
    try:
        mount("-o", "remount,ro,bind", str(path))
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(path)], check=True)


@contextmanager
def small_disk(folder: Path, megabytes: int):
    """A disk of its own at a new folder, in memory."""
    folder.mkdir(parents=True)
    mount("-t", "tmpfs", "-o", f"size={megabytes}m", "rnnlab-test", str(folder))
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def enlarge(folder: Path, megabytes: int) -> None:
    """Give a small disk more room."""
    mount("-o", f"remount,size={megabytes}m", str(folder))
