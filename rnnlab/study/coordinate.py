"""Moves the searches of sweeps on: asks for their next points and has them trained.

One process at a time does so for a sweep, for as long as it holds the lease in the store
(`rnnlab.store.sweeps`). It keeps nothing that the store does not hold, so that another can go on
at any time. Imports Optuna where a point is to be found.
"""

import logging
import math
import time
from collections.abc import Callable

from rnnlab.store import RunStore
from rnnlab.studies import Study
from rnnlab.study import plan, points, propose

log = logging.getLogger(__name__)

TRIES = 3  # after which a sweep fails whose next point cannot be found
RENEW_EVERY_S = 2.0  # a lease
LOOK_EVERY_S = 5.0  # at a sweep of which nothing seems to have changed


class Coordinator:
    """Coordinates the sweeps of a store, as the `holder` of their leases."""

    def __init__(self, store: RunStore, holder: str) -> None:
        self._store = store
        self._holder = holder
        self._seen: dict[str, tuple[object, float]] = {}  # what each sweep looked like, and when
        self._held: list[str] = []
        self._renewed: dict[str, float] = {}  # when each lease was last taken
        self._failures: dict[str, int] = {}

    def tick(self, *, workers: int, now: Callable[[], float] = time.time) -> int | None:
        """Move the sweeps that this process coordinates on; return how many points were added.

        None where it coordinates none. Each sweep has as many points in training as there are
        workers.
        """
        self._held = held = [
            study_id for study_id in self._store.sweeps.searching() if self._holds(study_id)
        ]
        for study_id in set(self._seen) - set(held):
            self._close(study_id)
        return sum(self._move_on(study_id, workers, now) for study_id in held) if held else None

    def _holds(self, study_id: str) -> bool:
        """Return whether this process has a sweep's lease; renew it now and then.

        Should it have lost it meanwhile, the store refuses what it adds.
        """
        now = time.monotonic()
        if now - self._renewed.get(study_id, -math.inf) < RENEW_EVERY_S:
            return True
        if not self._store.sweeps.take(study_id, self._holder):
            self._renewed.pop(study_id, None)
            return False
        self._renewed[study_id] = now
        return True

    def stop(self) -> None:
        """Give up the leases."""
        for study_id in self._held:
            self._store.sweeps.release(study_id, self._holder)

    def _move_on(self, study_id: str, workers: int, now: Callable[[], float]) -> int:
        """Fill up the points in training; a sweep for which that fails repeatedly fails itself."""
        try:
            added = self._fill_up(study_id, workers, now)
        except Exception as error:  # whatever it is, other sweeps go on
            log.exception("the next point of sweep %s cannot be found", study_id)
            self._failures[study_id] = self._failures.get(study_id, 0) + 1
            if self._failures[study_id] >= TRIES:
                reason = f"The next setting cannot be found ({type(error).__name__}: {error})."
                self._store.sweeps.fail(study_id, reason[:2_000], now=now())
            return 0
        self._failures.pop(study_id, None)
        return added

    def _fill_up(self, study_id: str, workers: int, now: Callable[[], float]) -> int:
        waiting = self._store.sweeps.waiting(study_id)
        study = self._store.studies.get(study_id)
        looks, at = (waiting, study.spec.to_dict(), workers), time.monotonic()
        seen, seen_at = self._seen.get(study_id, (None, -math.inf))
        if looks == seen and at - seen_at < LOOK_EVERY_S:
            return 0
        each = math.ceil(workers / len(study.spec.bases))
        added = 0
        for place in range(len(study.spec.bases)):
            while waiting.get(place, 0) < each and self._add_point(study_id, place, each, now()):
                added += 1
        if not added:
            self._seen[study_id] = looks, at
        study, runs = self._store.studies.with_runs(study_id)
        self._record_importance(study, runs)
        return added

    def _add_point(self, study_id: str, place: int, most: int, now: float) -> bool:
        """Add a candidate's next point unless so many are in training; return whether it was done.

        One whose runs are there already is not trained, and leaves room for another.
        """
        study, runs = self._store.studies.with_runs(study_id)
        tried = points.of_candidate(study, place, runs)
        if sum(point.waiting for point in tried) >= most:
            return False
        if not points.wants_more(study, place, tried):
            return False
        config = propose.propose(study, place, runs)
        if config is None:
            return False
        seeds = [plan.with_seed(config, seed) for seed in plan.search_seeds(study.spec)]
        number = max((point.number for point in tried), default=-1) + 1
        sweeps, configs = self._store.sweeps, list(dict.fromkeys(seeds))
        sweeps.take(study_id, self._holder)  # finding it may have taken long
        return sweeps.add_point(study_id, self._holder, (place, number), configs, now=now)

    def _close(self, study_id: str) -> None:
        """Record the importance of a sweep whose search is over or that another coordinates."""
        del self._seen[study_id]
        if any(study.id == study_id for study in self._store.studies.all()):
            self._record_importance(*self._store.studies.with_runs(study_id))

    def _record_importance(self, study: Study, runs: dict) -> None:
        importance = propose.importance(study, runs)
        if any(importance) and importance != study.importance:
            self._store.sweeps.record_importance(study.id, importance)
