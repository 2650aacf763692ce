"""What the benchmark suite makes of measurements; the measurements themselves are no tests."""

import contextlib
import json

import pytest
from scipy.stats import ttest_1samp

from benchmarks import harness, suite, training
from benchmarks.harness import Effort, Row


def test_spread_is_the_median_with_minimum_and_maximum():
    assert harness.spread([0.7, 0.65, 1.25], " s") == "0.70 s (0.65–1.25)"


def test_p95_is_a_measured_value_that_95_in_100_do_not_exceed():
    assert harness.p95(range(1, 101)) == 95
    assert harness.p95([3.0, 1.0, 2.0]) == 3.0


def test_mean_interval_is_that_of_students_t():
    values = [0.1, 0.4, 0.35, 0.8]
    mean, low, high = harness.mean_interval(values)
    expected = ttest_1samp(values, 0).confidence_interval(0.95)
    assert mean == pytest.approx(0.4125)
    assert (low, high) == pytest.approx((expected.low, expected.high))


def test_calls_take_turns():
    order = []
    found = harness.in_turn(2, a=lambda: order.append("a") or 1, b=lambda: order.append("b") or 2)
    assert order == ["a", "b", "a", "b"]
    assert found == {"a": [1, 1], "b": [2, 2]}


def test_a_goal_that_is_just_reached_is_met():
    assert harness.at_least("speed", 5.0, 5, figure="5.0×", goal="≥ 5×").verdict == "met"
    assert harness.at_least("speed", 4.9, 5, figure="4.9×", goal="≥ 5×").verdict == "missed"
    assert harness.at_most("wait", 301, 300, figure="301 ms", goal="≤ 300 ms").verdict == "missed"


def test_failed_child_tells_what_it_said():
    with pytest.raises(RuntimeError, match=r"must name .*, got novels"):
        harness.child("suite", "--only", "novels")


def test_section_that_breaks_down_keeps_its_rows_and_says_why(monkeypatch, tmp_path):
    (tmp_path / "broken.py").write_text(
        "from benchmarks.harness import Row\n"
        "def measure(effort):\n"
        "    yield Row('first', '1 s')\n"
        "    raise OSError('the disk is full')\n"
    )
    monkeypatch.setattr("benchmarks.__path__", [str(tmp_path)])
    first, last = suite.measured("broken", Effort())
    assert first.figure == "1 s"
    assert (last.verdict, last.note) == ("failed", "OSError: the disk is full")


def test_results_are_kept_as_json_with_what_they_were_measured_on(monkeypatch, tmp_path):
    monkeypatch.setattr(harness, "FOLDER", tmp_path / "bench")
    rows = [Row("wait", "0.3 s", "≤ 1 s", "met", values={"s": [0.3]})]
    suite.write({"start": rows}, {"start": 2.5}, Effort())
    kept = json.loads((tmp_path / "bench" / "results.json").read_text())
    assert kept["rows"]["start"][0]["values"] == {"s": [0.3]}
    assert kept["machine"]["cores"] >= 1


def trained(*seconds):
    return {"seconds": seconds, "first_epoch_ended_s": 6.0, "peak_memory_mb": 400.0}


def test_a_process_compiles_in_its_first_epoch_which_no_ratio_counts(monkeypatch):
    monkeypatch.setattr(harness, "fresh_home", contextlib.nullcontext)
    monkeypatch.setattr(training, "plain", lambda arch, epochs: trained(9.0, 4.0))
    monkeypatch.setattr(training, "lab", lambda arch, epochs: trained(3.0, 0.5))

    rows = {row.what: row for row in training.measure(Effort(smoke=True))}

    row = rows["embedding-rnn: epoch, steady state, plain Keras / lab"]
    assert (row.figure, row.goal, row.verdict) == ("8.0×", "≥ 6×", "met")
