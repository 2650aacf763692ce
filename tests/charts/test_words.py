"""The answers after each word, from logits to the chart."""

import json

import pytest
from scipy.special import logit

from rnnlab.charts.words import MAX_POINTS, WordLine, describe, words_chart, words_figure

TOKENS = ("a", "film", "that", "was", "not", "<b>bad</b>", "at", "all")


def line(name="lstm-1", start=0, shares=(0.5, 0.6, 0.2), **more):
    return WordLine(name, "#0072B2", "solid", start, tuple(map(float, logit(shares))), **more)


def test_title_names_the_word_that_moves_a_line_most():
    info = words_chart([line(), line("gru-1", 1, (0.5, 0.51))], TOKENS)
    assert info.title == "Largest step: “that” takes lstm-1 from 60.0\u00a0% to 20.0\u00a0%"


@pytest.mark.parametrize(
    ("shares", "title"),
    [((0.7,), "There is one word to read"), ((0.5, 0.5, 0.501), "No word moves an answer much")],
)
def test_title_claims_no_step_where_there_is_none(shares, title):
    assert words_chart([line(shares=shares)], TOKENS).title == title


def test_other_seeds_do_not_make_the_title():
    info = words_chart([line(shares=(0.5, 0.6)), line(shares=(0.1, 0.9), of_seed=True)], TOKENS)
    assert "from 50.0" in info.title


def test_words_are_those_that_a_model_reads():
    info = words_chart([line(start=5), line("gru-1", 2, (0.5, 0.6))], TOKENS)
    assert info.places == (2, 3, 5, 6, 7)
    assert info.words == ("that", "was", "<b>bad</b>", "at", "all")


def test_lines_stand_at_their_places_in_the_text_on_one_axis():
    info = words_chart([line(start=4), line("gru-1", 2, (0.5, 0.75))], TOKENS)
    figure = words_figure(info, text_color="#000000")
    words, first, second = figure.data
    assert (words.x[0], words.text[3]) == (3, "&lt;b&gt;bad&lt;/b&gt;")
    assert (first.x0, second.x0) == (5, 3)
    assert list(first.customdata) == [50.0, 60.0, 20.0]
    axis = figure.layout.yaxis
    ticks = dict(zip(axis.ticktext, axis.tickvals, strict=True))
    assert ticks["50 %"] == 0 and ticks["75 %"] == pytest.approx(logit(0.75))


def test_too_many_points_of_other_seeds_are_left_out():
    many = [line(f"s{n}", shares=(0.5,) * 1_000, of_seed=True) for n in range(36)]
    models = [line(f"m{n}", shares=(0.5,) * 1_000) for n in range(12)]
    info = words_chart([*models, *many], ("word",) * 1_000)
    figure = words_figure(info, text_color="#000000")
    assert info.hidden == 36 - MAX_POINTS // 1_000
    assert len(figure.data) == 1 + 12 + 36 - info.hidden
    assert len(json.dumps(figure.to_plotly_json(), default=str)) < 300_000


def test_description_names_every_answer():
    info = words_chart([line(), line("gru-1")], TOKENS)
    assert describe(info).endswith("at the end: lstm-1 20.0\u00a0% and gru-1 20.0\u00a0%.")
