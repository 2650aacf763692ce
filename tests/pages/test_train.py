"""The Train page as its script runs, on real stores."""

import time

import pytest

from rnnlab.compare.side import MIN_SEEDS_SCATTERED
from rnnlab.config import preset
from rnnlab.errors import StoreError
from rnnlab.lab import ENOUGH_SEEDS
from rnnlab.store.expected import Expected
from tests import labs
from tests.pages.training import page, shown, words
from ui import reviews

pytestmark = pytest.mark.usefixtures("started")


def test_empty_lab_shows_the_lstm_preset_and_its_table(store):
    at = page()
    assert not at.exception
    assert at.session_state.train_arch == "lstm"
    assert "<th>Parameters</th><th>Bytes</th>" in shown(at)
    assert "<td>(None, 100, 16)</td><td>8,000</td><td>32.0\u00a0kB</td>" in shown(at)
    assert "8.0\u00a0MB" in shown(at) and "8.0\u00a0GB" in shown(at)


@pytest.mark.parametrize(
    ("name", "total"),
    [
        ("onehot-rnn", "2,481"),
        ("embedding-rnn", "5,009"),
        ("lstm", "8,809"),
        ("gru", "8,633"),
        ("feedforward", "8,017"),
        ("tfidf-logreg", "40,001"),
    ],
)
def test_each_preset_shows_its_parameters(store, name, total):
    at = page()
    at.button_group(key="train_preset").set_value(name).run()
    assert not at.exception
    assert f"<b>{total}</b>" in shown(at)
    assert at.query_params["arch"] in (name, [name])


def test_one_hot_offers_no_embedding_size(store):
    assert "train_embedding_dim" not in {box.key for box in page(arch="onehot-rnn").number_input}
    assert "train_embedding_dim" in {box.key for box in page(arch="lstm").number_input}


def test_baselines_show_only_the_fields_that_they_have(store):
    at = page(arch="tfidf-logreg", vocab_size="700")
    boxes = {box.key for box in at.number_input}
    assert boxes == {"train_vocab_size", "train_maxlen", "train_split_seed"}
    assert "about" in shown(at) and "in a single fit, without epochs" in shown(at)
    assert ">None" not in shown(at) and "Early stopping" not in shown(at)
    assert "TfidfTransformer" in shown(at) and "(None, 700)" in shown(at)
    boxes = {box.key for box in page(arch="feedforward").number_input}
    assert {"train_learning_rate", "train_embedding_dim", "train_seed"} <= boxes
    assert not {"train_units", "train_layers", "train_dropout"} & boxes


def test_test_set_is_a_switch_that_halves_the_validation_reviews(store):
    at = page(arch="lstm")
    assert "5,000 reviews validate each epoch, and Compare judges" in words(at.caption)
    at.toggle(key="train_test_set").set_value(True).run()
    assert "2,500 reviews validate each epoch. The other 2,500 play" in words(at.caption)
    assert at.query_params["test_set"] in ("true", ["true"])
    at.button(key="train_button").click().run()
    assert [run.config for run in store.runs()] == [preset("lstm", test_set=True)]


def test_preset_leaves_the_split_and_the_test_set(store):
    at = page(arch="lstm", test_set="true", split_seed="7")
    assert at.button_group(key="train_preset").value == "lstm"
    at.button_group(key="train_preset").set_value("gru").run()
    at.button(key="train_button").click().run()
    assert not at.exception
    assert [run.config for run in store.runs()] == [preset("gru", test_set=True, split_seed=7)]


def test_bad_value_of_a_box_that_is_hidden_since_does_not_matter(store):
    at = page()
    at.number_input(key="train_units").set_value(5000).run()
    assert at.button(key="train_button").disabled
    at.selectbox(key="train_arch").set_value("feedforward").run()
    assert not at.error
    at.button(key="train_button").click().run()
    assert [run.config for run in store.runs()] == [preset("feedforward")]


def test_baseline_is_queued_from_its_preset(store):
    at = page(preset="tfidf-logreg")
    at.button(key="train_button").click().run()
    assert not at.exception
    assert [run.config for run in store.runs()] == [preset("tfidf-logreg")]


def test_url_fills_the_form(store):
    at = page(arch="gru", maxlen="200", bidirectional="true")
    assert at.number_input(key="train_maxlen").value == 200
    assert at.toggle(key="train_bidirectional").value is True
    assert not at.warning


def test_changed_form_is_written_into_the_url(store):
    at = page()
    at.number_input(key="train_maxlen").set_value(150).run()
    assert at.query_params["maxlen"] in ("150", ["150"])
    assert at.button_group(key="train_preset").value in (None, [])


def test_slider_sets_the_exact_box(store):
    at = page()
    at.select_slider(key="train_vocab_size_drag").set_value(2000).run()
    assert at.number_input(key="train_vocab_size").value == 2000


