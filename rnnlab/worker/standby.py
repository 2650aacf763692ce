"""Spare: a forked process that gets ready for a config, and then waits to be told of a run of it.

Owns how such a process is told. Which config, and for how long, is `rnnlab.worker.main`'s.
"""

import logging
import os
import select
from collections.abc import Callable

from rnnlab.config import RunConfig
from rnnlab.store.attempt import Attempt
from rnnlab.worker.child import Forked
from rnnlab.worker.job import Material, get_ready

log = logging.getLogger(__name__)

# What trains a run, given its id, the claim's token, and what was made ready for it.
Train = Callable[[str, str, Material | None], None]


class Spare:
    """The parent's hold on such a process; a child like any once it has been told.

    It is told through a pipe, which the system closes should the parent die: it leaves then, too.
    Raises OSError where there is no room for it.
    """

    def __init__(
        self, config: RunConfig, *, fork: Callable[[Callable[[], None]], Forked], train: Train
    ) -> None:
        self.config = config
        told, self._tell = os.pipe()
        self._ready, ready = os.pipe()  # the child closes its end when it is ready, or by dying
        try:
            self.process = fork(lambda: self._stand_by(told, ready, train))
        except OSError:
            self._close()
            raise
        finally:
            os.close(told)
            os.close(ready)

    @property
    def warming_up(self) -> bool:
        """Whether it still gets ready; False once it waits, or has ended."""
        return not select.select([self._ready], [], [], 0)[0]

    def broke_down(self) -> bool:
        """Whether it has ended though nobody told it to; it is gone then."""
        ended = self.process.exit_code() is not None
        if ended:
            self._close()
        return ended

    def tell(self, attempt: Attempt) -> bool:
        """Whether it now trains the attempt; else it has died, and is gone."""
        try:
            os.write(self._tell, f"{attempt.run.id} {attempt.token}\n".encode())
        except BrokenPipeError:
            self.process.kill()
            return False
        finally:
            self._close()
        return True

    def drop(self) -> None:
        """End it, though it may be at work still."""
        self._close()
        self.process.kill()

    def _close(self) -> None:
        os.close(self._tell)
        os.close(self._ready)

    def _stand_by(self, told: int, ready_end: int, train: Train) -> None:
        self._close()

        def run_waits() -> bool:
            return bool(select.select([told], [], [], 0)[0])

        try:
            ready = get_ready(self.config, hurried=run_waits)
        except Exception as error:  # the run, should it come, meets it again and records it
            log.warning("not ready for %s: %s", self.config, error)
            ready = None
        os.close(ready_end)
        with open(told) as lines:
            words = lines.readline().split()
        if words:
            run_id, token = words
            train(run_id, token, ready)
