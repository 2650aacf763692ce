"""Recorder: writes to the store in a thread of its own, beside the training."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from rnnlab.store.attempt import Attempt


class Recorder:
    """Writes to a run's attempt in a thread of its own, one thing after another.

    What the store says of a write, or the error that it raises, comes to light at a later call,
    at the latest on leaving the context, which waits for the last write.
    """

    def __init__(self, attempt: Attempt) -> None:
        self.stop_requested = False  # by somebody, as of the last write that is known to be done
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
        """Wait for what is being written. Raises what it raised, such as LostRun."""
        if self._writing is not None:
            written, self._writing = self._writing, None
            self.stop_requested = written.result()

    def write(self, record: Callable[[], bool]) -> None:
        """Have a method of the attempt called, which says whether a stop was asked for.

        Waits for what is being written before. Raises what that raised.
        """
        self.settle()
        self._writing = self._thread.submit(record)
