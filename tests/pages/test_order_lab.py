"""The order lab on the pages: its tasks in the form, and accuracy against the review length."""

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from rnnlab.config import preset
from tests.labs import trained
from tests.screens import open_page
from ui.train import keys


@pytest.fixture(autouse=True)
def no_worker(monkeypatch):
    """No worker is started, and nothing is kept from the test before."""
    st.cache_resource.clear()
    monkeypatch.setattr("rnnlab.worker.launch.LocalExecutor.ensure", lambda *_, **__: 0)


def page(name, **url):
    at = open_page(name, **url)
    assert not at.exception
    return at


def test_form_tells_the_rule_of_a_task_and_takes_settings_that_suit_it(store):
    at = page("train", dataset="which-first")
    assert any("a comes before the word b" in caption.value for caption in at.caption)
    at.button(key="train_suit_task").click().run()
    assert not at.exception
    values = [at.session_state[keys.field(name)] for name in ("maxlen", "learning_rate", "dropout")]
    assert values == [30, 0.01, 0.0]
    assert (at.query_params["dataset"], at.query_params["maxlen"]) == ("which-first", "30")
    assert not [button for button in at.button if button.key == "train_suit_task"]


def test_form_shows_a_text_of_the_task_at_the_length_of_the_form(store):
    at = page("train", dataset="first-word", maxlen="12", vocab_size="30")
    assert "A positive validation review: all 11 words known · none cut" in " ".join(
        element.proto.body for element in at.html
    )


def test_start_of_the_memory_is_a_choice_of_the_networks_that_have_one(store):
    at = page("train", arch="lstm", forget_bias="chrono")
    assert at.selectbox(key=keys.field("forget_bias")).value == "chrono"
    at = page("train", arch="embedding-rnn", recurrent_initializer="glorot_uniform")
    shown = {box.key for box in at.selectbox}
    assert keys.field("recurrent_initializer") in shown
    assert keys.field("forget_bias") not in shown


def test_comparison_on_a_task_whose_texts_repeat_offers_no_test_set(store):
    for arch in ("lstm", "gru"):
        trained(store, preset(arch, dataset="counting", maxlen=20))
    at = page("compare")
    assert at.multiselect(key="compare_runs").value
    offered = {button.key for button in at.button}
    assert not {"compare_test_set", "compare_tune"} & offered


def test_form_explains_that_a_task_whose_texts_repeat_has_no_test_set(store):
    at = page("train", dataset="counting", test_set="true")
    assert any("its texts repeat" in warning.value for warning in at.warning)
    at.toggle(key=keys.field("test_set")).set_value(True).run()
    assert not at.exception
    assert any("its texts repeat" in error.value for error in at.error)


# AppTest cannot rerun a dialog by itself, so its content is tried on a page of its own.
def form_of_a_task():
    from rnnlab.config import preset
    from ui.study import dialog

    dialog.ask([preset("lstm", dataset="which-first", maxlen=20, vocab_size=30, units=4)])


def test_architectures_are_tuned_on_the_task_of_the_form(store):
    at = AppTest.from_function(form_of_a_task, default_timeout=120).run()
    assert not at.exception
    at.button(key="tune_start").click().run()
    (study,) = store.studies.all()
    assert {base.dataset_id for base in study.spec.bases} == {"which-first-20"}
    assert [base.arch for base in study.spec.bases] == [
        "lstm",
        "onehot-rnn",
        "embedding-rnn",
        "gru",
    ]


def test_dialog_of_tuning_opens_from_the_form_of_a_task(store):
    at = page("train", dataset="which-first", maxlen="20")
    at.button(key="train_tune").click().run()
    assert not at.exception
    assert not at.error


def test_tuning_is_not_offered_on_a_task_without_a_test_set(store):
    at = page("train", dataset="counting")
    assert "train_tune" not in {button.key for button in at.button}


def test_accuracy_is_shown_against_the_length_of_the_texts(store):
    runs = [
        trained(store, preset(arch, dataset="first-word", maxlen=maxlen, learning_rate=0.01))
        for arch in ("lstm", "embedding-rnn")
        for maxlen in (10, 20)
    ]
    ids = ",".join(run.id for run in runs)
    at = page("compare", tab="Cost", runs=ids, cost="Review length")
    titles = " ".join(element.proto.body for element in at.html).replace("\u00a0", " ")
    assert "At review length 20: " in titles
    assert any("differ in review length alone" in caption.value for caption in at.caption)
