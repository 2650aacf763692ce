"""The Classify page as its script runs, on real stores with networks of random weights."""

import time

import numpy as np
import pytest

from rnnlab.config import preset
from rnnlab.inference import forward
from rnnlab.runs import RunState
from rnnlab.text import Reading, read
from tests import labs
from tests.labs import trained
from tests.networks import VOCABULARY, weights
from tests.screens import classify_html, messages, open_classify, open_page
from ui import reading, reviews

pytestmark = pytest.mark.usefixtures("dataset")


def test_empty_lab_says_what_to_do(store):
    at = open_classify()
    assert not at.exception
    assert "No model has been trained yet" in messages(at.info)
    assert at.button[0].label == "Train a model"
    assert "classify_text" not in at.session_state


def test_lab_whose_first_run_is_training_says_so(store):
    labs.train(labs.claimed(store, now=time.time()), 1)
    at = open_page("classify")
    assert not at.exception
    assert "still training" in messages(at.info)


def test_failed_run_does_not_answer(store):
    labs.failed_run(store)
    assert "No model has been trained yet" in messages(open_classify().info)


def test_answer_is_that_of_the_forward_pass(store):
    config = preset("gru")
    run = trained(store, config)
    at = open_classify("the film was good")
    ids = read("the film was good", VOCABULARY, vocab_size=500, maxlen=100, truncating="pre").ids
    (expected,) = forward.predict(config, weights(config), ids[None])
    assert not at.exception
    percent = f"{expected:.1%}"[:-1] + "\u00a0%"
    assert f"{percent}\u00a0<small>positive</small>" in classify_html(at)
    assert classify_html(at).count(">positive<") == 1
    assert run.name in classify_html(at)
    assert f"The model says {'positive' if expected > 0.5 else 'negative'}." in classify_html(at)


def test_strongest_model_stands_first(store):
    weak = trained(store, preset("lstm"), epochs=1)
    strong = trained(store, preset("gru"), epochs=9)
    html = classify_html(open_classify("the film"))
    assert html.index(strong.name) < html.index(weak.name)


def test_models_that_read_alike_share_one_view(store):
    trained(store, preset("lstm"))
    trained(store, preset("gru"))
    trained(store, preset("onehot-rnn"))
    html = classify_html(open_classify("the film"))
    assert html.count("coverage-models") == 2
    assert "How gru-1 and lstm-1 read it" in html or "How lstm-1 and gru-1 read it" in html


def test_empty_text_gets_no_verdict(store):
    trained(store)
    html = classify_html(open_classify(" \0\n "))
    assert "Type a review" in html
    assert "model-card-verdict" not in html


def test_model_that_knows_no_word_is_not_counted(store):
    trained(store, preset("lstm"))
    trained(store, preset("gru", vocab_size=10, maxlen=5))  # reads only "zzz zzz zzz zzz zzz"
    html = classify_html(open_classify("good film " + "zzz " * 5))
    assert "The only model that knows any of these words says" in html


def test_apostrophe_of_a_phone_is_read_as_the_reviews_have_it(store):
    trained(store)
    html = classify_html(open_classify("the film was good ’bad’—zzz"))
    assert "&#x27;bad&#x27;" in html and "—" not in html


def test_wholly_unknown_text_is_called_so(store):
    trained(store)
    html = classify_html(open_classify("קולנוע 🎬 zzz"))
    assert "No model knows any of these words" in html
    assert "says nothing about the text" in html
    assert "none of 3 words known" in html


def test_script_is_shown_as_text(store):
    trained(store)
    html = classify_html(open_classify("good film <script>alert(1)</script> &lt;b"))
    assert "<script" not in html
    assert "alert" in html


def test_marked_words_and_run_names_are_escaped(store):
    tokens = ("<script>", "<img src=x>")
    html = reading.words(Reading(np.zeros(2), tokens, (True, False), 0, 2))
    assert "<script>" not in html and "&lt;img src=x&gt;" in html
    store.rename(trained(store).id, "<script>name</script>")
    assert "<script>" not in classify_html(open_classify("film"))


def test_hundred_thousand_words_stay_bounded(store):
    trained(store)
    began = time.process_time()
    html = classify_html(open_classify("good film " * 50_000))
    assert "99,900 cut" in html and "more words cut" in html
    assert len(html) < 30_000
    assert time.process_time() - began < 10


def test_url_picks_the_runs(store):
    lstm, gru = trained(store, preset("lstm")), trained(store, preset("gru"))
    html = classify_html(open_classify("the film", run=lstm.id))
    assert lstm.name in html and gru.name not in html


def test_unknown_run_in_the_url_is_named_and_all_models_answer(store):
    run = trained(store)
    at = open_classify("the film", run="<b>nobody,")
    assert "no trained run" in messages(at.warning)
    assert run.name in classify_html(at)


def test_picked_runs_are_written_into_the_url(store):
    lstm, gru = trained(store, preset("lstm")), trained(store, preset("gru"))
    at = open_classify("the film")
    at.multiselect(key="classify_runs").set_value([gru.id]).run()
    assert at.query_params["run"] in (gru.id, [gru.id])
    assert gru.name in classify_html(at) and lstm.name not in classify_html(at)


def test_run_that_was_stopped_can_be_picked(store):
    trained(store, preset("lstm"))
    stopped = trained(store, preset("gru"), state=RunState.STOPPED)
    assert stopped.name not in classify_html(open_classify("the film"))
    assert stopped.name in classify_html(open_classify("the film", run=stopped.id))


def test_sample_fills_the_field_and_carries_its_label(store, dataset):
    trained(store)
    at = open_classify()
    button = at.button(key="classify_sample_0")
    assert "Positive" in button.label
    button.click().run()
    assert at.session_state["classify_text"] in dataset
    assert "model-card-verdict" in classify_html(at)


def test_more_samples_are_one_click_away(store):
    trained(store)
    at = open_classify()
    before = at.button(key="classify_sample_0").label
    at.button(key="classify_more").click().run()
    assert at.button(key="classify_sample_0").label != before


def test_baselines_answer_beside_the_networks(store):
    for arch in ("lstm", "feedforward", "tfidf-logreg"):
        trained(store, preset(arch))
    at = open_classify("the film was good")
    assert not at.exception
    assert classify_html(at).count('class="model-card"') == 3
    assert "TF-IDF + logistic regression" in classify_html(at) and "None" not in classify_html(at)


def test_samples_that_are_being_prepared_hold_nothing_up(store, monkeypatch):
    trained(store)
    monkeypatch.setattr(reviews, "load", lambda name: None)
    at = open_classify("the film")
    assert not at.exception
    assert "Preparing sample reviews" in messages(at.caption)
    assert "model-card-verdict" in classify_html(at)
