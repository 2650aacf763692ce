"""A small sweep, and its runs trained in this process as a test wants."""

import math
import time
from collections.abc import Callable, Mapping
from typing import Any

from rnnlab.config import RunConfig, preset
from rnnlab.runs import Epoch, Run, RunState
from rnnlab.store import RunStore
from rnnlab.studies import Study, StudySpec, StudyState
from rnnlab.study import points, ranges
from rnnlab.study.advance import advance_all
from rnnlab.study.coordinate import Coordinator
from tests.labs import NOW, claim, finish_network

RANGES = ("learning_rate=1e-4..1e-2", "units=4..16")


def sweep(*archs: str, over: tuple[str, ...] = RANGES, **options: Any) -> StudySpec:
    """A sweep of these presets, with four runs each and three fresh seeds."""
    if "minutes" not in options:
        options = {"runs": 4, **options}
    options = {"fresh_seeds": 3, **options}
    epochs = options.pop("epochs", 2)
    bases = [preset(arch, epochs=epochs) for arch in archs or ("lstm",)]
    return ranges.make_sweep(bases, ranges.parse_ranges(over), **options)


def start(store: RunStore, spec: StudySpec, *, name: str | None = None) -> Study:
    """Record a sweep; nobody coordinates it yet."""
    return store.studies.create(spec, (), now=NOW, name=name)


def quality(config: RunConfig) -> float:
    """An accuracy that is highest, 0.8, at a learning rate of 0.001 with 12 units."""
    distance = abs(math.log10(config.learning_rate / 1e-3)) / 10 + abs(config.units - 12) / 100
    return 0.8 - distance + 0.0001 * (config.seed - 42)


def train_one(store: RunStore, accuracy: Callable[[RunConfig], float] = quality) -> Run | None:
    """Train the next queued run to its end, or until it is asked to stop; None where none waits."""
    attempt = claim(store)
    if attempt is None:
        return None
    highest, state = accuracy(attempt.run.config), RunState.FINISHED
    for number in range(1, attempt.run.config.epochs_planned + 1):
        now = highest - 0.1 / number**2
        epoch = Epoch(number, 0.6, 0.6, 0.6, now, 1.0)
        if attempt.record_epoch(epoch, checkpoint=b"checkpoint", best=b"weights"):
            state = RunState.STOPPED
            break
    attempt.end(state, now=NOW + 9)
    return store.get(attempt.run.id)


def search(
    store: RunStore,
    coordinator: Coordinator | None = None,
    *,
    workers: int = 1,
    most: int = 1_000,
    accuracy: Callable[[RunConfig], float] = quality,
) -> int:
    """Coordinate and train until nothing is left to do in the searches; return how many runs."""
    coordinator = coordinator or Coordinator(store, "test")
    for trained in range(most):
        coordinator.tick(workers=workers, now=lambda: NOW)
        if train_one(store, accuracy) is None:
            return trained
    return most


def to_the_end(store: RunStore, study: Study, **options: Any) -> Study:
    """Take a sweep to its end."""
    search(store, **options)
    while store.studies.get(study.id).state is StudyState.RUNNING:
        advance_all(store, now=NOW)
        while train_one(store, options.get("accuracy", quality)):
            pass
    return store.studies.get(study.id)


def search_with_predictions(store: RunStore, *, most: int = 1_000) -> None:
    """Coordinate and train networks with predictions; see `labs.finish_network`."""
    coordinator = Coordinator(store, "test")
    for _ in range(most):
        coordinator.tick(workers=1)
        if (attempt := claim(store, now=time.time())) is None:
            return
        finish_network(attempt)


def finished_sweep(store: RunStore, spec: StudySpec) -> Study:
    """A sweep that has come to its end, its winners' and defaults' predictions in the store."""
    study = store.studies.create(spec, (), now=time.time())
    search_with_predictions(store)
    for _ in range(2):
        advance_all(store, now=time.time())
        while attempt := claim(store, now=time.time()):
            finish_network(attempt)
    return store.studies.get(study.id)


def tried(store: RunStore, study: Study, place: int = 0) -> list[RunConfig]:
    """The settings that a candidate tried, in order."""
    found, runs = store.studies.with_runs(study.id)
    return [point.config for point in points.of_candidate(found, place, runs)]


def states(store: RunStore, study: Study) -> Mapping[str, int]:
    """How many of a sweep's search runs are in each state."""
    counts: dict[str, int] = {}
    for run_id in store.studies.get(study.id).run_ids("search"):
        state = str(store.get(run_id).state)
        counts[state] = counts.get(state, 0) + 1
    return counts
