"""Lab: the store, the workers and the data of one home, for the dashboard and the command line.

Joins the parts; owns no state of its own. Imports no keras.
"""

import logging
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from rnnlab import datasets, estimate, home, machine
from rnnlab.compare import reproduction
from rnnlab.config import FIELDS, RunConfig, required
from rnnlab.errors import DiskFull, InvalidField, RnnlabError
from rnnlab.estimate import Estimate
from rnnlab.field import Field
from rnnlab.lab_studies import LabStudies
from rnnlab.names import MAX_NAME, checked_name
from rnnlab.runs import REPRODUCES, Run, RunState
from rnnlab.starters import package
from rnnlab.store import RunStore
from rnnlab.store.sqlite import BUSY_TIMEOUT_S
from rnnlab.worker.executors import make_executor
from rnnlab.worker.reconcile import Reconciler

log = logging.getLogger(__name__)

EPOCH_TIMES_S = 10.0
SEEDS = Field(
    "seeds",
    int,
    "Seeds",
    "How many runs to train that differ only in their seed.",
    1,
    50,
    if_above="train fewer at once",
    if_below="train at least one",
)
ENOUGH_SEEDS = 5  # for a verdict, even where seeds fail or scatter


def longer(run: Run, epochs: int) -> RunConfig:
    """Return the config that trains a run on for that many epochs before it can stop early."""
    most_epochs, most_patience = FIELDS["epochs"].high, FIELDS["patience"].high
    since_best = run.epochs_done - (run.best_epoch or run.epochs_done)
    return replace(
        run.config,
        epochs=min(run.epochs_done + epochs, int(most_epochs)),
        patience=min(since_best + epochs, int(most_patience)),
    )


