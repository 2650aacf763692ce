"""What acting on a finding does to the rows of a file."""

import pytest

from rnnlab.datasets.health import acting, card
from rnnlab.datasets.health.checked import from_rows
from rnnlab.datasets.reading.rows import read_rows
from rnnlab.errors import DataError, InvalidField
from tests.datasets.health.test_card import made


def acted(text, *keys):
    rows = read_rows(text.encode())
    return acting.act(rows, card.make(from_rows(rows)), keys)


def test_rows_of_a_finding_are_left_out_and_counted():
    text = made(100)
    lines = text.splitlines()
    rows = acted(text + "\n".join([lines[1], lines[2]]) + "\ntoo short,1\n" * 2, "copies", "short")
    assert len(rows.texts) == len(rows.labels) == len(rows.lines) == 100
    assert [(left.reason, left.count) for left in rows.left_out] == [
        ("a copy of another text", 3),
        ("one or two words", 1),
    ]


def test_mark_that_gives_the_label_away_is_removed_from_the_texts():
    rows = acted(made(200, more=lambda n: f" label={n % 2}"), "giveaway")
    assert len(rows.texts) == 200
    assert not any("label=" in text for text in rows.texts)
    assert rows.remarks[-1] == "Removed from the texts: “label=0”, “label=1”."


def test_finding_that_the_card_has_not_is_refused_with_those_it_has():
    with pytest.raises(InvalidField, match="act_on must be left out: nothing is to be done"):
        acted(made(100), "near")
    with pytest.raises(InvalidField, match="act_on must be one of copies, got 'near'"):
        acted(made(100) + made(1).splitlines()[1], "near")


def test_acting_on_all_rows_is_refused():
    lines = "".join(f"a film of number {n},{label}\n" for n in range(6) for label in (0, 1))
    with pytest.raises(DataError, match="no review is left"):
        acted(f"text,label\n{lines}", "contradicting")
