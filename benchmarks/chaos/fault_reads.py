"""Everything that is read of a store, and something that is written: did it answer, or crash?"""

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from rnnlab.config import preset
from rnnlab.errors import RnnlabError
from rnnlab.store import RunStore, health


@dataclass
class Readings:
    """How many readings were answered, were refused with a sentence, or ended in a traceback."""

    answers: int = 0
    refusals: int = 0
    crashes: list[str] = field(default_factory=list)

    def read(self, file: Path) -> None:
        """Open the store in a file, read all that pages and commands read of it, and write."""

        def opened() -> None:
            with closing(RunStore(f"sqlite:///{file}")) as store:
                self.read_store(store)
                self._try(lambda: write(store))

        self._try(opened)

    def read_store(self, store: RunStore) -> None:
        """Read all that pages and commands read of a store."""
        ids: list[str] = []
        self._try(lambda: ids.extend(run.id for run in store.runs()))
        for read in (
            store.version,
            store.unreadable_runs,
            store.queue,
            store.active_count,
            lambda: store.refresh_runs([]),
            lambda: store.epochs_of(ids),
            lambda: store.run_costs(ids),
            lambda: store.epoch_times("here"),
            store.studies.all,
            store.workers.last_seen,
            lambda: health.quick_check(store.database),
            lambda: health.damaged_files(store.database),
        ):
            self._try(read)
        for run_id in ids:
            self._try(lambda run_id=run_id: store.artifact(run_id, "best"))
            self._try(lambda run_id=run_id: store.update_ratios(run_id))

    def _try(self, action: Callable[[], object]) -> None:
        try:
            action()
            self.answers += 1
        except RnnlabError:
            self.refusals += 1
        except Exception as error:
            self.crashes.append(f"{type(error).__name__}: {str(error).splitlines()[0][:80]}")


def write(store: RunStore) -> None:
    """Queue a run, and stop it."""
    run = store.enqueue(preset("gru", seed=99), now=time.time())
    store.request_stop(run.id, now=time.time())
