"""A small study, runs of it that end as a test wants, and what it finds then."""

from collections.abc import Callable
from typing import Any

import numpy as np

from rnnlab.config import RunConfig, preset
from rnnlab.evaluation.predictions import Predictions
from rnnlab.runs import Epoch, RunState
from rnnlab.store import RunStore
from rnnlab.studies import Study
from rnnlab.study import plan
from rnnlab.study.advance import advance_all
from rnnlab.study.result import final_runs, study_result
from tests.labs import NOW, claim

RATES = (1e-4, 1e-3, 1e-2)
Ending = float | RunState  # an accuracy, or how else a run ends


def spec(*archs: str, **options: Any):
    """A study of these presets over three rates, with two seeds and three fresh ones."""
    options = {"grid": {"learning_rate": RATES}, "seeds": 2, "fresh_seeds": 3, **options}
    return plan.make_spec([preset(arch, epochs=2) for arch in archs or ("lstm", "gru")], **options)


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


REVIEWS = 1_000


def predict(run, correct):
    """Predictions that are right on the first `correct` reviews, but for a hundredth by chance."""
    labels = np.arange(REVIEWS) % 2
    draw = np.random.default_rng(run.config.seed)
    right = np.arange(REVIEWS) < correct
    right ^= draw.random(REVIEWS) < 0.01
    probabilities = np.where(right, labels, 1 - labels) * 0.8 + 0.1
    return Predictions(
        run.id, run.name, run.config, labels.astype(np.uint8), probabilities, "the test reviews"
    )


def finished(store, study, search, *, final=0.75, correct=None, best_epoch=1):
    """Take a study to its end; return its result, with `correct` test reviews by architecture."""
    end_runs(store, search, best_epoch=best_epoch)
    advance_all(store, now=NOW)
    end_runs(store, final if callable(final) else lambda config: final, best_epoch=best_epoch)
    advance_all(store, now=NOW)
    return result(store, study, correct or {"lstm": 800, "gru": 700})


def result(store, study, correct=None):
    study, runs = store.studies.with_runs(study.id)
    predictions = {}
    if correct:
        predictions = {
            run.id: predict(run, correct[run.config.arch]) for run in final_runs(study, runs)
        }
    return study_result(study, runs, predictions)
