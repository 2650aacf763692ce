"""Tells a network that learned from one that got stuck near guessing.

Owns the rule, for predictions and for validation accuracies alone. Imports no scipy, so that pages
which show no statistics stay quick to start.
"""

from collections.abc import Collection, Iterable, Sequence
from statistics import NormalDist

import numpy as np

from rnnlab.runs import Run

GUESSING_LEVEL = 0.01  # of the test that a network is better than any constant answer
# Balanced accuracy is the mean of both labels' accuracies: 50 % for any constant answer, whatever
# the share of positive reviews, and the accuracy itself where both labels are as frequent.
NEAR_GUESSING = 0.6
WEAK = 1 / 2  # of the lead over 50 % of the group's best seed: less is near guessing, too
FAR_BELOW = 2 / 3  # of it: less is a failure, too, if a gap sets it apart from the better seeds
GAP = 0.04  # seeds that learn lie closer together
VALIDATION_REVIEWS = 5_000  # of a run whose manifest does not count them


def learned(correct: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return which of a group's networks learned: bool (seeds,); correct: bool (seeds, reviews).

    A network got stuck near guessing if its balanced accuracy is not surely above that of a
    constant answer, is below 60 %, or has less than half of the lead over 50 % that the group's
    best has. It failed, too, with less than two thirds of that lead, if a gap of 4 points sets it
    apart from the better seeds. All learned where the reviews have one label, which tells nothing.
    """
    positive = labels == 1
    if positive.all() or not positive.any():
        return np.ones(len(correct), bool)
    parts = [correct[:, positive], correct[:, ~positive]]
    leads = np.mean([part.mean(axis=1) for part in parts], axis=0) - 0.5
    variances = [part.var(axis=1) / part.shape[1] for part in parts]
    return _learned(leads, np.sqrt(np.sum(variances, axis=0)) / 2)


def stuck_runs(runs: Iterable[Run]) -> frozenset[str]:
    """Return the ids of a group's runs that did not learn, by their validation accuracies alone.

    For what reads no predictions. The rule is that of `learned`, taking both labels as equally
    frequent. Runs without an accuracy are not among them.
    """
    known = [run for run in runs if run.best_val_accuracy is not None]
    if not known or known[0].config.architecture.deterministic:
        return frozenset()
    leads = np.array([run.best_val_accuracy for run in known], np.float64) - 0.5
    counts = [run.manifest.get("validation_reviews", VALIDATION_REVIEWS) for run in known]
    learned_runs = _learned(leads, 0.5 / np.sqrt(counts))
    return frozenset(run.id for run, ok in zip(known, learned_runs, strict=True) if not ok)


def without_stuck(runs: Sequence[Run], not_learned: Collection[str]) -> Sequence[Run]:
    """Return the runs whose ids are not among those that did not learn; all if none learned."""
    return [run for run in runs if run.id not in not_learned] or runs


def _learned(leads: np.ndarray, errors: np.ndarray) -> np.ndarray:
    """Apply the rule of `learned` to leads over 50 % and their standard errors: bool (seeds,)."""
    best = leads.max()
    least = max(NEAR_GUESSING - 0.5, WEAK * best)
    above_guessing = (leads > NormalDist().inv_cdf(1 - GUESSING_LEVEL) * errors) & (leads >= least)
    order = np.argsort(-leads, kind="stable")
    gaps = np.flatnonzero((-np.diff(leads[order]) > GAP) & (leads[order][1:] < FAR_BELOW * best))
    cluster = np.zeros(len(leads), bool)
    cluster[order[: gaps[0] + 1] if len(gaps) else order] = True
    return above_guessing & cluster


def describe(failed: int, seeds: int) -> str:
    """Say how many seeds failed: "2 of 3 seeds failed"; empty if none did."""
    if not failed:
        return ""
    return "its only seed failed" if seeds == 1 else f"{failed} of {seeds} seeds failed"
