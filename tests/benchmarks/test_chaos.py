"""How the promises of the trials by fire are judged."""

import contextlib

from benchmarks.chaos.__main__ import tried
from benchmarks.chaos.promises import Effort, Finding, Promise, judged


@contextlib.contextmanager
def doing(deed, undo):
    deed()
    yield
    undo()


def judge(check, deed=lambda: None, undo=lambda: None):
    promise = Promise("all is well", "0", check, lambda: doing(deed, undo))
    return next(judged([promise], Effort()))


def test_check_that_sees_a_violation_can_fail():
    faults = []
    row = judge(lambda: Finding("", not faults), lambda: faults.append(1), faults.clear)
    assert (row.met, row.can_fail, faults) == (True, True, [])


def test_check_that_sees_no_violation_is_shown_as_one_that_cannot_fail():
    row = judge(lambda: Finding("", True))
    assert (row.met, row.can_fail) == (True, False)


def test_broken_promise_is_not_met():
    assert not judge(lambda: Finding("1 lost", False)).met


def test_trial_that_breaks_down_breaks_a_promise(monkeypatch, tmp_path):
    (tmp_path / "broken.py").write_text(
        "def measure(effort):\n    raise OSError('no disk')\n    yield"
    )
    monkeypatch.setattr("benchmarks.chaos.__path__", [str(tmp_path)])
    (row,) = tried("broken", Effort())
    assert (row.figure, row.met) == ("OSError: no disk", False)
