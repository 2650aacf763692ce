"""The Classify page as its script runs, on real stores with networks of random weights."""

import re
import time

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from rnnlab import format
from rnnlab.compare.groups import group_id
from rnnlab.config import preset
from rnnlab.inference import forward
from rnnlab.inference.classify import Classifier, classify
from rnnlab.runs import Run, RunState
from rnnlab.store import RunStore
from rnnlab.text import Reading, Vocabulary, read
from tests import labs
from tests.labs import trained
from tests.networks import VOCABULARY, weights
from ui import reading, reviews
from ui.classify import choice

TEXTS = [f"the film {n} was good <i>and</i> long " * 10 for n in range(40)]


@pytest.fixture(autouse=True)
def dataset(lab_home):
    """A small dataset in the home, and no network kept from the test before."""
    st.cache_resource.clear()
    labs.encode_reviews(lab_home, TEXTS)


def seeds(store: RunStore, arch: str, number: int = 3, **ways) -> list[Run]:
    """As many trained runs of a preset that differ in seed alone."""
    return [trained(store, preset(arch, seed=seed), **ways) for seed in range(1, number + 1)]


def probabilities(store: RunStore, runs: list[Run], text: str) -> list[float]:
    """What each run says of a text, one forward pass at a time."""
    classifiers = [Classifier.load(store, run) for run in runs]
    return [result.probability for result in classify(text, classifiers)]


def picked(at: AppTest) -> list[str]:
    """The names on the cards."""
    return re.findall('class="lab-name">(.*?)</span>', shown(at))


def page(words: str | None = None, **url) -> AppTest:
    at = AppTest.from_file("../../pages/classify.py", default_timeout=120)
    for name, value in url.items():
        at.query_params[name] = value
    at.run()
    if words is not None:
        at.session_state["classify_text"] = words
        at.run()
    return at


def shown(at: AppTest) -> str:
    """All HTML of the page but its style sheets."""
    parts = (element.proto.body for element in at.get("html"))
    return " ".join(part for part in parts if "<style>" not in part)


def messages(elements) -> str:
    return " ".join(element.value for element in elements)


def test_empty_lab_says_what_to_do(store):
    at = page()
    assert not at.exception
    assert "No model has been trained yet" in messages(at.info)
    assert at.button[0].label == "Train a model"
    assert "classify_text" not in at.session_state


def test_lab_whose_first_run_is_training_says_so(store):
    labs.train(labs.claimed(store, now=time.time()), 1)
    at = AppTest.from_file("../../app.py", default_timeout=120).run()
    at.switch_page("pages/classify.py").run()
    assert not at.exception
    assert "still training" in messages(at.info)


def test_failed_run_does_not_answer(store):
    labs.failed_run(store)
    assert "No model has been trained yet" in messages(page().info)


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
    assert html.count("coverage-models") == 2
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
    assert "The only model that knows any of these words says" in html


def test_apostrophe_of_a_phone_is_read_as_the_reviews_have_it(store):
    trained(store)
    html = shown(page("the film was good ’bad’"))
    assert "&#x27;bad&#x27;" in html


def test_wholly_unknown_text_is_called_so(store):
    trained(store)
    html = shown(page("קולנוע 🎬 zzz"))
    assert "No model knows any of these words" in html
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
    began = time.process_time()
    html = shown(page("good film " * 50_000))
    assert "99,900 cut" in html and "more words cut" in html
    assert len(html) < 30_000
    assert time.process_time() - began < 10


def test_url_picks_the_runs(store):
    lstm, gru = trained(store, preset("lstm")), trained(store, preset("gru"))
    html = shown(page("the film", run=lstm.id))
    assert lstm.name in html and gru.name not in html


def test_unknown_run_in_the_url_is_named_and_all_models_answer(store):
    run = trained(store)
    at = page("the film", run="<b>nobody,")
    assert "no trained run" in messages(at.warning)
    assert run.name in shown(at)


def test_picked_runs_are_written_into_the_url(store):
    lstm, gru = trained(store, preset("lstm")), trained(store, preset("gru"))
    at = page("the film")
    at.multiselect(key="classify_runs").set_value([gru.id]).run()
    assert at.query_params["run"] in (gru.id, [gru.id])
    assert gru.name in shown(at) and lstm.name not in shown(at)


def test_damaged_network_is_reported_and_the_others_answer(store):
    trained(store, preset("lstm"), best=b"not an archive")
    good = trained(store, preset("gru"))
    at = page("the film")
    assert not at.exception
    assert "cannot be read" in messages(at.error)
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
    assert at.session_state["classify_text"] in TEXTS
    assert "model-card-verdict" in shown(at)


def test_more_samples_are_one_click_away(store):
    trained(store)
    at = page()
    before = at.button(key="classify_sample_0").label
    at.button(key="classify_more").click().run()
    assert at.button(key="classify_sample_0").label != before


def test_baselines_answer_beside_the_networks(store):
    for arch in ("lstm", "feedforward", "tfidf-logreg"):
        trained(store, preset(arch))
    at = page("the film was good")
    assert not at.exception
    assert shown(at).count('class="model-card"') == 3
    assert "TF-IDF + logistic regression" in shown(at) and "None" not in shown(at)


