"""Word by word on the Classify page: what its component and its chart get."""

import json

import numpy as np
import pytest
import streamlit as st

from rnnlab.config import preset
from rnnlab.inference.classify import Classifier
from rnnlab.inside import attribution, explain, prefixes
from rnnlab.inside.probes import PROBES, changes
from rnnlab.text import Vocabulary
from tests.labs import trained
from tests.screens import classify_html, messages, open_classify, seeds_of
from ui.classify import edited, keys
from ui.classify.explained import representative
from ui.classify.keys import TEXT
from ui.classify.words import PAINT_S, SETTLE_S
from ui.classify.words import _settle as settle

pytestmark = pytest.mark.usefixtures("dataset")
NEGATION = [probe.name for probe in PROBES].index("Negation")
FILM = "the film was not bad and a zebra was good"


def components(at):
    """What the page's components get, as dictionaries."""
    assert not at.exception
    return [json.loads(part.proto.json) for part in at.get("bidi_component") if part.proto.json]


def words(at):
    """What the component of the words gets."""
    (data,) = [data for data in components(at) if "windows" in data]
    return data


def curve(at):
    """The chart of the answers after each word: its traces by their names."""
    (data,) = [data for data in components(at) if "figure" in data]
    return [trace for trace in json.loads(data["figure"])["data"] if "name" in trace]


def test_page_without_a_text_or_without_a_known_word_has_no_words(store):
    trained(store)
    for text in (None, " ", "zzz qqq"):
        assert not [data for data in components(open_classify(text)) if "windows" in data]


def test_words_have_their_occlusion_and_the_answer_after_them(store):
    run = trained(store, preset("lstm", maxlen=20))
    data = words(open_classify(FILM))
    classifier = Classifier.load(store, run)
    reading = classifier.read(FILM)
    (model,) = data["models"]
    assert data["windows"] == [FILM.split()] and model["window"] == 0
    assert (model["first"], model["last"]) == (0, 10)
    effects = attribution.occlusion(classifier, reading)
    np.testing.assert_allclose(model["effects"], effects, atol=1e-3)
    after = 1 / (1 + np.exp(-prefixes.logits_after_each_word(classifier, reading)))
    np.testing.assert_allclose(model["after"], 100 * after, atol=0.06)
    assert model["unknown"] == [3, 7] and model["padding"] == "9 × padding"
    assert data["scale"] == pytest.approx(np.abs(effects).max(), abs=1e-3)


def test_one_scale_and_one_axis_hold_all_models(store):
    for arch in ("lstm", "gru", "tfidf-logreg"):
        trained(store, preset(arch, maxlen=20))
    at = open_classify(FILM)
    data = words(at)
    strongest = max(abs(effect) for model in data["models"] for effect in model["effects"])
    assert data["scale"] == pytest.approx(strongest)
    assert [trace["name"] for trace in curve(at)] == [model["name"] for model in data["models"]]


def test_method_is_picked_and_its_error_shown(store):
    run = trained(store, preset("gru", maxlen=20))
    at = open_classify(FILM)
    classifier = Classifier.load(store, run)
    reading = classifier.read(FILM)
    assert "Integrated gradients add up to within" in " ".join(words(at)["models"][0]["notes"])
    at.segmented_control(key=keys.METHOD).set_value("Integrated gradients").run()
    gradients = explain.gradients(classifier, reading)
    np.testing.assert_allclose(words(at)["models"][0]["effects"], gradients.effects, atol=1e-3)
    at.segmented_control(key=keys.METHOD).set_value("Removal").run()
    removal = attribution.removal(classifier, reading)
    np.testing.assert_allclose(words(at)["models"][0]["effects"], removal, atol=1e-3)


def test_gradients_that_do_not_add_up_and_methods_that_disagree_are_named(store, monkeypatch):
    trained(store, preset("lstm", maxlen=20))
    real = explain.gradients

    def missed(classifier, reading):
        found = real(classifier, reading)
        return found._replace(effects=-found.effects, error=0.21)

    monkeypatch.setattr(explain, "gradients", missed)
    notes = " ".join(words(open_classify(FILM))["models"][0]["notes"])
    assert "did not converge: they miss the change of the logit by 21\u00a0%" in notes
    assert "disagree on the direction of “" in notes


def test_bag_of_words_has_no_integrated_gradients(store):
    trained(store, preset("tfidf-logreg", maxlen=20))
    at = open_classify(FILM)
    at.segmented_control(key=keys.METHOD).set_value("Integrated gradients").run()
    (model,) = words(at)["models"]
    assert model["effects"] is None and model["inside"] is None
    assert "use occlusion" in " ".join(model["notes"])


def test_group_is_explained_by_the_seed_of_median_accuracy_and_the_others_are_thin(store):
    runs = [
        trained(store, preset("lstm", seed=seed, maxlen=20), epochs=epochs)
        for seed, epochs in ((1, 12), (2, 16), (3, 14))
    ]
    at = open_classify(FILM)
    (model,) = words(at)["models"]
    assert representative(runs) is runs[2]
    assert model["seed"] == f"{runs[2].name}, median accuracy of 3 seeds"
    assert model["title"] == "LSTM × 3, maxlen 20" and model["name"] == runs[2].name
    widths = [trace["line"]["width"] for trace in curve(at)]
    assert sorted(widths) == [1.2, 1.2, 3.2]


