"""Forked: a process that is forked off to do one thing, and the folder of its temporary files.

For a parent without threads of its own, so that forking is safe.
"""

import logging
import os
import shutil
import signal
import tempfile
from collections.abc import Callable

log = logging.getLogger(__name__)


class Forked:
    """The parent's hold on a process that does `work` and then exits, with 0 if nothing was raised.

    Raises OSError where the system has no room for it.
    """

    def __init__(self, work: Callable[[], None]) -> None:
        # TensorFlow deletes its temporary files at a usual exit alone, which this process has not.
        self._folder = tempfile.mkdtemp(prefix="rnnlab-")
        try:
            self.pid = os.fork()
        except OSError:
            os.rmdir(self._folder)
            raise
        if not self.pid:
            self._do(work)

    def _do(self, work: Callable[[], None]) -> None:
        code = 1
        try:
            tempfile.tempdir = self._folder
            work()
            code = 0
        except BaseException:
            log.exception("process %d did not do its work", os.getpid())
        finally:
            try:
                self._clean()
                logging.shutdown()
            finally:
                os._exit(code)

    def exit_code(self) -> int | None:
        """Its exit code, below 0 for the signal that ended it; None while it lives.

        To be asked no more once it has ended.
        """
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        if not pid:
            return None
        self._clean()
        return os.waitstatus_to_exitcode(status)

    def kill(self) -> None:
        """End it at once, wherever it is."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        self._clean()

    def _clean(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
