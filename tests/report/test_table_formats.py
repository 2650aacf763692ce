"""Tables to take away, read back by who reads such files: csv, json, a Markdown renderer."""

import csv
import html
import io
import json
import math
import re

import pandas as pd
import pytest
from markdown_it import MarkdownIt

from rnnlab.errors import InvalidField
from rnnlab.report import table_formats

HOSTILE = [
    "a & b_c 100% $5 #1 {x} ~^",
    "pipe | <b>bold</b> &lt; back\\slash \\| **b** _i_ `code` [l](u) ![i](u) ~~s~~",
    'quote " in "" quotes, comma; semicolon',
    "two\nlines\r\nand\rmore\tand a tab",
    "LSTM × 3 – 79.3\u00a0%",
    "https://example.org www.example.org me@example.org",
    "",
    "'already",
]
FORMULAS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "\rx",
    "\nx",
    "  =1+1",
    "\u00a0=1",
    "\0=1",
    "＝1+1",
    "\ufeff=1",
    '=HYPERLINK("http://x")',
    "--5",
    "-",
    "+5 %",
    "=",
]


def of(words, **columns):
    return pd.DataFrame({"name": words, **columns})


def from_csv(text):
    return list(csv.reader(io.StringIO(text, newline="")))


def test_csv_comes_back_as_it_was():
    numbers = [0.1 + 0.2, -1.5, 1e-9, 12345678.25, 5.0, 0.0, math.nan, 7.0]
    header, *rows = from_csv(table_formats.to_text(of(HOSTILE, accuracy=numbers), "csv"))
    assert header == ["name", "accuracy"]
    assert [row[0] for row in rows] == HOSTILE
    assert rows[6][1] == ""
    assert [float(row[1]) for row in rows if row[1]] == [n for n in numbers if not math.isnan(n)]


@pytest.mark.parametrize("words", FORMULAS)
def test_no_cell_and_no_header_of_a_csv_runs_as_a_formula(words):
    text = table_formats.to_text(pd.DataFrame({words: [words]}), "csv")
    assert from_csv(text) == [[f"'{words}"], [f"'{words}"]]


@pytest.mark.parametrize(
    "value", [-1, -0.5, "-0.5", "+3", "-1e-05", "1=1", "a-b", " lstm", "", None]
)
def test_numbers_and_other_words_stay_as_they_are(value):
    assert table_formats.safe_cell(value) is value


def test_json_comes_back_with_null_for_what_is_missing():
    frame = of(HOSTILE, n=range(8), auc=[0.8123456789012, None, math.nan, 1, 1, 1, 1, math.inf])
    rows = json.loads(table_formats.to_text(frame, "json"))
    assert [row["name"] for row in rows] == HOSTILE
    assert [row["n"] for row in rows] == list(range(8))
    assert [row["auc"] for row in rows] == [0.8123456789012, None, None, 1, 1, 1, 1, None]


def test_markdown_shows_exactly_the_words():
    frame = of(HOSTILE, n=range(8)).rename(columns={"name": "a|b <i>*c*</i>"})
    shown = (
        MarkdownIt("commonmark")
        .enable("table")
        .enable("strikethrough")
        .render(table_formats.to_text(frame, "markdown"))
    )
    cells = [html.unescape(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", shown)]
    expected = [" ".join(words.split()) if "\n" in words else words for words in HOSTILE]
    assert cells[:2] == ["a|b <i>*c*</i>", "n"]
    assert cells[2::2] == expected
    assert cells[3::2] == [str(n) for n in range(8)]


def test_markdown_makes_no_links_of_words():
    text = table_formats.to_text(of(HOSTILE), "markdown")
    assert r"https\://example.org www\.example.org me\@example.org" in text


def test_markdown_aligns_numbers_right():
    assert table_formats.to_text(of(["lstm"], loss=[0.45121]), "markdown") == (
        "| name | loss |\n| --- | ---: |\n| lstm | 0.45121 |\n"
    )


def test_latex_is_a_tabular_whose_words_hold_no_commands():
    frame = of([*HOSTILE[:2], "[2pt]"], n=[1, 2, 3]).rename(columns={"name": "name_of"})
    assert table_formats.to_text(frame, "latex").splitlines() == [
        r"\begin{tabular}{lr}",
        r"\toprule",
        r"name\_of & n \\",
        r"\midrule",
        r"a \& b\_c 100\% \$5 \#1 \{x\} \textasciitilde{}\textasciicircum{} & 1 \\",
        r"pipe \textbar{} \textless{}b\textgreater{}bold\textless{}/b\textgreater{} \&lt; "
        r"back\textbackslash{}slash \textbackslash{}\textbar{} **b** \_i\_ `code` {[}l{]}(u) "
        r"!{[}i{]}(u) \textasciitilde{}\textasciitilde{}s\textasciitilde{}\textasciitilde{} & 2 \\",
        r"{[}2pt{]} & 3 \\",
        r"\bottomrule",
        r"\end{tabular}",
    ]


def test_missing_figures_are_empty_in_tables_to_read():
    frame = of(["lstm"], auc=[math.nan], f1=[None])
    assert "| lstm |  |  |" in table_formats.to_text(frame, "markdown")
    assert "lstm &  &  \\\\" in table_formats.to_text(frame, "latex")


def test_an_empty_table_keeps_its_header():
    for format in ("csv", "markdown", "latex"):
        assert "name" in table_formats.to_text(of([]), format)
    assert json.loads(table_formats.to_text(of([]), "json")) == []


def test_another_format_is_refused():
    with pytest.raises(InvalidField, match="format must be csv, json, markdown or latex"):
        table_formats.to_text(of([]), "xlsx")
