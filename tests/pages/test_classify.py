"""The Classify page as its script runs, on real stores with networks of random weights."""

import time

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from rnnlab.config import preset
from rnnlab.inference import forward
from rnnlab.runs import RunState
from rnnlab.text import Reading, read
from tests import labs
from tests.labs import trained
from tests.networks import VOCABULARY, weights
from ui import reading

TEXTS = [f"the film {n} was good <i>and</i> long " * 10 for n in range(40)]


@pytest.fixture(autouse=True)
def dataset(lab_home):
    """A small dataset in the home, and no network kept from the test before."""
    st.cache_resource.clear()
    labs.encode_reviews(lab_home, TEXTS)


def page(words: str | None = None, **url) -> AppTest:
    at = AppTest.from_file("../../pages/classify.py", default_timeout=20)
    for name, value in url.items():
        at.query_params[name] = value
    at.run()
    return at if words is None else at.text_area(key="classify_text").input(words).run()


def shown(at: AppTest) -> str:
    """All HTML of the page but its style sheets."""
    parts = (element.proto.body for element in at.get("html"))
    return " ".join(part for part in parts if "<style>" not in part)


def said(elements) -> str:
    return " ".join(element.value for element in elements)


def test_empty_lab_says_what_to_do(store):
    at = page()
    assert not at.exception
    assert "No model has been trained yet" in said(at.info)
    assert at.button[0].label == "Train a model"
    assert not at.text_area


def test_lab_whose_first_run_is_training_says_so(store):
    labs.train(labs.claimed(store, now=time.time()), 1)
    at = AppTest.from_file("../../app.py", default_timeout=20).run()
    at.switch_page("pages/classify.py").run()
    assert not at.exception
    assert "still training" in said(at.info)


def test_failed_run_judges_nothing(store):
    labs.failed_run(store)
    assert "No model has been trained yet" in said(page().info)


def test_answer_is_that_of_the_forward_pass(store):
    config = preset("gru")
    run = trained(store, config)
    at = page("the film was good")
    ids = read("the film was good", VOCABULARY, vocab_size=500, maxlen=100, truncating="pre").ids
    (expected,) = forward.predict(config, weights(config), ids[None])
    assert not at.exception
    percent = f"{expected:.1%}"[:-1] + "\u00a0%"
    assert f"{percent}\u00a0<small>positive</small>" in shown(at)
    assert shown(at).count(">positive<") == 1
    assert run.name in shown(at)
    assert f"The model says {'positive' if expected > 0.5 else 'negative'}." in shown(at)


def test_strongest_model_stands_first(store):
    weak = trained(store, preset("lstm"), epochs=1)
    strong = trained(store, preset("gru"), epochs=9)
    html = shown(page("the film"))
    assert html.index(strong.name) < html.index(weak.name)


def test_models_that_read_alike_share_one_view(store):
    trained(store, preset("lstm"))
    trained(store, preset("gru"))
    trained(store, preset("onehot-rnn"))
    html = shown(page("the film"))
    assert html.count("model-card-reader") == 2
    assert "How gru-1 and lstm-1 read it" in html or "How lstm-1 and gru-1 read it" in html


def test_empty_text_gets_no_verdict(store):
    trained(store)
    html = shown(page(" \0\n "))
    assert "Type a review" in html
    assert "model-card-verdict" not in html


def test_model_that_knows_no_word_is_not_counted(store):
    trained(store, preset("lstm"))
    trained(store, preset("gru", vocab_size=10, maxlen=5))  # reads only "zzz zzz zzz zzz zzz"
    html = shown(page("good film " + "zzz " * 5))
    assert "Only one model knows a word of this text" in html


def test_apostrophe_of_a_phone_is_read_as_the_reviews_have_it(store):
    trained(store)
    html = shown(page("the film was good ’bad’"))
    assert "&#x27;bad&#x27;" in html


def test_wholly_unknown_text_is_called_so(store):
    trained(store)
    html = shown(page("קולנוע 🎬 zzz"))
    assert "No model knows a single word" in html
    assert "says nothing about the text" in html
    assert "none of 3 words known" in html


def test_script_is_shown_as_text(store):
    trained(store)
    html = shown(page("good film <script>alert(1)</script> &lt;b"))
    assert "<script" not in html
    assert "alert" in html


def test_marked_words_and_run_names_are_escaped(store):
    tokens = ("<script>", "<img src=x>")
    html = reading.words(Reading(np.zeros(2), tokens, (True, False), 0, 2))
    assert "<script>" not in html and "&lt;img src=x&gt;" in html
    store.rename(trained(store).id, "<script>name</script>")
    assert "<script>" not in shown(page("film"))


def test_hundred_thousand_words_stay_bounded(store):
    trained(store)
    began = time.perf_counter()
    html = shown(page("good film " * 50_000))
    assert "99,900 cut" in html and "more words cut" in html
    assert len(html) < 30_000
    assert time.perf_counter() - began < 10


def test_url_picks_the_runs(store):
    one, other = trained(store, preset("lstm")), trained(store, preset("gru"))
    html = shown(page("the film", run=one.id))
    assert one.name in html and other.name not in html


def test_url_that_names_no_run_is_told_and_all_judge(store):
    run = trained(store)
    at = page("the film", run="<b>nobody,")
    assert "no trained run" in said(at.warning)
    assert run.name in shown(at)


def test_picked_runs_are_written_into_the_url(store):
    one, other = trained(store, preset("lstm")), trained(store, preset("gru"))
    at = page("the film")
    at.multiselect(key="classify_runs").set_value([other.id]).run()
    assert at.query_params["run"] in (other.id, [other.id])
    assert other.name in shown(at) and one.name not in shown(at)


def test_damaged_network_is_told_and_the_others_judge(store):
    trained(store, preset("lstm"), best=b"not an archive")
    good = trained(store, preset("gru"))
    at = page("the film")
    assert not at.exception
    assert "cannot be read" in said(at.error)
    assert good.name in shown(at)


def test_run_that_was_stopped_can_be_picked(store):
    trained(store, preset("lstm"))
    stopped = trained(store, preset("gru"), state=RunState.STOPPED)
    assert stopped.name not in shown(page("the film"))
    assert stopped.name in shown(page("the film", run=stopped.id))


def test_sample_fills_the_field_and_carries_its_label(store):
    trained(store)
    at = page()
    button = at.button(key="classify_sample_0")
    assert "Positive" in button.label
    button.click().run()
    assert at.text_area(key="classify_text").value in TEXTS
    assert "model-card-verdict" in shown(at)


def test_other_samples_are_one_click_away(store):
    trained(store)
    at = page()
    before = at.button(key="classify_sample_0").label
    at.button(key="classify_others").click().run()
    assert at.button(key="classify_sample_0").label != before


def test_baselines_judge_beside_the_networks(store):
    for arch in ("lstm", "feedforward", "tfidf-logreg"):
        trained(store, preset(arch))
    at = page("the film was good")
    assert not at.exception
    assert shown(at).count('class="model-card"') == 3
    assert "TF-IDF + logistic regression" in shown(at) and "None" not in shown(at)
