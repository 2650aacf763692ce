"""Watch: what a person who looks at a lab all the time has seen of it, to be compared later."""

from dataclasses import dataclass, field

from rnnlab.lab import Lab
from rnnlab.runs import HISTORY_KEYS, RunState


@dataclass
class Watch:
    """Everything that was once visible, and where the queue changed its order.

    `epochs` are the figures of each recorded epoch by run and number.
    """

    lab: Lab
    epochs: dict[tuple[str, int], tuple[float, ...]] = field(default_factory=dict)
    out_of_turn: list[str] = field(default_factory=list)
    _last_row: int = 0
    _queue: tuple[str, ...] = ()

    def look(self) -> None:
        """Note what is new. Only reads."""
        runs = self.lab.store.runs()
        for epoch in self.lab.store.epochs_of([run.id for run in runs], after=self._last_row):
            self._last_row = epoch.row_id
            figures = tuple(getattr(epoch, key) for key in HISTORY_KEYS)
            self.epochs[epoch.run_id, epoch.epoch] = figures
        # One that was resumed stands at the end again; all others keep their places.
        fresh = {run.id for run in runs if run.state is RunState.QUEUED and run.started_at is None}
        queue = tuple(run_id for run_id in self.lab.store.queue() if run_id in fresh)
        staying = [run_id for run_id in self._queue if run_id in queue]
        in_order = [run_id for run_id in queue if run_id in staying] == staying
        if not in_order or self._queue[len(self._queue) - len(staying) :] != tuple(staying):
            self.out_of_turn.append(f"{self._queue} became {queue}")
        self._queue = queue

    def lost_epochs(self) -> list[tuple[str, int]]:
        """The epochs that were visible once, and are gone now or have other figures."""
        stored = {
            (epoch.run_id, epoch.epoch): tuple(getattr(epoch, key) for key in HISTORY_KEYS)
            for epoch in self.lab.store.epochs_of({run_id for run_id, _ in self.epochs})
        }
        return [key for key, figures in self.epochs.items() if stored.get(key) != figures]
