"""Whether a history tells that early stopping has ended its run."""

import pytest

from rnnlab.runs import Epoch
from rnnlab.training.early_stopping import early_stopped

pytestmark = pytest.mark.slow


def history_of(losses):
    return [Epoch(n, 1, 1, loss, 1, 1.0) for n, loss in enumerate(losses, start=1)]


@pytest.mark.parametrize(
    ("losses", "patience", "over"),
    [
        ([], 3, False),
        ([0.5], 0, False),
        ([0.5, 0.6], 0, True),
        ([0.5, 0.6], 1, True),
        ([0.5, 0.6, 0.4], 1, False),
        ([0.5, 0.6, 0.7], 3, False),
        ([0.5, 0.6, 0.7, 0.5], 3, True),
    ],
)
def test_history_tells_whether_early_stopping_had_ended_it(losses, patience, over):
    assert early_stopped(history_of(losses), patience) is over
