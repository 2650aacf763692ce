"""What readers see of a run: frozen snapshots, never live rows.

Owns the states and what follows from a snapshot alone. Reads and writes nothing.
"""

import enum
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from rnnlab.config import RunConfig
from rnnlab.format import plural

REPRODUCES, CONTINUES, STARTER = "reproduces", "continues", "starter"  # keys of `Run.manifest`
MACHINE_KINDS = "machine_kinds"  # a key, too
STALLED_AFTER_S = 10.0  # without a batch
HISTORY_KEYS = ("loss", "accuracy", "val_loss", "val_accuracy")


class RunState(enum.StrEnum):
    """`queued → running → finished | stopped | failed`, and `running → interrupted → queued`."""

    QUEUED = "queued"
    RUNNING = "running"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"
    INTERRUPTED = "interrupted"

    @property
    def active(self) -> bool:
        """Whether the run waits for a worker or is being trained."""
        return self in (RunState.QUEUED, RunState.RUNNING)


@dataclass(frozen=True)
class Epoch:
    """One finished epoch: Keras's four metrics, and how long it took in seconds.

    `epoch` counts from 1. A metric that was not a number stays NaN. `row_id` grows with time over
    all runs of a store, so that a reader can ask for what is newer than the last it saw.
    """

    epoch: int
    loss: float
    accuracy: float
    val_loss: float
    val_accuracy: float
    seconds: float
    row_id: int = 0
    run_id: str = ""


@dataclass(frozen=True)
class RunCost:
    """What a run has cost so far, beside what its `Run` says.

    `seconds_per_epoch` is the median, without the first epoch, which includes compiling; None
    before the second has ended. `seconds_to_best` adds up the epochs up to and including the best.
    `file_bytes` is the size of the best epoch's weights as the store keeps them.
    """

    seconds_per_epoch: float | None
    seconds_to_best: float
    file_bytes: int | None


@dataclass(frozen=True)
class Progress:
    """How far the epoch in training has come; loss and accuracy are running means."""

    epoch: int
    batch: int
    batches: int
    loss: float
    accuracy: float
    at: float  # seconds since 1970, UTC


