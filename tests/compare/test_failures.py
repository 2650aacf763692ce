import numpy as np
import pytest
from scipy import stats

from rnnlab.compare import failures, stuck
from rnnlab.config import preset
from rnnlab.runs import Run, RunState

LABELS = (np.arange(2_000) % 2).astype(np.uint8)


def answers(*accuracies):
    rng = np.random.default_rng(0)
    rows = [rng.permutation(np.arange(2_000) < round(2_000 * share)) for share in accuracies]
    return np.stack(rows)


@pytest.mark.parametrize(
    ("accuracies", "learned"),
    [
        ((0.80, 0.79, 0.81), (True, True, True)),
        ((0.738, 0.51, 0.739, 0.56), (True, False, True, False)),
        ((0.738, 0.63, 0.739), (True, False, True)),  # a gap of 11 points below the others
        ((0.74, 0.71, 0.68, 0.66), (True, True, True, True)),  # scatter without a gap
        ((0.50, 0.55, 0.51), (False, False, False)),
        ((0.90,), (True,)),
    ],
)
def test_seeds_near_guessing_are_told_from_those_that_learned(accuracies, learned):
    assert stuck.learned(answers(*accuracies), LABELS).tolist() == list(learned)


@pytest.mark.parametrize(
    ("accuracies", "places"),
    [
        ((0.80, 0.79, 0.81), set()),
        ((0.738, 0.51, 0.739, 0.56), {1, 3}),
        ((0.738, 0.63, 0.739), {1}),
        ((0.50, 0.55, 0.51), {0, 1, 2}),
        ((0.75, None, 0.76), set()),
    ],
)
def test_validation_accuracies_tell_stuck_runs_alike(accuracies, places):
    runs = [
        Run(str(place), "", RunState.FINISHED, preset("lstm"), 1, 0.0, 0.0, best_val_accuracy=value)
        for place, value in enumerate(accuracies)
    ]
    assert stuck.stuck_runs(runs) == {str(place) for place in places}
    assert stuck.stuck_runs([]) == frozenset()


def test_any_constant_answer_is_guessing_however_frequent_its_label():
    labels = (np.arange(2_000) < 1_800).astype(np.uint8)
    always_positive = labels == 1  # right for 90 %
    useful = np.random.default_rng(0).uniform(size=2_000) < 0.8  # right for 80 % of each label
    assert stuck.learned(np.stack([always_positive, useful]), labels).tolist() == [False, True]
    assert failures.constant_accuracy(labels) == 0.9


def test_reviews_of_one_label_tell_nothing_of_failures():
    assert stuck.learned(answers(0.8, 0.5), np.ones(2_000)).all()


def test_failure_rate_has_the_exact_interval():
    # Where none failed: 1 - 0.05 ** (1 / 3) = 0.6316.
    assert failures.failure_rate(0, 3) == (0, 3, 0, pytest.approx(0.6316, abs=1e-3))
    assert failures.failure_rate(3, 3) == (3, 3, pytest.approx(0.3684, abs=1e-3), 1)
    rate = failures.failure_rate(2, 5)
    for inside, outside in (
        (rate.low + 1e-3, rate.low - 1e-3),
        (rate.high - 1e-3, rate.high + 1e-3),
    ):
        assert stats.binomtest(2, 5, inside).pvalue > 0.05 >= stats.binomtest(2, 5, outside).pvalue


@pytest.mark.parametrize("seeds", [3, 5, 10, 27])
def test_failure_rate_covers_the_truth(seeds):
    for truth in np.linspace(0.02, 0.98, 25):
        chances = stats.binom.pmf(np.arange(seeds + 1), seeds, truth)
        held = [
            interval.low <= truth <= interval.high
            for interval in (failures.failure_rate(k, seeds) for k in range(seeds + 1))
        ]
        assert chances @ held >= 0.95 - 1e-3


def test_failure_rates_are_compared_by_fishers_exact_test():
    a, b = failures.failure_rate(0, 5), failures.failure_rate(5, 5)
    assert failures.failure_p(a, b) == pytest.approx(2 / 252)
