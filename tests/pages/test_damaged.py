"""One damaged run among others: each page names it, leaves it out, and answers for the others."""

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from rnnlab.config import preset
from rnnlab.study import plan
from tests.labs import damage_weights, encode_reviews, finish_study, trained
from tests.screens import figures, open_page, words


@pytest.fixture(autouse=True)
def dataset(lab_home, worker):
    """A small dataset; this process is the only worker, so pages start none."""
    st.cache_resource.clear()
    encode_reviews(lab_home)


@pytest.fixture
def runs(store):
    """Two seeds of an LSTM, the second damaged, and a GRU."""
    runs = [trained(store, preset("lstm", seed=1)), trained(store, preset("lstm", seed=2))]
    damage_weights(store, runs[1].id)
    return [*runs, trained(store, preset("gru"), epochs=2)]  # the least accurate


def page(name: str, **url) -> AppTest:
    at = open_page(name, **url)
    assert not at.exception
    return at


def left_out(at: AppTest) -> list[str]:
    assert not at.error
    text = "\n\n".join(warning.value.replace("\\", "") for warning in at.warning)
    return sorted(text.split("\n\n")) if text else []


def refused(run) -> str:
    return f"the weights of {run.name} ({run.id}) are damaged: delete the run and train it again"


def named(*runs) -> list[str]:
    return sorted(f"Left out: {refused(run)}." for run in runs)


def test_classify_answers_with_the_others(runs):
    at = page("classify", text="the film was good")
    assert left_out(at) == named(runs[1])
    assert ("gru-1" in words(at) and "Both models say" in words(at)) or "1 of 2" in words(at)


@pytest.mark.parametrize("on", ["validation", "rotten-tomatoes"])
def test_compare_compares_the_others(runs, on):
    at = page("compare", on=on, runs=",".join(run.id for run in runs))
    assert left_out(at) == named(runs[1])
    assert "lstm-1" in words(at) and "gru-1" in words(at) and "LSTM × 2" not in words(at)
    assert not at.info


def test_compare_shows_the_curves_of_a_damaged_run_alone(runs):
    at = page("compare", runs=runs[1].id)
    assert at.info[0].value.replace("\\", "") == refused(runs[1])
    assert figures(at)


def test_inside_opens_the_most_accurate_that_is_sound(store, runs):
    damage_weights(store, runs[0].id)
    at = page("inside", text="the film was good")
    assert left_out(at) == named(runs[1], runs[0])
    assert "gru-1" in words(at)


def test_inside_opens_the_sound_one_of_two(runs):
    at = page("inside", run=f"{runs[1].id},{runs[2].id}", text="the film was good")
    assert left_out(at) == named(runs[1])
    assert "gru-1" in words(at)


def test_inside_refuses_a_damaged_run_that_is_picked_alone(runs):
    at = page("inside", run=runs[1].id, text="the film was good")
    assert [error.value.replace("\\", "") for error in at.error] == [refused(runs[1])]
    assert not at.tabs


def test_inside_measures_word_order_without_a_damaged_baseline(store, runs):
    baseline = trained(store, preset("feedforward"))
    damage_weights(store, baseline.id)
    at = page("inside", run=runs[2].id, view="Memory and order", text="the film was good")
    assert left_out(at) == named(baseline)
    assert "Changed reviews" in words(at)


def test_learn_takes_another_network(store, runs):
    damage_weights(store, runs[0].id)
    at = page("learn", card="one-word")
    assert left_out(at) == []


def test_study_judges_the_other_seeds(store):
    spec = plan.make_spec(
        [preset("lstm", epochs=3), preset("gru", epochs=3)],
        grid={"learning_rate": (1e-4, 1e-3)},
        seeds=1,
        fresh_seeds=3,
    )
    study = finish_study(store, spec)
    damaged = store.get(study.run_ids("final")[0])
    damage_weights(store, damaged.id)
    at = page("study", study=study.id)
    assert left_out(at) == named(damaged)