@dataclass(frozen=True)
class Run:
    """One run as it stood when it was read. Times are seconds since 1970, UTC.

    `best_*` describe the epoch with the lowest validation loss, whose weights are kept; they are
    None until the first epoch ends. `seconds` adds up the finished epochs. `resumed_after` is the
    number of epochs after which the lab last resumed it without being asked, and `resumed_because`
    what had interrupted it. `owner` is whoever queued it, empty for runs of earlier versions,
    `claimed_at` when a worker last took it on, and `stop_reason` why the lab itself stopped it.
    """

    id: str
    name: str
    state: RunState
    config: RunConfig
    parameters: int
    created_at: float
    queued_at: float
    owner: str = ""
    claimed_at: float | None = None
    started_at: float | None = None
    ended_at: float | None = None
    stop_requested: bool = False
    epochs_done: int = 0
    seconds: float = 0.0
    last_epoch_seconds: float | None = None
    best_epoch: int | None = None
    best_loss: float | None = None
    best_accuracy: float | None = None
    best_val_loss: float | None = None
    best_val_accuracy: float | None = None
    progress: Progress | None = None
    peak_memory_mb: float | None = None
    machine: str | None = None
    worker_id: str | None = None
    resumed_after: int | None = None
    resumed_because: str | None = None
    stop_reason: str | None = None
    error: str | None = None
    traceback: str | None = None
    versions: dict[str, str] = field(default_factory=dict)
    manifest: dict[str, Any] = field(default_factory=dict)

    @property
    def is_trained(self) -> bool:
        """Whether it has ended with weights: such a run can be compared, exported and used."""
        ended_well = self.state in (RunState.FINISHED, RunState.STOPPED)
        return ended_well and self.best_epoch is not None

    @property
    def is_resumable(self) -> bool:
        """Whether it was interrupted, and the lab may resume it by itself."""
        gained = self.resumed_after is None or self.epochs_done > self.resumed_after
        return self.state is RunState.INTERRUPTED and gained

    @property
    def is_pruned(self) -> bool:
        """Whether a sweep stopped it because it had fallen behind (see `rnnlab.pruning`)."""
        return self.state is RunState.STOPPED and self.stop_reason is not None

    @property
    def reproduces(self) -> str | None:
        """The id of the run that it repeats, if it was queued to reproduce one."""
        return self.manifest.get(REPRODUCES)

    @property
    def continues(self) -> str | None:
        """The id of the run that it goes on from, if it was queued to train another on."""
        return self.manifest.get(CONTINUES)

    @property
    def machine_kinds(self) -> tuple[str, ...]:
        """The kinds of machines that it was trained on, in order; see `rnnlab.machine.kind`.

        One, unless it went on elsewhere; none where an earlier version trained it.
        """
        return tuple(self.manifest.get(MACHINE_KINDS, ()))

    @property
    def has_test_reviews(self) -> bool:
        """Whether reviews are kept that neither train it nor choose anything for it.

        It asks for them, or its dataset gives a test part, which its manifest counts.
        """
        return self.config.test_set or self.manifest.get("test_reviews", 0) > 0

    @property
    def is_starter(self) -> bool:
        """Whether it came with rnnlab; lists of a lab's runs leave such a run out."""
        return bool(self.manifest.get(STARTER))

    @property
    def stopped_early(self) -> bool:
        """Whether early stopping ended it before its last planned epoch."""
        return self.state is RunState.FINISHED and self.epochs_done < self.config.epochs_planned

    @property
    def share_done(self) -> float:
        """Progress towards the last planned epoch, from 0 to 1."""
        if self.state is RunState.FINISHED:
            return 1.0
        done = float(self.epochs_done)
        if self.progress and self.progress.epoch > self.epochs_done and self.progress.batches:
            done += self.progress.batch / self.progress.batches
        return min(done / self.config.epochs_planned, 1.0)

    @property
    def seconds_left(self) -> float | None:
        """Time to the last planned epoch at the pace of the latest; None before the second ends.

        The first includes compiling. Early stopping may end training sooner, so this is the
        longest it should take.
        """
        if self.epochs_done < 2 or self.last_epoch_seconds is None:
            return None
        return self.config.epochs_planned * (1 - self.share_done) * self.last_epoch_seconds

    def stalled_since(self, now: float) -> float | None:
        """Return when the last batch was seen, if that is longer ago than it should be; else None.

        Validation, which comes without batches, takes less than half of an epoch.
        """
        if self.state is not RunState.RUNNING or self.progress is None:
            return None
        patience = max(STALLED_AFTER_S, (self.last_epoch_seconds or 0.0) / 2)
        return self.progress.at if now - self.progress.at > patience else None

    @property
    def metrics(self) -> dict[str, float | None]:
        """The metrics of the best epoch, under Keras's names; empty before the first."""
        if self.best_epoch is None:
            return {}
        values = (self.best_loss, self.best_accuracy, self.best_val_loss, self.best_val_accuracy)
        return dict(zip(HISTORY_KEYS, values, strict=True))

    def ending(self) -> str:
        """Return how it ended, why, and which weights are kept; empty while active."""
        kept = f"The weights of epoch {self.best_epoch} are kept." if self.best_epoch else ""
        if self.stopped_early:
            return (
                f"Stopped early after epoch {self.epochs_done}: the validation loss had not "
                f"improved for {plural(max(self.config.patience or 0, 1), 'epoch')}. {kept}"
            )
        if self.state is RunState.FINISHED and self.config.epochs is None:
            return "Fitted in one go, without epochs. Its weights are kept."
        if self.state is RunState.FINISHED:
            return f"Trained for the planned {plural(self.config.epochs_planned, 'epoch')}. {kept}"
        if self.state is RunState.STOPPED and self.stop_reason:
            return f"{self.stop_reason} {kept}".strip()
        if self.state is RunState.STOPPED:
            return f"Stopped on request after {plural(self.epochs_done, 'epoch')}. {kept}".strip()
        if self.state is RunState.INTERRUPTED:
            return f"{self.error or ''} {self._remedy}".strip()
        if self.state is RunState.FAILED:
            return self.error or ""
        return ""

    @property
    def _remedy(self) -> str:
        """What continues an interrupted run, and why it does not go on by itself."""
        place = f"after epoch {self.epochs_done}" if self.epochs_done else "from the start"
        if self.resumed_because is not None and self.resumed_after == self.epochs_done:
            return f"It was interrupted twice at the same place, so only you can resume it {place}."
        return f"Nothing recorded is lost: resume it to continue {place}."

    @property
    def resumed(self) -> str:
        """What the lab did when the run was last interrupted, and why; empty if it never was."""
        if self.resumed_after is None or self.resumed_because is None:
            return ""
        place = f"after epoch {self.resumed_after}" if self.resumed_after else "from the start"
        return f"Resumed automatically {place}. Before that: {self.resumed_because}"


@dataclass(frozen=True)
class UnreadableRun:
    """A run whose row this version cannot read: what can be told of it, and why."""

    id: str
    name: str
    state: str
    reason: str

    def __str__(self) -> str:
        return (
            f"run {self.name} ({self.id}) cannot be read ({self.reason}): use the version of "
            f"rnnlab that wrote it, or delete it with `rnnlab delete {self.id}`"
        )


def trained(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Return those of the runs that are trained, the oldest first."""
    chosen = (run for run in runs if run.is_trained)
    return tuple(sorted(chosen, key=lambda run: (run.created_at, run.id)))
