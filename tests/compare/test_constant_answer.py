"""What always the same answer scores, beside what models score and call positive."""

import numpy as np
import pytest

from rnnlab.compare import balance, tables
from tests.sides import GOOD, group


def test_constant_answer_is_the_more_frequent_label():
    labels = np.array([1] * 3 + [0] * 7, np.uint8)
    constant = balance.constant_answer(labels)
    assert (constant.name, constant.accuracy) == ("Always “negative”", 0.7)
    assert balance.constant_answer(1 - labels).name == "Always “positive”"


def test_table_of_metrics_ends_with_the_constant_answer():
    sides = [group("lstm", GOOD)]
    labels = sides[0].runs[0].labels
    frame = tables.with_constant_answer(tables.metric_table(sides), labels)
    lstm, constant = frame.to_dict("records")
    called = [np.mean(run.probabilities > 0.5) for run in sides[0].runs]
    assert lstm["Called positive (%)"] == pytest.approx(100 * np.mean(called))
    assert lstm["Seeds"] == 3
    assert constant["Name"].startswith("Always")
    assert constant["Accuracy (%)"] == pytest.approx(100 * max(labels.mean(), 1 - labels.mean()))
    assert np.isnan(constant["Log loss"])
