"""How the promises of the trials by fire are judged."""

import contextlib
import subprocess
import sys

import pytest

from benchmarks import harness
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


def test_check_that_cannot_be_made_here_is_shown_as_skipped():
    row = judge(lambda: pytest.skip("no disk may be mounted"))
    assert (row.figure, row.met, row.can_fail) == ("skipped: no disk may be mounted", True, True)


def test_trial_that_breaks_down_breaks_a_promise(monkeypatch, tmp_path):
    (tmp_path / "broken.py").write_text(
        "def measure(effort):\n    raise OSError('no disk')\n    yield"
    )
    monkeypatch.setattr("benchmarks.chaos.__path__", [str(tmp_path)])
    (row,) = tried("broken", Effort())
    assert (row.figure, row.met) == ("OSError: no disk", False)


@pytest.mark.slow
def test_short_form_keeps_all_promises_and_each_of_its_checks_can_fail():
    command = [sys.executable, "-m", "benchmarks.chaos", "--short", "--only", "faults,hours"]
    done = subprocess.run(command, cwd=harness.ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "10 of 10 promises kept, 0 checks that cannot fail" in done.stdout
