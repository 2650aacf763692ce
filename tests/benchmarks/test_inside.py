"""The benchmark of what words do measures each part."""

from benchmarks import inside
from benchmarks.harness import Effort


def test_each_computation_on_500_words_is_measured_against_its_goal():
    rows = list(inside.speeds(Effort(smoke=True)))
    goals = {row.what.split(": ")[1]: row.goal for row in rows if row.goal}
    assert list(goals.values()) == ["≤ 30 ms", "≤ 200 ms", "≤ 100 ms", "≤ 300 ms"]
    assert all(row.values["ms"] for row in rows)
