"""Standby: a forked process that warms up for a config, then waits to be assigned a run of it.

Owns how parent and process talk. Which config, and for how long, is `rnnlab.worker.worker`'s.
"""

import logging
import os
import select
from collections.abc import Callable

from rnnlab.config import RunConfig
from rnnlab.store.attempt import Attempt
from rnnlab.worker.child import ChildProcess
from rnnlab.worker.job import TrainingData, warm_up

log = logging.getLogger(__name__)

# Trains a run, given its id, the claim's token, and the data that was loaded for it ahead.
Train = Callable[[str, str, TrainingData | None], None]


class Standby:
    """The parent's handle on such a process; a child like any other once a run is assigned.

    The run arrives through a pipe, which the system closes should the parent die: the process
    then exits, too. Raises OSError where the system has no process or memory left.
    """

    def __init__(
        self,
        config: RunConfig,
        *,
        fork: Callable[[Callable[[], None]], ChildProcess],
        train: Train,
    ) -> None:
        self.config = config
        assignment, self._assignment = os.pipe()
        # The child closes its end once it is warm, and by dying.
        self._warm, warm = os.pipe()
        try:
            self.process = fork(lambda: self._wait(assignment, warm, train))
        except OSError:
            self._close()
            raise
        finally:
            os.close(assignment)
            os.close(warm)

    def fits(self, config: RunConfig | None) -> bool:
        """Return whether it has warmed up what this config trains, for whatever many epochs."""
        own = self.config.to_dict()
        length = {"epochs": own["epochs"], "patience": own["patience"]}
        return config is not None and {**config.to_dict(), **length} == own

    @property
    def warming_up(self) -> bool:
        """Whether it is still warming up; False once it waits for a run, or has ended."""
        return not _readable(self._warm)

    def crashed(self) -> bool:
        """Return whether it ended without being asked to; if so, it is reaped and gone."""
        ended = self.process.exit_code() is not None
        if ended:
            self._close()
        return ended

    def assign(self, attempt: Attempt) -> bool:
        """Have it train the attempt; return False if it has died, and is gone."""
        try:
            os.write(self._assignment, f"{attempt.run.id} {attempt.token}\n".encode())
        except BrokenPipeError:
            self.process.kill()
            return False
        finally:
            self._close()
        return True

    def stop(self) -> None:
        """Kill the process, even while it is warming up."""
        self._close()
        self.process.kill()

    def _close(self) -> None:
        """Close this side's ends of both pipes."""
        os.close(self._assignment)
        os.close(self._warm)

    def _wait(self, assignment: int, warm: int, train: Train) -> None:
        """Warm up, wait for a run and train it: what the forked process does."""
        self._close()
        try:
            data = warm_up(self.config, urgent=lambda: _readable(assignment))
        except Exception as error:  # the run, should it come, meets it again and records it
            log.warning("could not warm up for %s: %s", self.config, error)
            data = None
        os.close(warm)
        with open(assignment) as lines:
            words = lines.readline().split()  # waits; none if the parent has died
        if words:
            run_id, token = words
            train(run_id, token, data)


def _readable(file: int) -> bool:
    """Return whether a pipe has something to read, or is closed at its other end."""
    return bool(select.select([file], [], [], 0)[0])