class Lab(LabStudies):
    """A lab on the home and store that the environment names (see `rnnlab.home`).

    Safe to share between threads. Its store waits `busy_timeout_s` for other programs. Raises
    StoreError or RnnlabError where they cannot be used. What would change a lab that is
    `read_only` raises ReadOnlyLab.
    """

    def __init__(self, *, busy_timeout_s: float = BUSY_TIMEOUT_S) -> None:
        self.home: Path = home.home()
        self.store = RunStore(home.store_url(), busy_timeout_s=busy_timeout_s)
        self.executor = make_executor(self.store)
        self._reconciler = Reconciler(self.store, self.executor)
        self.store.datasets.all()  # so that this process knows what they are called
        if not self.read_only:
            self._introduce_starters()
        self._measured: tuple[float, tuple[tuple[RunConfig, float], ...]] = (float("-inf"), ())

    @property
    def read_only(self) -> str | None:
        """Why this lab cannot be changed, and what to do about it; None where it can."""
        return self.store.database.read_only

    @property
    def notice(self) -> str | None:
        """What keeps everything from being recorded, and what to do about it; None if nothing."""
        return self.read_only or self.store.database.full_disk

    def _introduce_starters(self) -> None:
        """Give a new lab the runs that come with rnnlab, unless the environment says otherwise."""
        with suppress(DiskFull):
            if self.store.starters.undecided() and home.number("RNNLAB_STARTERS", 1, low=0, high=1):
                self.store.starters.introduce(package.load())

    def show_starters(self) -> None:
        """Bring those of the runs that came with rnnlab back that the lab lacks."""
        self.store.starters.show(package.load())

    def hide_starters(self) -> None:
        """Take the runs that came with rnnlab out of the lab."""
        self.store.starters.hide()

    def train(self, config: RunConfig, *, name: str | None = None) -> Run:
        """Queue a run and start a worker for it; return the run.

        Raises NotEnoughMemory where this machine could never train it, DataError where its
        reviews are missing, InvalidField for a bad name.
        """
        manifest = self._check(config)
        run = self.store.enqueue(
            config, now=self.store.now(), name=name, manifest=manifest, owner=self.owner
        )
        self.executor.ensure()
        return run

    def train_seeds(
        self, config: RunConfig, seeds: int, *, name: str | None = None
    ) -> tuple[Run, ...]:
        """Queue a run for each of `seeds` seeds, starting from the config's; return the runs.

        A seed that is already trained, in training or queued is not trained again: its run is
        returned. All are queued or none. They are named "name 1", "name 2", ..., and their group
        is called by the name. Raises like `train`, and InvalidField for a number of seeds or a seed
        that is too high, and for a run's name.
        """
        SEEDS.check(seeds)
        if seeds > 1 and "seed" in config.architecture.unused:
            remedy = "every seed gives the same result, so one run is enough"
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
            self._check_group_name(name)
        manifest = self._check(config)
        runs = self.store.enqueue_all(
            named, now=self.store.now(), manifest=manifest, owner=self.owner
        )
        self.executor.ensure()
        return runs

    def _check_group_name(self, name: str | None) -> None:
        """Raise InvalidField where a run has the name that a group of seeds is to get."""
        called = checked_name(name) if name is not None else None
        for run in self.store.runs() if called else ():
            if run.name == called:
                remedy = f"rename that run ({run.id}), or choose another name"
                raise InvalidField("name", name, "other than a run's", remedy)

    def train_missing(self, configs: Sequence[RunConfig]) -> tuple[Run, ...]:
        """Queue a run of each config that is neither trained nor queued; return all their runs.

        Raises like `train`, before anything is queued.
        """
        manifests = {config.dataset_id: self._check(config) for config in configs}
        runs: list[Run] = []
        for dataset_id, manifest in manifests.items():
            named: list[tuple[RunConfig, str | None]]
            named = [(config, None) for config in configs if config.dataset_id == dataset_id]
            runs += self.store.enqueue_all(
                named, now=self.store.now(), manifest=manifest, owner=self.owner
            )
        self.executor.ensure()
        return tuple(runs)

    def reproduce(self, original: Run) -> Run:
        """Queue a run of the same config on the same reviews; see `compare.reproduction`.

        Raises WrongState where the original has not finished, and like `train`; DataError also
        where the original's reviews have changed.
        """
        reproduction.check_reproducible(original)
        fingerprint = original.manifest.get("dataset_sha256")
        manifest = self._check(original.config, fingerprint=fingerprint)
        manifest[REPRODUCES] = original.id
        name = reproduction.repeat_name(original.name)
        run = self.store.enqueue(
            original.config, now=self.store.now(), name=name, manifest=manifest, owner=self.owner
        )
        self.executor.ensure()
        return run

    def train_on(self, run: Run, epochs: int) -> Run:
        """Queue a run that trains another on for that many epochs, whatever its validation loss.

        It continues exactly where the other ended (see `RunStore.train_on`), or is the run that
        does so already. Raises WrongState where the other has not ended with weights, and like
        `train`.
        """
        self._check(run.config, fingerprint=run.manifest.get("dataset_sha256"))
        config = longer(run, epochs)
        name = checked_name(f"{run.name[: MAX_NAME - 20]} to epoch {config.epochs}")
        continued = self.store.train_on(
            run.id, config, now=self.store.now(), name=name, owner=self.owner
        )
        self.executor.ensure()
        return continued

    def _check(self, config: RunConfig, *, fingerprint: str | None = None) -> dict[str, str]:
        """Check that a config can be trained here; return the manifest to queue it with."""
        estimate.check_fits(config, machine.memory_bytes(), self.parts(config))
        prepared = datasets.prepare(config.dataset_id, self.home, fingerprint=fingerprint)
        return {"dataset_sha256": prepared}

    def resume(self, run_id: str) -> Run:
        """Have an interrupted or a stopped run go on after its last epoch; return what goes on.

        An interrupted run is queued again. One that was stopped has ended and stays as it is: a new
        run of its settings goes on from it, and comes to what it would have come to. Raises
        WrongState for others, and like `train`.
        """
        run = self.store.get(run_id)
        if run.state is RunState.STOPPED:
            return self._continue(run)
        self.store.resume(run_id, now=self.store.now())
        self.executor.ensure()
        return self.store.get(run_id)

    def _continue(self, run: Run) -> Run:
        """Queue a run that goes on where another was stopped."""
        manifest = self._check(run.config, fingerprint=run.manifest.get("dataset_sha256"))
        name, now = f"{run.name[: MAX_NAME - 12]} continued", self.store.now()
        if run.is_trained:
            continued = self.store.train_on(
                run.id, run.config, now=now, name=name, owner=self.owner
            )
        else:
            (continued,) = self.store.enqueue_all(
                [(run.config, name)], now=now, manifest=manifest, owner=self.owner
            )
        self.executor.ensure()
        return continued

    def stop(self, run_id: str) -> None:
        """Ask a run to stop. Raises WrongState where it has ended."""
        self.store.request_stop(run_id, now=self.store.now())

    def prewarm(self, config: RunConfig, *, workers: int = 1) -> None:
        """Have idle workers warm up for a run that may be queued next.

        Only a guess: it queues nothing, the next guess replaces it, and a failure costs nothing
        but time. Starts workers until `workers` are alive, up to the limit.
        """
        if self.read_only:
            return
        try:
            self.store.expected.put(config, now=self.store.now())
            self.executor.ensure(wanted=workers)
        except (RnnlabError, OSError) as error:
            log.warning("no worker warms up for the next run: %s", error)

    def reconcile(self) -> None:
        """Make the store say what is so, and let what can go on go on (see `Reconciler`).

        Call it about once a second while runs or studies are active, and before showing their
        states. A lab that is read-only stays as it is, and so does one whose disk is full.
        """
        if not self.read_only:
            with suppress(DiskFull):
                self._reconciler.reconcile(now=self.store.now())

    def estimate(self, config: RunConfig) -> Estimate:
        """Estimate what training would take, from earlier runs on this machine if there are any."""
        epoch_times = self._epoch_times()
        parts = self.parts(config, *(other for other, _ in epoch_times))
        return estimate.estimate(config, epoch_times, parts)

    def _epoch_times(self) -> tuple[tuple[RunConfig, float], ...]:
        """Return what was measured here; read again at most every `EPOCH_TIMES_S`."""
        read_at, epoch_times = self._measured
        if time.monotonic() - read_at > EPOCH_TIMES_S:
            epoch_times = self.store.epoch_times(machine.name())
            self._measured = (time.monotonic(), epoch_times)
        return epoch_times
