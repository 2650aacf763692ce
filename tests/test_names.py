"""Which names runs and studies may have, and what files are called after them."""

import pytest

from rnnlab.errors import InvalidField
from rnnlab.names import checked_name, file_stem


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        (" my\n model ", "my model"),
        ("lstm 2", "lstm 2"),
        ("감성 분석", "감성 분석"),
        ("👩\u200d🔬 lab", "👩\u200d🔬 lab"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("CON", "CON"),
        ("<b>", "<b>"),
    ],
)
def test_name_is_kept_on_one_line(name, kept):
    assert checked_name(name) == kept


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "1–80 characters"),
        ("  \n", "1–80 characters"),
        ("x" * 81, "1–80 characters"),
        ("good\u202ednoces", "leave out U\\+202E RIGHT-TO-LEFT OVERRIDE"),
        ("a\u200bb", "leave out U\\+200B ZERO WIDTH SPACE"),
        ("bell\a", "leave out U\\+0007"),
        ("a\udcffb", "leave out U\\+DCFF"),  # bytes that are no text, as a shell passes them
        ("a\ufffdb", "leave out U\\+FFFD"),
        ("\u200d", "add a letter or a digit"),
        ("\u3164", "add a letter or a digit"),
        ("\u0301", "add a letter or a digit"),
        ("LSTM", "other than an architecture's"),
        ("tfidf-logreg", "other than an architecture's"),
        ("0a1b2c3d", "other than an id"),
        ("g-0a1b2c3d", "other than an id"),
    ],
)
def test_name_that_cannot_be_seen_or_means_something_else_is_refused(name, reason):
    with pytest.raises(InvalidField, match=reason):
        checked_name(name)


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("lstm-1", "lstm-1"),
        ("../../etc", "etc"),
        ("a/b\\c: d", "a-b-c-d"),
        ("é🎬", "run-7"),
        ("x" * 80, "x" * 60),
        ("CON", "run-7"),
        ("com1", "run-7"),
        ("console", "console"),
    ],
)
def test_file_has_a_name_that_every_system_takes(name, stem):
    assert file_stem(name, "7") == stem
