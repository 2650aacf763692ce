"""The lab as pages read it: one Lab and one Reader for all sessions of a server.

Owns how often the store is asked: at most every `READ_S` for all sessions together, more rarely for
a crowd (see `ui.viewers`), and rows are read only when the store's version has moved. While runs
are active it also keeps their states true and moves studies on, at most every `RECONCILE_S`. Pages
change the lab through `ui.roles`.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import streamlit as st

from rnnlab import home
from rnnlab.busy_period import latest_busy_period
from rnnlab.compare.groups import group_id
from rnnlab.config import RunConfig
from rnnlab.datasets.own.record import OwnDataset
from rnnlab.errors import RnnlabError, StoreError
from rnnlab.lab import Lab
from rnnlab.owners import in_turn, several_owners
from rnnlab.runs import Epoch, Run, UnreadableRun
from rnnlab.starters import package
from rnnlab.store import RunStore, sqlite
from rnnlab.store.opening import why_read_only
from rnnlab.store.workers import RegisteredWorker
from rnnlab.studies import Study, StudyState
from ui import theme

READ_S = 0.2
BUSY_TIMEOUT_S = 0.8  # a viewer waits no longer for a store that another program holds
RETRY_S = 5.0
RECONCILE_S = 1.0


@dataclass(frozen=True, eq=False)
class Snapshot:
    """All runs, starter runs, studies and datasets of one's own, the newest first; as of one read.

    `race` holds the active runs and those that ended since the lab was last idle, in the order of
    the queue; of an idle lab those of its last busy period (see `rnnlab.busy_period`). `epochs` are
    those of the race. What is derived is computed once for all viewers.
    """

    runs: tuple[Run, ...] = ()
    starters: tuple[Run, ...] = ()  # what came with rnnlab; not among `runs`
    race: tuple[Run, ...] = ()
    epochs: Mapping[str, tuple[Epoch, ...]] = field(default_factory=dict)
    studies: tuple[Study, ...] = ()
    datasets: tuple[OwnDataset, ...] = ()
    unreadable: tuple[UnreadableRun, ...] = ()
    workers: tuple[RegisteredWorker, ...] = ()  # of a store on a server; a file has one machine's
    stale_since: float | None = None  # the store has not answered since then; else it is current
    notice: str | None = None  # why nothing can be recorded, and what to do about it

    @cached_property
    def busy(self) -> bool:
        """Whether something is going on: a run is active, or a study is about to queue some."""
        studying = any(study.state is StudyState.RUNNING for study in self.studies)
        return studying or bool(self.active)

    @cached_property
    def active(self) -> tuple[Run, ...]:
        """Running runs in the order they started, then queued ones in the order of the queue."""
        active = [run for run in self.runs if run.state.active]
        running = [run for run in active if run.state == "running"]
        return (*sorted(running, key=lambda run: (run.queued_at, run.id)), *self.queue)

    @cached_property
    def queue(self) -> tuple[Run, ...]:
        """The queued runs, the next one first."""
        queued = [run for run in self.runs if run.state == "queued"]
        queued.sort(key=lambda run: (run.queued_at, run.id))
        running = Counter(run.owner for run in self.runs if run.state == "running")
        claimed_at: dict[str, float] = {}
        for run in self.runs:
            if run.claimed_at is not None:
                claimed_at[run.owner] = max(claimed_at.get(run.owner, 0.0), run.claimed_at)
        return tuple(in_turn(queued, running, claimed_at))

    @cached_property
    def several_owners(self) -> bool:
        """Whether more than one person has runs here."""
        return several_owners(self.runs)

    @cached_property
    def by_id(self) -> dict[str, Run]:
        """The runs by their ids, starter runs too."""
        return {run.id: run for run in (*self.runs, *self.starters)}

    @cached_property
    def studied(self) -> frozenset[str]:
        """The ids of the runs that belong to a study."""
        return frozenset(run_id for study in self.studies for run_id in study.run_ids())

    @cached_property
    def by_group(self) -> Mapping[str, tuple[Run, ...]]:
        """All runs by the id of their group, whatever their state."""
        groups: dict[str, list[Run]] = {}
        for run in self.runs:
            groups.setdefault(group_id(run.config), []).append(run)
        return {run_group: tuple(runs) for run_group, runs in groups.items()}

    def get(self, run_id: str) -> Run | None:
        """Return the run with this id, or None."""
        return self.by_id.get(run_id)


class Reader:
    """Reads the store for all sessions of one server. Safe to share between threads."""

    def __init__(self, lab: Lab, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._lab = lab
        self._clock = clock
        self._lock = threading.Lock()
        self._version: int | None = None
        self._current_at = 0.0
        self._read_at = self._reconciled_at = float("-inf")
        self._snapshot = Snapshot()
        self._epochs: dict[str, tuple[Epoch, ...]] = {}

    def snapshot(self, *, fresh: bool = False, max_age_s: float = 0.0) -> Snapshot:
        """Return the lab as of at most `READ_S` or `max_age_s` ago; with `fresh`, as of now.

        Where the store does not answer, that is the last snapshot, and says since when. Raises
        RnnlabError where there is none yet, or the store cannot be read for another reason.
        """
        with self._lock:
            now = self._clock()
            wait = max(READ_S, max_age_s) if self._snapshot.stale_since is None else RETRY_S
            if fresh or now - self._read_at >= wait:
                self._read_or_keep(now)
                self._read_at = self._clock()
            return self._snapshot

    def store_time(self) -> float:
        """Return the store's time of what `snapshot` shows, in seconds since 1970.

        It stands still while the store does not answer: what happens meanwhile is not known.
        """
        stale_since = self._snapshot.stale_since
        age_s = 0.0 if stale_since is None else time.time() - stale_since
        return self._lab.store.now() - age_s

    def _read_or_keep(self, now: float) -> None:
        first = self._version is None
        try:
            if first or self._snapshot.busy:
                self._reconcile(now)
            self._read()
            self._current_at = time.time()
            if self._snapshot.stale_since is not None:
                self._snapshot = replace(self._snapshot, stale_since=None)
        except StoreError:
            if first:
                raise
            if self._snapshot.stale_since is None:
                self._snapshot = replace(self._snapshot, stale_since=self._current_at)
        if self._snapshot.notice != self._lab.notice:
            self._snapshot = replace(self._snapshot, notice=self._lab.notice)

    def epochs(self, run: Run) -> tuple[Epoch, ...]:
        """Return the finished epochs of a run; of one that has ended they are read once."""
        return self.epochs_of([run])[run.id]

    def epochs_of(self, runs: Sequence[Run]) -> dict[str, tuple[Epoch, ...]]:
        """Return the finished epochs of these runs by run id, like `epochs`, in one query."""
        with self._lock:
            self._follow(runs)
            return {run.id: self._epochs.get(run.id, ()) for run in runs}

    def _reconcile(self, now: float) -> None:
        if now - self._reconciled_at >= RECONCILE_S:
            self._reconciled_at = now
            self._lab.reconcile()

    def _read(self) -> None:
        version = self._lab.store.version()
        if version == self._version:
            return
        last = self._snapshot
        both = self._lab.store.refresh_runs((*last.runs, *last.starters))
        readable = [run for run in both if isinstance(run, Run)]
        runs = tuple(run for run in readable if not run.is_starter)
        starters = tuple(sorted((r for r in readable if r.is_starter), key=package.place))
        unreadable = tuple(run for run in both if isinstance(run, UnreadableRun))
        known = {run.id for run in readable}
        self._epochs = {key: value for key, value in self._epochs.items() if key in known}
        race = latest_busy_period(runs)
        self._follow(race)
        epochs = {run.id: self._epochs.get(run.id, ()) for run in race}
        studies = self._lab.store.studies.all(self._snapshot.studies)
        own = self._lab.store.datasets.all()
        server = not self._lab.store.database.is_file
        workers = self._lab.store.workers.all(now=0.0) if server else ()
        self._snapshot = Snapshot(runs, starters, race, epochs, studies, own, unreadable, workers)
        self._version = version

    def _follow(self, race: Sequence[Run]) -> None:
        """Add the epochs that runs have gained, in one query."""
        behind = [run for run in race if len(self._epochs.get(run.id, ())) < run.epochs_done]
        if not behind:
            return
        last = {
            run.id: max((e.row_id for e in self._epochs.get(run.id, ())), default=0)
            for run in behind
        }
        gained: dict[str, list[Epoch]] = {}
        for epoch in self._lab.store.epochs_of(last, after=min(last.values())):
            if epoch.row_id > last[epoch.run_id]:
                gained.setdefault(epoch.run_id, []).append(epoch)
        for run_id, epochs in gained.items():
            self._epochs[run_id] = (*self._epochs.get(run_id, ()), *epochs)


class ReadableLab:
    """What pages may read of a lab; its store refuses to write, whoever asks."""

    def __init__(self, lab: Lab) -> None:
        self.home = lab.home
        self.store = lab.store.reading_only("Pages change the lab through ui.roles alone.")
        self.estimate, self.parts = lab.estimate, lab.parts
        self.why_idle = lab.executor.why_idle


def _opened() -> tuple[Lab, ReadableLab, Reader]:
    """Return the lab of this home and store; a new one where its file was deleted or replaced."""
    folder, url = str(home.home()), home.store_url()
    file_id = sqlite.file_id_at(url)
    # Deleted, or not there yet: it gets its id when it is created. A server has no file.
    if file_id is None and sqlite.file_at(url):
        RunStore(url).close()
        file_id = sqlite.file_id_at(url)
    return _open(folder, url, file_id, why_read_only(url))


@st.cache_resource(show_spinner=False, max_entries=4)
def _open(
    home_folder: str, store_url: str, file_id: str | None, read_only: str | None
) -> tuple[Lab, ReadableLab, Reader]:
    lab = Lab(busy_timeout_s=BUSY_TIMEOUT_S)
    return lab, ReadableLab(lab), Reader(lab)


def whole_lab() -> Lab:
    """Return the lab of this server with all that changes it; pages get it from `ui.roles` alone.

    Raises RnnlabError where its home or store cannot be used.
    """
    return _opened()[0]


def get_lab() -> ReadableLab:
    """Return what pages may read of the lab of this server; raises as `whole_lab`."""
    return _opened()[1]


def store_time() -> float:
    """Return `Reader.store_time` of this server's lab."""
    return get_reader().store_time()


def get_reader() -> Reader:
    """Return the reader that all sessions of this server share; raises as `whole_lab`."""
    return _opened()[2]


def snapshot(*, max_age_s: float = 0.0) -> Snapshot:
    """Return the lab as of now, or of at most `max_age_s` ago.

    Where the store cannot be read, show why and stop the page.
    """
    try:
        return get_reader().snapshot(max_age_s=max_age_s)
    except RnnlabError as error:
        theme.error(error)
        st.stop()


def minutes(configs: Iterable[RunConfig], *, workers: int) -> int:
    """Estimate the minutes until `workers` have trained all of these to their last epochs."""
    lab, pace = get_lab(), {}
    seconds = []
    for config in configs:
        settings = replace(config, seed=RunConfig().seed)  # all seeds take as long
        if settings not in pace:
            pace[settings] = lab.estimate(settings).seconds_per_epoch * config.epochs_planned
        seconds.append(pace[settings])
    return max(1, round(max(sum(seconds) / workers, max(seconds)) / 60))
