"""Which runs make up the latest busy period."""

import random
import time

from rnnlab.busy_period import latest_busy_period
from rnnlab.config import preset
from rnnlab.runs import Run, RunState

CONFIG = preset("lstm")


def run(name, queued_at, ended_at=None, *, state=None, epochs_done=1, created_at=None):
    """A run that was active from `queued_at` to `ended_at`, still running without an end."""
    return Run(
        id=name,
        name=name,
        state=state or (RunState.RUNNING if ended_at is None else RunState.FINISHED),
        config=CONFIG,
        parameters=8_809,
        created_at=queued_at if created_at is None else created_at,
        queued_at=queued_at,
        ended_at=ended_at,
        epochs_done=epochs_done,
    )


def period(*runs):
    return [run.id for run in latest_busy_period(runs)]


def test_a_lab_without_runs_has_no_period():
    assert period() == []


def test_runs_queued_together_are_one_period_in_the_order_of_the_queue():
    assert period(run("c", 2, 40), run("a", 0, 10), run("b", 1, 30)) == ["a", "b", "c"]


def test_an_idle_gap_parts_two_periods_and_the_latest_counts():
    assert period(run("a", 0, 10), run("b", 11, 20)) == ["b"]


def test_a_run_queued_the_moment_another_ends_is_in_its_period():
    assert period(run("a", 0, 10), run("b", 10, 20)) == ["a", "b"]


def test_runs_are_connected_through_runs_between_them():
    assert period(run("a", 0, 10), run("b", 5, 20), run("c", 15, 30)) == ["a", "b", "c"]


def test_a_long_run_connects_short_ones_that_ended_within_it():
    runs = [run("long", 0, 100), run("a", 1, 5), run("b", 50, 60), run("c", 90, 120)]

    assert period(*runs) == ["long", "a", "b", "c"]


def test_all_active_runs_are_in_it_with_those_that_ended_meanwhile():
    queued = run("b", 50, state=RunState.QUEUED, epochs_done=0)

    assert period(run("old", 0, 5), run("a", 10), run("ended", 11, 20), queued) == [
        "a",
        "ended",
        "b",
    ]


def test_a_resumed_run_counts_from_when_it_was_resumed():
    resumed = run("resumed", 1000, created_at=0)

    assert period(run("a", 0, 10), resumed) == ["resumed"]
    assert period(run("a", 0, 1005), resumed) == ["a", "resumed"]


def test_an_interrupted_run_ends_the_period_when_it_was_interrupted():
    interrupted = run("a", 0, 30, state=RunState.INTERRUPTED)

    assert period(interrupted) == ["a"]
    assert period(interrupted, run("b", 25, 40)) == ["a", "b"]
    assert period(interrupted, run("b", 31, 40)) == ["b"]


def test_a_run_canceled_before_its_first_epoch_does_not_count():
    canceled = run("canceled", 20, 21, state=RunState.STOPPED, epochs_done=0)

    assert period(run("a", 0, 10), canceled) == ["a"]
    assert period(run("a", 0, 10), run("b", 20, 21, state=RunState.STOPPED)) == ["b"]


def test_a_run_that_failed_before_its_first_epoch_counts():
    assert period(run("a", 0, 10, state=RunState.FAILED, epochs_done=0)) == ["a"]


def test_deleting_a_run_leaves_the_rest_of_its_period():
    assert period(run("a", 0, 30), run("c", 20, 40)) == ["a", "c"]


def test_the_order_of_the_input_does_not_matter():
    runs = [run(f"r{at}", at, at + 1.5) for at in range(100, 150)] + [run("old", 0, 1)]
    expected = period(*runs)
    random.Random(1).shuffle(runs)

    assert period(*runs) == expected
    assert len(expected) == 50


def test_a_thousand_runs_take_a_few_milliseconds():
    runs = [run(f"r{at}", at, at + 0.5) for at in range(1000)]
    fastest = min(_seconds(runs) for _ in range(5))

    assert fastest < 0.02


def _seconds(runs):
    start = time.process_time()
    latest_busy_period(runs)
    return time.process_time() - start