def test_value_out_of_bounds_is_explained_and_cannot_be_trained(store):
    at = page()
    at.number_input(key="train_maxlen").set_value(5000).run()
    assert not at.exception
    assert "maxlen must be 5–1000, got 5000" in words(at.error).replace("\\", "")
    assert "Fix the values in the form to see the estimate." in words(at.info)
    assert at.button(key="train_button").disabled


def test_train_queues_the_run_of_the_form(store):
    at = page(arch="gru", epochs="7")
    at.text_input(key="train_name_0").input("my first").run()
    at.button(key="train_button").click().run()
    assert not at.exception
    (run,) = store.runs()
    assert (run.name, run.state, run.config) == ("my first", "queued", preset("gru", epochs=7))
    assert "my first" in shown(at)
    assert "**my first** is queued" in at.toast[0].value
    assert at.text_input(key="train_name_1").value == ""


def test_double_click_queues_one_run(store, monkeypatch):
    monkeypatch.setattr("ui.train.submit.DOUBLE_CLICK_S", 60.0)  # however slow the machine
    at = page()
    at.button(key="train_button").click().run()
    at.button(key="train_button").click().run()
    assert len(store.runs()) == 1


def test_several_seeds_are_queued_at_once_and_a_trained_one_is_not_trained_again(store):
    labs.finished_run(store, preset("gru", seed=43))
    at = page(arch="gru")
    at.number_input(key="train_seeds").set_value(3).run()
    assert at.button(key="train_button").label == "Train × 3"

    at.button(key="train_button").click().run()

    assert not at.exception
    queued = [run for run in store.runs() if run.state == "queued"]
    assert sorted(run.config.seed for run in queued) == [42, 44]
    toast = at.toast[0].value.replace("\\", "")
    assert "**gru-2 to gru-3** are queued" in toast
    assert "gru-1 (seed 43) already exists and will not be trained again." in toast


def test_enough_seeds_for_a_verdict_are_offered_beside_one(store):
    at = page(arch="gru")
    button = at.button(key="train_several")
    assert button.label == "Train × 5"
    button.click().run()
    assert not at.exception
    assert sorted(run.config.seed for run in store.runs()) == [42, 43, 44, 45, 46]
    assert ENOUGH_SEEDS == MIN_SEEDS_SCATTERED


def test_run_that_cannot_fit_is_refused_with_the_numbers(store):
    at = page(units="512", batch_size="4096", maxlen="1000", layers="3")
    at.button(key="train_button").click().run()
    assert "is available" in words(at.error)
    assert store.runs() == ()


def test_sample_review_is_text_and_its_unknown_words_are_marked(store):
    at = page(vocab_size="10")
    assert "<b>great" not in shown(at)
    assert '<bdi class="unknown">' in shown(at) and "more words cut" in shown(at)


def test_page_says_that_its_reviews_are_being_prepared(store, monkeypatch):
    monkeypatch.setattr(reviews, "load", lambda name: None)
    at = page()
    assert not at.exception
    assert "Preparing the reviews" in words(at.caption)
    assert not at.button(key="train_button").disabled


def test_running_run_is_shown_below_the_form(store):
    attempt = labs.claimed(store, now=time.time())
    labs.train(attempt, 2)
    at = page()
    assert not at.exception
    assert attempt.run.name in shown(at)


@pytest.mark.parametrize("bring", [labs.failed_run, labs.finished_run])
def test_ended_runs_leave_the_page_as_it_is(store, bring):
    run = bring(store)
    at = page()
    assert not at.exception
    assert run.name not in shown(at)
    assert not at.button(key="train_button").disabled


def test_worker_gets_ready_for_the_config_of_the_form(store, started):
    at = page()
    assert started == [1]
    assert store.expected.get(since=0) == preset("lstm")
    at.number_input(key="train_maxlen").set_value(5_000).run()
    at.number_input(key="train_maxlen").set_value(50).run()
    assert store.expected.get(since=0) == preset("lstm", maxlen=50)
    at.button(key="train_button").click().run()
    labs.claim(store)
    at.run()
    assert store.expected.get(since=0) is None  # it has come


def test_page_stands_where_nothing_can_be_made_ready(store, monkeypatch):
    def full(*_, **__):
        raise StoreError("the disk is full")

    monkeypatch.setattr(Expected, "put", full)
    at = page()
    assert not at.exception
    assert not at.error


def test_whole_number_may_be_written_as_a_power_of_ten(store):
    at = page()
    at.number_input(key="train_epochs").set_value(1e2).run()
    at.number_input(key="train_seeds").set_value(2e0).run()
    at.button(key="train_button").click().run()
    assert not at.exception
    assert [(run.config.epochs, run.config.seed) for run in store.runs()] == [(100, 43), (100, 42)]
    assert all(isinstance(run.config.epochs, int) for run in store.runs())
