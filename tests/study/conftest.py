"""A small study, and runs of it that end as a test wants."""

from collections.abc import Callable
from typing import Any

import pytest

from rnnlab.config import RunConfig, preset
from rnnlab.runs import Epoch, RunState
from rnnlab.store import RunStore
from rnnlab.studies import Study
from rnnlab.study import plan
from tests.labs import NOW, claim

RATES = (1e-4, 1e-3, 1e-2)
Ending = float | RunState  # an accuracy, or how else a run ends


def spec(*archs: str, **options: Any):
    """A study of these presets over three rates, with two seeds and three fresh ones."""
    options = {"grid": {"learning_rate": RATES}, "seeds": 2, "fresh_seeds": 3, **options}
    return plan.make_spec([preset(arch, epochs=2) for arch in archs or ("lstm", "gru")], **options)


@pytest.fixture
def study(store) -> Study:
    """A running study in the store, its search queued."""
    return start(store, spec())


def start(store: RunStore, study_spec) -> Study:
    return store.studies.create(study_spec, plan.search_configs(study_spec), now=NOW)


def end_runs(
    store: RunStore, ending_of: Callable[[RunConfig], Ending], *, best_epoch: int = 1
) -> None:
    """End every queued run as `ending_of` says of its config; of two epochs `best_epoch` is kept.

    The accuracy is that of its best epoch.
    """
    while store.queued_count():
        attempt = claim(store)
        ending = ending_of(attempt.run.config)
        trained = ending if isinstance(ending, float) else 0.6
        for number in range(1, 3):
            if ending is RunState.FAILED:
                break
            epoch = Epoch(number, 0.6, 0.6, 0.6, trained, 1.0)
            best = b"weights" if number == best_epoch else None
            attempt.record_epoch(epoch, checkpoint=b"checkpoint", best=best)
        state = RunState.FINISHED if isinstance(ending, float) else ending
        error = "the loss is not a number" if state is RunState.FAILED else None
        attempt.end(state, now=NOW + 9, error=error)


def by_rate(*accuracies: Ending) -> Callable[[RunConfig], Ending]:
    """Each rate's runs end with its accuracy, seeds a tenth of a point apart."""

    def ending(config: RunConfig) -> Ending:
        value = accuracies[RATES.index(config.learning_rate)]
        return value + 0.001 * (config.seed - 42) if isinstance(value, float) else value

    return ending
