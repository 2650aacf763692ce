"""The page Data: a file, how it was read, its health card, and the datasets of the lab."""

import contextlib
import hashlib
import io
import json
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from rnnlab.cli import main
from rnnlab.starters import package
from tests.screens import links, open_page
from ui.data import jobs, upload

GOOD = "review,sentiment\n" + "".join(
    f"a {'fine' if n % 2 else 'dull'} film about the {n}th year of a long war and its end,"
    f"{'positive' if n % 2 else 'negative'}\n"
    for n in range(60)
)


def words_on(at):
    """All that the page says, as plain text."""
    assert not at.exception
    said = [html.proto.body for html in at.html]
    for kind in (at.markdown, at.caption, at.error, at.info, at.success, at.subheader):
        said += [element.value for element in kind]
    return " ".join(said).replace("\\", "").replace("\u2060", "")


class JobOfThisProcess(jobs.Job):
    """A job that is done here and now."""

    def __init__(self, arguments, *, name, content):
        self.progress, self.document, self.error = 1.0, None, None
        source = name
        if content is not None:
            source = f"{JobOfThisProcess.folder}/{name}"
            Path(source).write_bytes(content)
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main(["data", arguments[0], source, *arguments[1:]])
        document = json.loads(out.getvalue()) if out.getvalue() else None
        if code == 0:
            self.document = document
        else:
            self.document = document
            self.error = (document or {}).get("error") or err.getvalue().strip()


@pytest.fixture
def give(dataset, monkeypatch, tmp_path):
    """Put a file into the page's place for it."""
    st.cache_resource.clear()
    monkeypatch.setattr(jobs, "Job", JobOfThisProcess)
    JobOfThisProcess.folder = tmp_path

    def put(content, name="mine.csv"):
        content = content.encode() if isinstance(content, str) else content
        given = upload.Upload(name, hashlib.sha256(content).hexdigest(), content)
        monkeypatch.setattr(upload, "show", lambda: given)

    return put


def test_file_is_shown_as_it_was_understood_with_its_card(give):
    give(GOOD)
    at = open_page("data")
    words = words_on(at)
    assert not at.exception
    assert "Columns: review and sentiment." in words
    assert "All 60 rows are used." in words
    assert words.count("data-label") >= 20
    assert {box.label: box.value for box in at.selectbox}.items() >= {
        ("Reviews", "review"),
        ("Labels", "sentiment"),
        ("Positive label", "positive"),
    }


def test_dataset_is_added_once_and_leads_to_train(give, store):
    give(GOOD)
    at = open_page("data")
    at.text_input[0].set_value("war films").run()
    at.button(key="data_add_button").click().run()
    assert not at.exception
    (own,) = store.datasets.all()
    assert (own.name, own.reviews) == ("war films", 60)
    assert at.button(key="data_train").label == "Train on it"


@pytest.fixture
def in_this_process(dataset, monkeypatch, tmp_path):
    """Files are checked here and now."""
    st.cache_resource.clear()
    monkeypatch.setattr(jobs, "Job", JobOfThisProcess)
    monkeypatch.setattr(JobOfThisProcess, "folder", tmp_path, raising=False)


@pytest.mark.usefixtures("in_this_process")
def test_card_opens_though_a_file_is_open_and_the_next_file_takes_its_place():
    at = open_page("data")
    at.file_uploader[0].set_value(("mine.csv", GOOD.encode(), "text/csv")).run()
    at.button(key="data_open_bundled").click().run()
    assert at.query_params["dataset"] == "bundled"
    assert "All 60 rows are used." not in words_on(at)
    at.button(key="data_close").click().run()
    assert "All 60 rows are used." in words_on(at)
    at.button(key="data_open_bundled").click().run()
    at.file_uploader[0].set_value(("next.csv", GOOD.encode(), "text/csv")).run()
    assert "All 60 rows are used." in words_on(at)
    assert "dataset" not in at.query_params


@pytest.mark.usefixtures("in_this_process")
def test_file_stays_open_until_it_is_closed_though_another_page_was_opened():
    at = open_page("data")
    at.file_uploader[0].set_value(("mine.csv", GOOD.encode(), "text/csv")).run()
    assert "All 60 rows are used." in words_on(at)
    at.file_uploader[0].set_value(None).run()  # by its ×
    assert "All 60 rows are used." not in words_on(at)
    at.file_uploader[0].set_value(("mine.csv", GOOD.encode(), "text/csv")).run()
    at.switch_page("pages/train.py").run()
    at.switch_page("pages/data.py").run()
    assert "All 60 rows are used." in words_on(at)
    assert "Open: **mine.csv**" in words_on(at)
    at.button(key="data_file_close").click().run()
    assert "All 60 rows are used." not in words_on(at)