def test_cut_words_are_not_read_and_a_huge_text_stays_small(store):
    trained(store, preset("lstm"))
    trained(store, preset("lstm", maxlen=500, truncating="post"))
    at = open_classify("good film " * 50_000)
    data = words(at)
    lengths = {model["last"] - model["first"] for model in data["models"]}
    assert lengths == {100, 499}  # of the end, and of the start behind its mark
    assert {bool(model["cut_before"]) for model in data["models"]} == {True, False}
    assert "99,900 cut" in " ".join(note for m in data["models"] for note in m["notes"])
    sizes = [len(part.proto.json) for part in at.get("bidi_component") if part.proto.json]
    assert sum(sizes) - max(sizes) < 300_000  # the largest is the text field's


def request(action, **more):
    """What the component asks for, as Python gets it."""
    st.session_state[TEXT] = st.session_state.get(TEXT, FILM)
    return {"action": action, "text_id": edited.text_id(st.session_state[TEXT]), **more}


@pytest.fixture
def session(monkeypatch):
    """A session state without a page."""
    state = {TEXT: FILM}
    monkeypatch.setattr(st, "session_state", state)
    return state


def test_changes_of_words_can_be_taken_back(session):
    edited.take(request("replace", place=4, words="good"))
    edited.take(request("move", place=3, steps=1))
    assert session[TEXT] == "the film was good not and a zebra was good"
    edited.take(request("undo"))
    assert session[TEXT] == FILM.replace("bad", "good")
    edited.take(request("remove", place=0))
    edited.take(request("reset"))
    assert session[TEXT] == FILM
    assert edited.current(FILM).edits == ()


def test_request_about_an_older_text_does_nothing(session):
    stale = request("remove", place=0)
    session[TEXT] = "another film"
    edited.take(stale)
    edited.take(None)
    assert session[TEXT] == "another film"


def test_typing_makes_the_text_the_new_start(session):
    edited.take(request("remove", place=0))
    session[TEXT] += "!"
    edited.take(request("remove", place=0))
    assert edited.current(session[TEXT]).before == FILM.removeprefix("the ") + "!"


def test_change_shows_every_models_answer_before_and_after(store):
    trained(store, preset("lstm", maxlen=20))
    trained(store, preset("gru", maxlen=20))
    at = open_classify(FILM)
    assert words(at)["changes"] == []
    before = {model["name"]: model["answer"] for model in words(at)["models"]}
    after = FILM.replace("bad", "good")
    change = edited.Edit("replace", 4, "good")
    at.session_state[keys.EDITS] = edited.Edited(FILM, (change,), after)
    at.session_state[TEXT] = after
    at.run()
    data = words(at)
    assert data["edits"] == "Your 1 change to the words"
    for row, model in zip(data["changes"], data["models"], strict=True):
        assert f"{row['before']} positive" == before[row["name"]]
        assert f"{row['after']} positive" == model["answer"]
        assert row["note"].startswith("logit ")


def test_nothing_is_computed_again_in_a_rerun(store, monkeypatch):
    seeds_of(store, "lstm", 2)
    at = open_classify(FILM)
    calls = []
    for module, name in ((attribution, "occlusion"), (prefixes, "logits_after_each_word")):
        monkeypatch.setattr(module, name, lambda *_, name=name: calls.append(name))
    at.run()
    assert not at.exception and calls == []


def test_what_was_learned_follows_from_the_chosen_runs_answers(store):
    words = Vocabulary(("a", "bad", "film", "not", "good"))
    runs = seeds_of(store, "gru", 3, vocabulary=words)
    found = [changes(Classifier.load(store, run)) for run in runs]
    learned = sum(probes[NEGATION].learned for probes in found)
    at = open_classify()
    shown = messages(at.markdown).replace("\\", "")
    assert f"({learned} of 3 runs)" in shown.split("Negation: ")[1].split("*")[0]
    assert "Word order: the vocabulary is too small to tell" in shown


def test_models_of_other_words_are_not_asked_about_language(store):
    trained(store, vocabulary=Vocabulary(("b1", "b2")))
    at = open_classify()
    assert "What have they learned" not in messages(at.subheader)


def test_text_that_lost_all_its_words_can_have_them_back(store):
    trained(store)
    at = open_classify("film")
    at.session_state[keys.EDITS] = edited.Edited("film", (edited.Edit("remove", 0),), "")
    at.session_state[TEXT] = ""
    at.run()
    data = words(at)
    assert data["models"] == [] and data["edits"] == "Your 1 change to the words"


def test_sentence_that_is_tried_fills_the_field(store):
    trained(store, vocabulary=Vocabulary(("a", "bad", "film", "not", "good")))
    at = open_classify()
    at.button(key="classify_try_2_0_second").click().run()
    assert at.session_state[TEXT] == "a not bad film"
    assert "model-card-verdict" in classify_html(at)


def test_texts_are_explained_once_the_answers_are_painted_and_typing_ends(session, monkeypatch):
    waits, now = [], [100.0]
    monkeypatch.setattr("ui.classify.words.time.sleep", waits.append)
    monkeypatch.setattr("ui.classify.words.time.monotonic", lambda: now[0])
    for text, at_s in (("a", 100.0), ("a", 100.1), ("ab", 100.3), ("abc", 102.0)):
        now[0] = at_s
        settle(text)
    assert waits == [PAINT_S, SETTLE_S, PAINT_S]  # for "ab" longer; for the same text not at all
