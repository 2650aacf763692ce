import csv
import io
import math

import pandas as pd
import pytest

from rnnlab.tables import safe_cell, to_csv


@pytest.mark.parametrize(
    "text", ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"]
)
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(text):
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("value", [-0.5, 0, "-0.5", "+3e-5", "lstm-1", "a=b", "", True, "'=1"])
def test_numbers_and_harmless_texts_stay_as_they_are(value):
    assert safe_cell(value) == value


@pytest.mark.parametrize("text", [" -1", "-1 ", "-١", "--1", "-"])
def test_text_that_only_resembles_a_number_is_no_number(text):
    assert safe_cell(text) == (text if text.startswith(" ") else f"'{text}")


def test_table_is_read_back_exactly_by_pandas():
    figures = [0.1 + 0.2, -1e-300, math.nan]
    text = to_csv(["epoch", "loss"], enumerate(figures, start=1))
    table = pd.read_csv(io.StringIO(text))
    assert table["loss"].tolist()[:2] == figures[:2]
    assert table["epoch"].tolist() == [1, 2, 3]
    assert table["loss"].isna().tolist() == [False, False, True]


def test_quotes_commas_and_line_ends_survive():
    rows = [['say "hi", she said', "two\nlines", None]]
    assert list(csv.reader(io.StringIO(to_csv(["a", "b", "c"], rows)))) == [
        ["a", "b", "c"], [*rows[0][:2], ""],
    ]  # fmt: skip
