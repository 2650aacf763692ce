"""The cost of a study before it starts, and what is left of it."""

import pytest

from rnnlab.estimate import Estimate
from rnnlab.study import cost
from rnnlab.study.advance import advance_all
from tests.labs import NOW, claim, finished_run, train
from tests.studies import by_rate, end_runs, spec


def estimate(config):
    return Estimate(0, 1.0, "a test")


def test_cost_counts_runs_and_the_time_to_their_last_epochs():
    found = cost.cost(spec(), estimate, workers=2)
    assert found == cost.StudyCost(search=12, final=6, existing=0, seconds=18 * 2 / 2)
    assert found.runs == 18


def test_trained_runs_cost_nothing_again(store):
    study = spec()
    run = finished_run(store, study.bases[0])
    found = cost.cost(study, estimate, existing=[run], workers=1)
    assert (found.existing, found.seconds) == (1, 17 * 2)


def test_baseline_is_one_run():
    found = cost.cost(spec("tfidf-logreg"), estimate, workers=2)
    assert (found.search, found.final, found.seconds) == (1, 0, 1.0)


def test_progress_counts_ended_runs_and_estimates_the_rest_from_them(store, study):
    def progress():
        return cost.progress(*store.studies.with_runs(study.id), estimate, workers=1)

    assert progress()[:4] == ("search", 0, 12, 18 * 2)
    attempt = claim(store)
    train(attempt, 2)
    attempt.end("finished", now=NOW)
    assert progress()[:4] == ("search", 1, 12, 17 * 2)
    end_runs(store, by_rate(0.6, 0.8, 0.7))
    advance_all(store, now=NOW)
    assert progress()[:4] == ("final", 0, 6, 6 * 2)
    store.studies.stop(study.id, now=NOW)
    assert progress()[:4] == ("final", 0, 6, 0.0)
    assert progress().sentence == "Winners on fresh seeds: 0 of 6 runs done"


@pytest.mark.parametrize(
    ("seconds", "words"), [(10, "1 minute"), (3_000, "50 minutes"), (7_320, "2\u00a0h 2\u00a0min")]
)
def test_cost_is_told_in_minutes_or_hours(seconds, words):
    told = cost.StudyCost(search=4, final=6, existing=1, seconds=seconds).sentence
    assert told == (
        f"10 runs (4 in the search, 6 on fresh seeds), at most about {words}. 1 run will be reused."
    )
