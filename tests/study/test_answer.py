"""The answer of a sweep: who is ahead, what tuning gained, and what it cost."""

import numpy as np
import pytest

from rnnlab.evaluation.predictions import Predictions
from rnnlab.report.study import study_document
from rnnlab.runs import RunState
from rnnlab.study import cost
from rnnlab.study.advance import advance_all
from rnnlab.study.caveats import caveats
from rnnlab.study.result import final_runs, study_result
from tests.labs import NOW, claim, train
from tests.study.test_cost import estimate
from tests.sweeps import quality, search, start, sweep, to_the_end

REVIEWS = 1_000


def predict(run, correct):
    """Predictions that are right on the first `correct` reviews, but for some by chance."""
    labels = np.arange(REVIEWS) % 2
    right = np.arange(REVIEWS) < correct
    right ^= np.random.default_rng(run.config.seed).random(REVIEWS) < 0.02
    probabilities = np.where(right, labels, 1 - labels) * 0.8 + 0.1
    return Predictions(
        run.id, run.name, run.config, labels.astype(np.uint8), probabilities, "the test reviews"
    )


def found_by(store, study, correct):
    """What a sweep found; `correct` says how many test reviews a config gets right."""
    study, runs = store.studies.with_runs(study.id)
    predictions = {run.id: predict(run, correct(run.config)) for run in final_runs(study, runs)}
    return study_result(study, runs, predictions)


@pytest.fixture
def ended(store):
    """A sweep of two architectures that has come to its end."""
    return to_the_end(store, start(store, sweep("lstm", "gru", runs=6)))


def is_default(config):
    return config.learning_rate == 1e-4


def test_answer_names_budget_leader_gains_and_cost(store, ended):
    found = found_by(store, ended, lambda config: 700 if is_default(config) else 790)
    lead, gain, price = found.headline.split("; ")
    assert lead.startswith("LSTM and GRU, each tuned with 6 runs: ")
    assert "too close to call" in lead or "are within 1 point of each other" in lead
    assert gain == "both 8.7 points above their defaults"
    assert price == "cost 48\u00a0s"


def test_gain_stands_only_where_its_interval_backs_it(store, ended):
    found = found_by(store, ended, lambda config: 790)
    assert "; neither significantly different from its default; cost" in found.headline
    assert all(
        candidate.gain.accuracy.low < 0 < candidate.gain.accuracy.high
        for candidate in found.candidates
    )


def test_gain_of_one_and_loss_of_the_other_are_told_apart(store, ended):
    def correct(config):
        if config.arch == "lstm":
            return 700 if is_default(config) else 800
        return 800 if is_default(config) else 700

    found = found_by(store, ended, correct)
    assert "LSTM is better than GRU by" in found.headline
    assert (
        "; LSTM 9.5 points above its default, GRU 9.5 points below its default; " in found.headline
    )


def test_default_that_won_its_search_is_said(store):
    study = to_the_end(store, start(store, sweep(runs=3)), accuracy=lambda config: 0.7)
    found = found_by(store, study, lambda config: 700)
    assert found.headline.startswith("LSTM, tuned with 3 runs: 69.0\u00a0% accuracy; ")
    assert "; the default won the search; " in found.headline
    assert found.candidates[0].gain is None and found.candidates[0].default.won


def test_optimism_is_that_of_the_search(store, ended):
    found = found_by(store, ended, lambda config: 700)
    lstm = found.candidates[0]
    assert lstm.optimism == pytest.approx(lstm.winner.mean - lstm.test.mean)
    assert found.optimism is not None


def test_running_sweep_has_no_answer_and_shows_the_best_so_far(store):
    study = start(store, sweep(runs=9))
    search(store, most=4)
    found = study_result(*store.studies.with_runs(study.id), {})
    assert found.headline is None
    assert len(found.candidates[0].settings) >= 4 and found.candidates[0].chosen is not None


def test_value_at_the_end_of_a_range_is_said(store):
    study = start(store, sweep(over=("units=4..16", "learning_rate=1e-5..1e-4"), runs=12))
    study = to_the_end(store, study)
    assert any(
        "Highest at the edge of a range: LSTM at learning rate" in text
        for text in caveats(found_by(store, study, lambda config: 700))
    )


def test_progress_counts_the_runs_that_are_still_to_come(store):
    study = start(store, sweep("lstm", "gru", runs=6))
    search(store, most=4)
    done = cost.progress(*store.studies.with_runs(study.id), estimate, workers=1)
    assert (done.phase, done.ended, done.runs) == ("search", 4, 12)
    assert done.seconds_left == pytest.approx((8 + 2 * 3 * 2) * 2.0, abs=4)


def test_document_tells_of_the_sweep_its_points_defaults_and_gains(store, ended):
    found = found_by(store, ended, lambda config: 700 if is_default(config) else 790)
    done = cost.progress(*store.studies.with_runs(ended.id), estimate, workers=1)
    document = study_document(found, done)
    assert document["spec"]["sweep"]["runs"] == 6
    lstm = document["candidates"][0]
    assert lstm["default"]["test_accuracy"]["mean"] == pytest.approx(0.7, abs=0.02)
    assert lstm["gain"]["low"] > 0
    assert len(lstm["settings"]) == 6
    assert document["importance"] == [None, None]


def test_failed_fresh_seeds_of_a_default_do_not_keep_the_answer_back(store):
    study = start(store, sweep(runs=3))
    search(store)
    advance_all(store, now=NOW)
    while (attempt := claim(store)) is not None:
        if is_default(attempt.run.config):
            attempt.end(RunState.FAILED, now=NOW, error="the loss is not a number")
        else:
            train(attempt, 2)
            attempt.end(RunState.FINISHED, now=NOW)
    advance_all(store, now=NOW)
    found = found_by(store, study, lambda config: 700)
    assert found.headline.startswith("LSTM, tuned with 3 runs: ")


def test_model_that_had_nothing_to_search_is_compared_and_said_to_gain_nothing(store):
    study = to_the_end(store, start(store, sweep("lstm", "tfidf-logreg", runs=4)), accuracy=by_arch)
    found = found_by(store, study, lambda config: 700 if is_default(config) else 790)
    assert found.headline.startswith(
        "LSTM, epochs 2 and TF-IDF + logistic regression, tuned with 4 and 1 runs: "
    )
    assert "; LSTM, epochs 2 8.7 points above its default; cost" in found.headline
    assert "won" not in found.headline


def by_arch(config):
    return quality(config) if config.arch == "lstm" else 0.7


def test_pruned_runs_of_a_stopped_sweep_are_done(store):
    study = start(store, sweep(runs=14, epochs=5))
    search(store, accuracy=lambda config: 0.8 if config.units % 3 else 0.5)
    store.studies.stop(study.id, now=NOW)
    done = cost.progress(*store.studies.with_runs(study.id), estimate, workers=1)
    assert (done.ended, done.runs) == (14, 14)
