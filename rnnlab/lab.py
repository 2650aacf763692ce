"""Lab: the store, the workers and the data of one home, for the dashboard and the command line.

Joins the parts; owns no state of its own. Imports no keras.
"""

import logging
import time
from dataclasses import replace
from pathlib import Path

from rnnlab import datasets, estimate, home, machine
from rnnlab.compare import reproduction
from rnnlab.config import RunConfig, required
from rnnlab.errors import InvalidField, RnnlabError
from rnnlab.estimate import Estimate
from rnnlab.field import Field
from rnnlab.runs import REPRODUCES, Run
from rnnlab.store import RunStore
from rnnlab.store.enqueue import checked_name
from rnnlab.worker.launch import LocalExecutor

log = logging.getLogger(__name__)

EPOCH_TIMES_S = 10.0
SEEDS = Field(
    "seeds",
    int,
    "Seeds",
    "How many runs that differ in seed alone.",
    1,
    50,
    if_above="train fewer at once",
    if_below="train at least one",
)


class Lab:
    """A lab on the home and store that the environment names (see `rnnlab.home`).

    Safe to share between threads. Raises StoreError or RnnlabError where they cannot be used.
    """

    def __init__(self) -> None:
        self.home: Path = home.home()
        self.store = RunStore(home.store_url())
        self.executor = LocalExecutor(self.store)
        self._measured: tuple[float, tuple] = (float("-inf"), ())

    def train(self, config: RunConfig, *, name: str | None = None) -> Run:
        """The new run, queued, with a worker on its way.

        Raises NotEnoughMemory where this machine could never train it, DataError where its
        reviews are missing, InvalidField for a bad name.
        """
        estimate.check_fits(config, machine.memory_bytes())
        manifest = {"dataset_sha256": datasets.prepare(config.dataset, self.home)}
        run = self.store.enqueue(config, now=time.time(), name=name, manifest=manifest)
        self.executor.ensure()
        return run

    def train_seeds(
        self, config: RunConfig, seeds: int, *, name: str | None = None
    ) -> tuple[Run, ...]:
        """A run for each of the next `seeds` seeds from the config's on, a worker on its way.

        A seed whose network is trained, in training or queued already is not trained again: its
        run is given. All are queued or none. They are called "name 1", "name 2", ... Raises like
        `train`, and InvalidField for a number of seeds or a seed that is too high.
        """
        SEEDS.check(seeds)
        if seeds > 1 and "seed" in config.architecture.unused:
            remedy = "no chance is in it, so one run is enough"
            raise InvalidField("seeds", seeds, f"1 for {config.arch}", remedy)
        named = [(config, name)]
        if seeds > 1:
            named = [
                (
                    replace(config, seed=required(config.seed) + number),
                    None if name is None else f"{checked_name(name)} {number + 1}",
                )
                for number in range(seeds)
            ]
        estimate.check_fits(config, machine.memory_bytes())
        manifest = {"dataset_sha256": datasets.prepare(config.dataset, self.home)}
        runs = self.store.enqueue_all(named, now=time.time(), manifest=manifest)
        self.executor.ensure()
        return runs

    def reproduce(self, original: Run) -> Run:
        """Queue a run of the same config on the same reviews; see `compare.reproduction`.

        Raises WrongState where the original has not finished, and like `train`, DataError too
        where its very reviews are not at hand any more.
        """
        reproduction.check_reproducible(original)
        estimate.check_fits(original.config, machine.memory_bytes())
        fingerprint = original.manifest.get("dataset_sha256")
        manifest = {
            "dataset_sha256": datasets.prepare(
                original.config.dataset, self.home, fingerprint=fingerprint
            ),
            REPRODUCES: original.id,
        }
        name = reproduction.repeat_name(original.name)
        run = self.store.enqueue(original.config, now=time.time(), name=name, manifest=manifest)
        self.executor.ensure()
        return run

    def resume(self, run_id: str) -> None:
        """Queue an interrupted run again, with a worker on its way. Raises WrongState."""
        self.store.resume(run_id, now=time.time())
        self.executor.ensure()

    def stop(self, run_id: str) -> None:
        """Ask a run to stop. Raises WrongState where it has ended."""
        self.store.request_stop(run_id, now=time.time())

    def prewarm(self, config: RunConfig, *, workers: int = 1) -> None:
        """Have idle workers get ready for a run that may be asked for next.

        A guess: it queues nothing, the next one takes its place, and where it cannot be made
        nothing is lost but time. Starts workers where fewer live, up to the limit.
        """
        try:
            self.store.expected.put(config, now=time.time())
            self.executor.ensure(wanted=workers)
        except (RnnlabError, OSError) as error:
            log.warning("nothing is made ready for the next run: %s", error)

    def reconcile(self) -> None:
        """Make the states true: dead workers' runs become interrupted, queued runs get workers.

        Call it about once a second while runs are active, and before states are shown.
        """
        self.store.workers.mark_stalled(now=time.time())
        if self.store.queued_count():
            self.executor.ensure()

    def estimate(self, config: RunConfig) -> Estimate:
        """What training would take, judged by this machine's earlier runs where there are any."""
        return estimate.estimate(config, self._paces())

    def _paces(self) -> tuple[tuple[RunConfig, float], ...]:
        """What was measured here; read again at most every `EPOCH_TIMES_S`."""
        read_at, epoch_times = self._measured
        if time.monotonic() - read_at > EPOCH_TIMES_S:
            epoch_times = self.store.epoch_times(machine.name())
            self._measured = (time.monotonic(), epoch_times)
        return epoch_times
