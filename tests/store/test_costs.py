"""What runs have cost, as the store adds it up."""

import statistics

import pytest

from rnnlab.config import preset
from rnnlab.runs import Epoch, RunCost
from tests.labs import claimed


def run_of(store, seconds, *, val_losses):
    """A running run whose epochs took `seconds`, its id."""
    attempt = claimed(store)
    lowest = float("inf")
    for number, (took, loss) in enumerate(zip(seconds, val_losses, strict=True), start=1):
        best = bytes(100 * number) if loss < lowest else None
        lowest = min(lowest, loss)
        attempt.record_epoch(Epoch(number, 0.6, 0.7, loss, 0.7, took), checkpoint=b"", best=best)
    return attempt.run.id


@pytest.mark.parametrize("epochs", [2, 3, 4, 5])
def test_pace_is_the_median_without_the_first_epoch_and_time_ends_at_the_best(store, epochs):
    seconds = [9.0, 0.25, 4.0, 0.5, 1.0][:epochs]
    run = run_of(store, seconds, val_losses=[0.6, 0.5, 0.55, 0.56, 0.57][:epochs])
    other = run_of(store, [2.0, 3.0], val_losses=[0.4, 0.5])

    assert store.run_costs([run, other]) == {
        run: RunCost(statistics.median(seconds[1:]), 9.25, 200),
        other: RunCost(3.0, 2.0, 100),
    }


def test_after_one_epoch_there_is_no_pace_yet(store):
    run = run_of(store, [9.0], val_losses=[0.6])

    assert store.run_costs([run]) == {run: RunCost(None, 9.0, 100)}


def test_pace_of_what_is_fitted_in_one_go_is_its_only_epochs(store):
    attempt = claimed(store, preset("tfidf-logreg"))
    attempt.record_epoch(Epoch(1, 0.3, 0.9, 0.3, 0.9, 2.5), checkpoint=b"", best=bytes(100))

    assert store.run_costs([attempt.run.id]) == {attempt.run.id: RunCost(2.5, 2.5, 100)}


def test_runs_without_an_epoch_and_unknown_ones_are_left_out(store):
    assert store.run_costs([claimed(store).run.id, "nobody"]) == {}
    assert store.run_costs([]) == {}
