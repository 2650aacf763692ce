"""Several seeds of a model on the Classify page: one card, and how its seeds vote."""

import re

import pytest

from rnnlab import format
from rnnlab.compare.groups import group_id
from rnnlab.config import preset
from rnnlab.text import Vocabulary
from tests import labs
from tests.labs import trained
from tests.screens import classify_html, open_classify, picked, probabilities, seeds_of
from ui.classify import choice

pytestmark = pytest.mark.usefixtures("dataset")


def seed_lists(at):
    """The expanders on the cards."""
    return [expander for expander in at.expander if "seed" in expander.label]


def test_runs_that_differ_in_seed_alone_share_a_card(store):
    runs = [run for arch in ("lstm", "gru") for run in seeds_of(store, arch)]
    alone = trained(store, preset("tfidf-logreg"))
    at = open_classify("the film was good")
    assert not at.exception
    assert sorted(picked(at)) == ["GRU × 3", "LSTM × 3", alone.name]
    (mean_lstm, mean_gru) = (
        sum(probabilities(store, group, "the film was good")) / 3 for group in (runs[:3], runs[3:])
    )
    for mean in (mean_lstm, mean_gru):
        assert f"{format.percent(mean)}\u00a0<small>positive on average</small>" in classify_html(
            at
        )
    assert classify_html(at).count('class="model-card-runs"') == 2


def test_card_of_a_group_says_how_its_seeds_vote_and_opens_to_them(store):
    runs = seeds_of(store, "lstm")
    at = open_classify("the film was good")
    values = probabilities(store, runs, "the film was good")
    positive = sum(value > 0.5 for value in values)
    assert 0 < positive < 3  # else these weights show nothing
    majority = "positive" if positive == 2 else "negative"
    (expander,) = seed_lists(at)
    assert expander.label == f"2 of 3 seeds say {majority}"
    (inside,) = (element.proto.body for element in expander.get("html"))
    assert all(run.name in inside and f"seed {run.config.seed}" in inside for run in runs)
    assert all(f"<b>{format.percent(value)}</b>" in inside for value in values)
    dots = re.findall(r'<b style="left:([0-9.]+)%">', classify_html(at))
    assert [float(dot) for dot in dots] == pytest.approx([100 * v for v in values], abs=0.06)


def test_single_run_has_nothing_to_open(store):
    trained(store)
    assert not seed_lists(open_classify("the film"))


def test_same_network_trained_twice_counts_once(store):
    trained(store, preset("lstm"))
    trained(store, preset("lstm"))
    at = open_classify("the film")
    assert len(picked(at)) == 1 and not seed_lists(at)


def test_url_may_name_a_group_or_single_runs_of_it(store):
    lstms = seeds_of(store, "lstm")
    seeds_of(store, "gru")
    assert picked(open_classify("film", run=group_id(lstms[0].config))) == ["LSTM × 3"]
    assert picked(open_classify("film", run=lstms[1].id)) == [lstms[1].name]
    assert picked(open_classify("film", run=f"{lstms[1].id},{lstms[2].id}")) == ["LSTM × 2"]
    assert picked(open_classify("film", run=f"{group_id(lstms[0].config)},{lstms[2].id}")) == [
        "LSTM × 3"
    ]


def test_group_of_one_run_can_be_named_in_the_url_by_its_group(store):
    lstm = trained(store, preset("lstm"))
    trained(store, preset("gru"))
    assert picked(open_classify("film", run=group_id(lstm.config))) == [lstm.name]


def test_picked_group_is_written_into_the_url(store):
    lstms = seeds_of(store, "lstm")
    seeds_of(store, "gru")
    at = open_classify("the film")
    at.multiselect(key="classify_runs").set_value([group_id(lstms[0].config)]).run()
    assert at.query_params["run"] in (group_id(lstms[0].config), [group_id(lstms[0].config)])
    assert picked(at) == ["LSTM × 3"]


def test_group_with_the_highest_mean_accuracy_stands_first(store):
    seeds_of(store, "lstm", epochs=4)
    trained(store, preset("gru", seed=1), epochs=1)
    trained(store, preset("gru", seed=2), epochs=6)
    assert picked(open_classify("the film")) == ["LSTM × 3", "GRU × 2"]


def test_coverage_is_said_once_for_models_that_read_alike(store):
    seeds_of(store, "lstm")
    seeds_of(store, "gru")
    html = classify_html(open_classify("the film zzz"))
    assert "How LSTM × 3 and GRU × 3 read it" in html or "How GRU × 3 and LSTM × 3 read it" in html
    assert html.count("1 of 3 words unknown") == 3  # two cards, one view


def test_runs_of_a_group_with_other_vocabularies_are_told_apart(store):
    trained(store, preset("lstm", seed=1))
    trained(store, preset("lstm", seed=2), vocabulary=Vocabulary(("zzz",)))
    html = classify_html(open_classify("the film zzz"))
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


def test_models_of_letters_do_not_answer_reviews_unless_they_are_picked(store):
    review = trained(store, preset("lstm"))
    letters = trained(store, preset("gru", dataset="which-first", maxlen=30))
    models = choice.of_runs([review, letters])
    assert [group.runs for group in models.default] == [(review,)]
    assert letters.id in models.options
    at = open_classify("the film")
    assert at.multiselect[0].placeholder == "The finished model of reviews"
    only_letters = choice.of_runs([letters])
    assert [group.runs for group in only_letters.default] == [(letters,)]


def test_very_many_seeds_stay_a_card_that_a_browser_draws_at_once(store):
    runs = seeds_of(store, "embedding-rnn", 60)
    at = open_classify("the film was good", runs=group_id(runs[0].config))
    values = probabilities(store, runs, "the film was good")
    html = classify_html(at)
    assert html.count("<b style") <= 101
    ends = f"60 seeds from {format.percent(min(values))} to {format.percent(max(values))}"
    assert ends in html
    (expander,) = seed_lists(at)
    (inside,) = (element.proto.body for element in expander.get("html"))
    assert inside.count("<div><span>") == 50
    assert "The first 50 of 60 runs." in inside
