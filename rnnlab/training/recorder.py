"""Recorder: writes to the store in a thread of its own while training goes on."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from rnnlab.store.attempt import Attempt


class Recorder:
    """Writes to a run's attempt in a thread of its own, one write after another.

    A write's result, or the error that it raises, appears at a later call, at the latest on
    leaving the context, which waits for the last write.
    """

    def __init__(self, attempt: Attempt) -> None:
        self.stop_requested = False  # as of the last write that is known to be done
        self.attempt = attempt
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="recorder")
        self._writing: Future[bool] | None = None

    def __enter__(self) -> "Recorder":
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown()
        self.settle()

    @property
    def busy(self) -> bool:
        """Whether something is being written."""
        return self._writing is not None and not self._writing.done()

    def settle(self) -> None:
        """Wait for the current write. Raises what it raised, such as LostRun."""
        if self._writing is not None:
            written, self._writing = self._writing, None
            self.stop_requested = written.result()

    def write(self, record: Callable[[], bool]) -> None:
        """Call a method of the attempt, which returns whether a stop was requested.

        Waits for the previous write first. Raises what that raised.
        """
        self.settle()
        self._writing = self._thread.submit(record)