def test_finding_that_is_acted_on_changes_what_is_added(give, store):
    lines = GOOD.splitlines()
    marked = [lines[0]] + [line.replace(",pos", " ★★★★★,pos") for line in lines[1:]]
    give("\n".join(marked) + "\n")
    at = open_page("data")
    (box,) = [box for box in at.checkbox if "★★★★★" in box.label]
    box.check().run()
    at.button(key="data_add_button").click().run()
    (own,) = store.datasets.all()
    texts = store.datasets.content(own.id).texts
    assert len(texts) == 60 and not any("★" in text for text in texts)


def test_file_that_is_not_understood_says_why_and_offers_its_columns_and_encodings(give):
    give(b"a,b,c\n1,2,3\n")
    at = open_page("data")
    assert "one column of reviews and one of labels" in words_on(at)
    assert [box.label for box in at.selectbox][:2] == ["Reviews", "Labels"]
    give(("text,label\n" + "un été de rêve,1\nça m'a déçu,0\n" * 3).encode("cp1252"))
    at = open_page("data")
    assert "un été de rêve" in words_on(at)
    at.button(key="data_encoding_cp1252").click().run()
    assert not at.exception
    assert "Encoding: cp1252." in words_on(at)


def test_positive_label_may_be_chosen(give):
    rows = "".join(
        f"a film about the {n}th war of all,{'ham' if n % 2 else 'spam'}\n" for n in range(30)
    )
    give("text,label\n" + rows)
    at = open_page("data")
    (box,) = [box for box in at.selectbox if box.label == "Positive label"]
    box.select("ham").run()
    assert "“ham” is positive" in words_on(at)


def test_built_in_dataset_has_its_card(give, monkeypatch):
    monkeypatch.setattr(upload, "show", lambda: None)
    at = open_page("data", dataset="bundled")
    assert not at.exception
    assert "surplus cop" in words_on(at) or "No text occurs twice" in words_on(at)
    labels = links(open_page("data", dataset="rotten-tomatoes"))
    assert not [label for label in labels if "with" in label]
    at = open_page("data", dataset="nothing")
    assert "There is no dataset nothing" in words_on(at)


def test_charts_of_the_card_keep_all_their_labels_on_a_phone(give, monkeypatch):
    monkeypatch.setattr(upload, "show", lambda: None)
    parts = open_page("data", dataset="bundled").get("bidi_component")
    sent = [json.loads(part.proto.json) for part in parts if part.proto.json]
    compact = [chart["compact"] for chart in sent if "figure" in chart]
    assert compact and not any(compact)


def test_own_dataset_can_be_renamed_and_deleted(give, store):
    give(GOOD)
    at = open_page("data")
    at.button(key="data_add_button").click().run()
    (own,) = store.datasets.all()
    assert at.button(key=f"data_rename_{own.id}") and at.button(key=f"data_delete_{own.id}")

    def asked():
        from ui.data import listing
        from ui.reader import snapshot

        for own in snapshot().datasets:
            listing.ask_name(own)
            listing.ask_delete(own, 0)

    at = AppTest.from_function(asked).run()
    at.text_input[0].set_value("other")
    at.button[0].click().run()
    assert store.datasets.get(own.id).name == "other"
    at.button(key="data_delete_confirmed").click().run()
    assert store.datasets.all() == ()


def test_viewers_can_read_cards_and_give_no_file(dataset, watching):
    at = open_page("data")
    assert not at.exception
    assert "You are watching" in words_on(at)
    assert not [button for button in at.button if "Add" in button.label]


def test_job_is_a_process_whose_progress_and_failure_are_known(lab_home):
    st.cache_resource.clear()
    job = jobs.check_file("d" * 64, "../my file.csv", {}, GOOD.encode())
    job.wait()
    assert (job.error, job.document["reviews"]) == (None, 60)
    job = jobs.check_file("e" * 64, "-x.csv", {"positive": "-1"}, b"\x7fELF" * 9)
    job.wait()
    assert "this file is a program" in job.error


def test_file_is_checked_anew_once_models_that_came_with_rnnlab_are_shown(give, store, monkeypatch):
    checks = []
    original = jobs._check
    monkeypatch.setattr(
        jobs, "_check", lambda *key, **content: checks.append(key) or original(*key, **content)
    )
    give(GOOD)
    open_page("data")
    store.starters.show(package.load())
    open_page("data")
    before, after = dict.fromkeys(checks)
    assert (before[3], after[3]) == (frozenset(), frozenset({("bundled", 42, False)}))
