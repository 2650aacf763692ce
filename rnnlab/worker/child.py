"""ChildProcess: a process that is forked to do one thing, and the folder of its temporary files.

For a parent that runs no threads of its own, so that forking is safe. A child that is killed with
its parent leaves its files; the next worker deletes them.
"""

import logging
import os
import re
import shutil
import signal
import tempfile
from collections.abc import Callable
from pathlib import Path

import psutil

from rnnlab import disk, machine
from rnnlab.errors import DiskFull

log = logging.getLogger(__name__)

# A folder's name tells whose it is, so that those of killed processes are found.
_PREFIX = f"rnnlab-{re.sub(r'[^A-Za-z0-9._-]', '-', machine.name())}-"


class ChildProcess:
    """The parent's handle on a forked process that does `work` and exits, with 0 on success.

    Raises OSError where the system has no process or memory left.
    """

    def __init__(self, work: Callable[[], None]) -> None:
        # TensorFlow deletes its temporary files at interpreter exit, which os._exit skips.
        self._folder = tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-")
        try:
            self.pid = os.fork()
        except OSError:
            os.rmdir(self._folder)
            raise
        if not self.pid:
            self._run(work)

    def _run(self, work: Callable[[], None]) -> None:
        """Do the work in the forked process, and exit it."""
        code = 1
        try:
            tempfile.tempdir = self._folder
            work()
            code = 0
        except DiskFull:
            code = disk.FULL_EXIT
        except BaseException:
            log.exception("process %d failed", os.getpid())
        finally:
            try:
                self._delete_temporary_files()
                logging.shutdown()
            finally:
                os._exit(code)

    def exit_code(self) -> int | None:
        """Return the exit code, negative for the signal that killed it; None while it runs.

        Reaps the process, so do not call this again after it has returned a code.
        """
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        if not pid:
            return None
        self._delete_temporary_files()
        return os.waitstatus_to_exitcode(status)

    def kill(self) -> None:
        """Kill and reap the process, whatever it is doing."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        self._delete_temporary_files()

    def _delete_temporary_files(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)


def sweep() -> None:
    """Delete the temporary files that children of dead processes of this machine have left."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*-*"):
        parent = folder.name.removeprefix(_PREFIX).partition("-")[0]
        if parent.isdigit() and not psutil.pid_exists(int(parent)):
            shutil.rmtree(folder, ignore_errors=True)
