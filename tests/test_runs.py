"""What can be told of runs from their snapshots alone."""

import pytest

from rnnlab.config import preset
from rnnlab.runs import Run, RunState, trained


def run(state, *, best_epoch=1, created_at=0.0, id="a"):
    return Run(
        id, id, state, preset("gru"), 8_633, created_at, queued_at=0.0, best_epoch=best_epoch
    )


@pytest.mark.parametrize("state", RunState)
def test_run_is_trained_where_it_has_finished_or_was_stopped_with_weights(state):
    assert run(state).is_trained == (state in (RunState.FINISHED, RunState.STOPPED))
    assert not run(state, best_epoch=None).is_trained


def test_trained_runs_are_the_oldest_first():
    runs = [
        run(RunState.FINISHED, created_at=2.0, id="c"),
        run(RunState.FAILED, created_at=0.0),
        run(RunState.STOPPED, created_at=1.0, id="b"),
        run(RunState.FINISHED, created_at=1.0, id="a"),
    ]
    assert [run.id for run in trained(runs)] == ["a", "b", "c"]
