"""Words of a text are changed where they stand."""

import random

import pytest

from rnnlab.inside import edits
from rnnlab.inside.edits import Edit
from rnnlab.text import tokenize

TEXT = "A bad (very bad) film: <br />not good!"


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (Edit("replace", 1, "good"), "A good (very bad) film: <br />not good!"),
        (Edit("replace", 1, "not too bad"), "A not too bad (very bad) film: <br />not good!"),
        (Edit("remove", 1), "A (very bad) film: <br />not good!"),
        (Edit("remove", 0), "bad (very bad) film: <br />not good!"),
        (Edit("remove", 2), "A bad (bad) film: <br />not good!"),
        (Edit("move", 1, steps=1), "A very (bad bad) film: <br />not good!"),
        (Edit("move", 4, steps=-3), "A film (bad very) bad: <br />not good!"),
        (Edit("move", 7, steps=5), TEXT),
        (Edit("move", 0, steps=-1), TEXT),
        (Edit("remove", 99), TEXT),
        (Edit("remove", -1), TEXT),
        (Edit("explode", 1), TEXT),
    ],
)
def test_word_is_changed_and_what_stands_between_words_stays(edit, expected):
    assert edits.apply(TEXT, [edit]) == expected


def test_edits_follow_one_another():
    both = [Edit("remove", 1), Edit("replace", 1, "rather")]
    assert edits.apply(TEXT, both) == "A (rather bad) film: <br />not good!"


def test_an_endless_replacement_is_cut():
    assert len(edits.apply("film", [Edit("replace", 0, "x" * 10_000)])) == edits.MAX_REPLACEMENT


def test_words_stand_where_the_tokenizer_finds_them():
    rng = random.Random(3)
    signs = "ab'É İß\u2028\u00a0\t\n\r\0.,-<>/ \U0001f3ac قΣς"
    for _ in range(300):
        text = "".join(rng.choices(signs, k=rng.randrange(40)))
        assert [text[start:end].lower() for start, end in edits.spans(text)] == [
            word.lower() for word in tokenize(text)
        ] or "Σ" in text
        assert len(edits.spans(text)) == len(tokenize(text))


def test_words_are_counted_as_the_models_read_them():
    """A typographic dash parts two words, as the plain one that it is folded to."""
    text = "good—bad film isn’t"
    assert edits.apply(text, [Edit("replace", 2, "movie")]) == "good-bad movie isn't"
    twice = [Edit("replace", 0, "so—so"), Edit("replace", 3, "movie")]
    assert edits.apply(text, twice) == "so-so-bad movie isn't"
    assert edits.apply(text, []) == text