def test_runs_that_differ_in_seed_alone_share_a_card(store):
    runs = [run for arch in ("lstm", "gru") for run in seeds(store, arch)]
    alone = trained(store, preset("tfidf-logreg"))
    at = page("the film was good")
    assert not at.exception
    assert sorted(picked(at)) == ["GRU × 3", "LSTM × 3", alone.name]
    (mean_lstm, mean_gru) = (
        sum(probabilities(store, group, "the film was good")) / 3 for group in (runs[:3], runs[3:])
    )
    for mean in (mean_lstm, mean_gru):
        assert f"{format.percent(mean)}\u00a0<small>positive on average</small>" in shown(at)
    assert shown(at).count('class="model-card-runs"') == 2


def test_card_of_a_group_says_how_its_seeds_vote_and_opens_to_them(store):
    runs = seeds(store, "lstm")
    at = page("the film was good")
    values = probabilities(store, runs, "the film was good")
    positive = sum(value > 0.5 for value in values)
    assert 0 < positive < 3  # else these weights show nothing
    majority = "positive" if positive == 2 else "negative"
    (expander,) = at.expander
    assert expander.label == f"2 of 3 seeds say {majority}"
    (inside,) = (element.proto.body for element in expander.get("html"))
    assert all(run.name in inside and f"seed {run.config.seed}" in inside for run in runs)
    assert all(f"<b>{format.percent(value)}</b>" in inside for value in values)
    dots = re.findall(r'<b style="left:([0-9.]+)%">', shown(at))
    assert [float(dot) for dot in dots] == pytest.approx([100 * v for v in values], abs=0.06)


def test_single_run_has_nothing_to_open(store):
    trained(store)
    assert not page("the film").expander


def test_same_network_trained_twice_counts_once(store):
    trained(store, preset("lstm"))
    trained(store, preset("lstm"))
    at = page("the film")
    assert len(picked(at)) == 1 and not at.expander


def test_url_may_name_a_group_or_single_runs_of_it(store):
    lstms = seeds(store, "lstm")
    seeds(store, "gru")
    assert picked(page("film", run=group_id(lstms[0].config))) == ["LSTM × 3"]
    assert picked(page("film", run=lstms[1].id)) == [lstms[1].name]
    assert picked(page("film", run=f"{lstms[1].id},{lstms[2].id}")) == ["LSTM × 2"]
    assert picked(page("film", run=f"{group_id(lstms[0].config)},{lstms[2].id}")) == ["LSTM × 3"]


def test_group_of_one_run_can_be_named_in_the_url_by_its_group(store):
    lstm = trained(store, preset("lstm"))
    trained(store, preset("gru"))
    assert picked(page("film", run=group_id(lstm.config))) == [lstm.name]


def test_picked_group_is_written_into_the_url(store):
    lstms = seeds(store, "lstm")
    seeds(store, "gru")
    at = page("the film")
    at.multiselect(key="classify_runs").set_value([group_id(lstms[0].config)]).run()
    assert at.query_params["run"] in (group_id(lstms[0].config), [group_id(lstms[0].config)])
    assert picked(at) == ["LSTM × 3"]


def test_group_with_the_highest_mean_accuracy_stands_first(store):
    seeds(store, "lstm", epochs=4)
    trained(store, preset("gru", seed=1), epochs=1)
    trained(store, preset("gru", seed=2), epochs=6)
    assert picked(page("the film")) == ["LSTM × 3", "GRU × 2"]


def test_coverage_is_said_once_for_models_that_read_alike(store):
    seeds(store, "lstm")
    seeds(store, "gru")
    html = shown(page("the film zzz"))
    assert "How LSTM × 3 and GRU × 3 read it" in html or "How GRU × 3 and LSTM × 3 read it" in html
    assert html.count("1 of 3 words unknown") == 3  # two cards, one view


def test_runs_of_a_group_with_other_vocabularies_are_told_apart(store):
    trained(store, preset("lstm", seed=1))
    trained(store, preset("lstm", seed=2), vocabulary=Vocabulary(("zzz",)))
    html = shown(page("the film zzz"))
    assert "Its runs read the text differently" in html
    assert "How lstm-1 reads it" in html and "How lstm-2 reads it" in html
    assert "1 of 3 words unknown" in html and "2 of 3 words unknown" in html


def test_default_stops_at_a_number_of_runs_that_answers_at_once(store):
    lab = [
        labs.finished_run(store, preset("lstm", units=units, seed=seed))
        for units in (2, 3, 4)
        for seed in range(20)
    ]
    models = choice.of_runs(lab)
    assert len(models.groups) == 3 and len(models.default) == 2


def test_samples_that_are_being_prepared_hold_nothing_up(store, monkeypatch):
    trained(store)
    monkeypatch.setattr(reviews, "load", lambda name: None)
    at = page("the film")
    assert not at.exception
    assert "Preparing sample reviews" in messages(at.caption)
    assert "model-card-verdict" in shown(at)
