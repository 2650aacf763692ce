"""Bad input of every kind: a message at once, no traceback, and nothing is stored."""

import math
from collections.abc import Iterator

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from rnnlab.config import FIELDS, preset
from rnnlab.datasets.reading import reviews
from rnnlab.errors import DataError
from tests import screens
from tests.bad_input import rows
from tests.commands import document
from tests.labs import encode_reviews, trained
from tests.screens import words

pytestmark = pytest.mark.usefixtures("worker")  # this process: nothing starts another


@pytest.fixture
def run(store):
    return trained(store, preset("lstm"))


def refused(answer, message: str) -> bool:
    """Whether a command has ended with one line that says so, and code 2."""
    code, out, err = answer
    return (code, out, err.count("\n")) == (2, "", 1) and message in err


def test_flags_of_fields(cli, store):
    wrong = []
    for field, text, message in rows.VALUES:
        flag = f"--{field.replace('_', '-')}={text}"
        for command in ("params", "train"):
            answer = cli(command, "--preset", "lstm", flag, "--json")
            if answer != (2, "", f"rnnlab: {message}\n"):
                wrong.append((flag[:60], answer))
    assert wrong == []
    assert store.runs() == ()


def test_commands(cli, store, run):
    names = [
        (["train", "--preset", "lstm", "--detach", f"--name={name}"], message)
        for name, message in rows.NAMES
    ]
    wrong = []
    for arguments, message in (*rows.COMMANDS, *names):
        answer = cli(*(argument.replace("{run}", run.id) for argument in arguments))
        if not refused(answer, message):
            wrong.append((arguments, answer))
    assert wrong == []
    assert [kept.id for kept in store.runs()] == [run.id]
    assert store.studies.all() == ()


def test_csv_files(cli, run):
    wrong = []
    for content, message in rows.CSV:
        with pytest.raises(DataError) as error:
            reviews.read(content)
        answer = cli("evaluate", run.id, "--csv", "-", "--json", stdin=content)
        if not (message in str(error.value) and refused(answer, message)):
            wrong.append((content, str(error.value), answer))
    assert wrong == []


def test_reviews(cli, run):
    for text, count in rows.REVIEWS:
        (result,) = document(cli("classify", "--text", text, "--json"))["results"]
        assert len(result["tokens"]) == count
        assert (result["probability"] is None) == (count == 0)
        assert cli("classify", "--file", "-", stdin=text.encode())[0] == 0


@pytest.fixture
def open_page(lab_home, monkeypatch):
    """A function that opens a page of a lab with a small dataset."""
    st.cache_resource.clear()
    monkeypatch.setattr("ui.reader.READ_S", 0)
    encode_reviews(lab_home)

    return lambda name, url: screens.open_page(name, **url)


def said(at: AppTest) -> str:
    assert not at.exception
    boxes = (*at.error, *at.warning, *at.info)
    return "\n".join(box.value.replace("\\", "").replace("\u2060", "") for box in boxes)


def by_round() -> Iterator[dict[str, rows.Value]]:
    """The values, each field once in a round."""
    left = list(rows.VALUES)
    while left:
        values = {value.field: value for value in reversed(left)}
        yield values
        left = [value for value in left if value not in values.values()]


def test_fields_in_the_url(open_page, store):
    for values in by_round():
        at = open_page("train", {field: value.text for field, value in values.items()})
        shown = said(at)
        messages = [value.message.replace("\\", "") for value in values.values()]
        assert [message for message in messages if message not in shown] == []
        assert not at.button(key="train_button").disabled  # for the defaults, which are shown
        assert at.number_input(key="train_maxlen").value == 100
    assert store.runs() == ()


def test_boxes_of_the_form(open_page, store):
    at = open_page("train", {})
    for field, text, message in rows.VALUES:
        try:
            value = float(text)
        except ValueError:
            continue  # a number box takes numbers alone
        if FIELDS[field].kind not in (int, float) or not math.isfinite(value):
            continue
        before = at.number_input(key=f"train_{field}").value
        at.number_input(key=f"train_{field}").set_value(value).run()
        assert message.replace(f"'{text}'", text) in said(at)
        assert at.button(key="train_button").disabled
        at.number_input(key=f"train_{field}").set_value(before)
    at.run()
    assert not at.button(key="train_button").disabled
    for name, message in rows.NAMES[2:]:  # nothing is no name, and no box holds a longer one
        if "\ud800" not in name:  # which no browser's message can hold, see `ui.frames`
            at.text_input(key="train_name_0").set_value(name)
            at.button(key="train_button").click().run()
            assert message in said(at)
    for number in rows.SEEDS:
        at.number_input(key="train_seeds").set_value(number).run()
        assert "seeds must be 1–50, got " in said(at)
        assert at.button(key="train_button").disabled
    assert store.runs() == ()


def test_reviews_on_the_page(open_page, run):
    at = open_page("classify", {})
    for text, count in (*rows.REVIEWS, ("half \ud800", 0)):
        at.session_state["classify_text"] = text
        at.run()
        assert not at.exception
        answered = "says " in words(at) or "No model knows any of these words" in words(at)
        assert answered == (count > 0)
        assert "<script>" not in words(at)
    assert "This text holds half of a character" in said(at)


def test_addresses(open_page, store, run):
    for name, url, messages in rows.URLS:
        at = open_page(name, url)
        shown = f"{said(at)} {words(at)}".replace("\\", "")
        assert [message for message in messages if message not in shown] == []
    assert [kept.id for kept in store.runs()] == [run.id]
