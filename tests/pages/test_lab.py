"""The Lab page over an empty, a running, a failed and a finished lab."""

import re

import pytest

from rnnlab.config import TUTORIAL, preset
from rnnlab.lab import ENOUGH_SEEDS
from tests.labs import failed_run, finished_run, live_run
from tests.screens import lab_words, open_lab, open_page

pytestmark = pytest.mark.usefixtures("worker")  # this process: the page starts no other


def test_an_empty_lab_offers_to_train_the_tutorial_models(store):
    at = open_lab()

    assert "Nothing trained yet" in lab_words(at)
    assert at.button(key="lab_train_presets").label.startswith("Train the four tutorial models")
    assert "minutes)" in at.button(key="lab_train_presets").label
    assert not at.dataframe
    assert store.expected.get(since=0) == preset(TUTORIAL[0])


def test_the_big_button_queues_the_tutorials_four_presets_and_shows_them(store):
    at = open_lab()
    at.button(key="lab_train_presets").click().run()

    assert [run.config for run in reversed(store.runs())] == list(map(preset, TUTORIAL))
    assert "Live: 4 waiting" in lab_words(at)
    assert "4th in the queue" in lab_words(at)


def test_enough_seeds_of_the_tutorials_presets_can_be_queued_at_once(store):
    at = open_lab()
    at.button(key="lab_train_seeds").click().run()

    assert not at.exception
    seeds = range(42, 42 + ENOUGH_SEEDS)
    wanted = {preset(name, seed=seed) for name in TUTORIAL for seed in seeds}
    assert {run.config for run in store.runs()} == wanted


def test_a_finished_lab_shows_leaders_and_all_runs(store):
    finished_run(store, preset("lstm"), epochs=3)
    finished_run(store, preset("gru"), epochs=5)

    at = open_lab()

    assert "Highest so far: GRU, 57.0\u00a0% (1 seed)" in lab_words(at)
    assert not any(re.search("leads|ahead|level", heading.value) for heading in at.subheader)
    frame = at.dataframe[0].value
    assert list(frame["name"]) == ["gru-1", "lstm-1"] or list(frame["name"]) == ["lstm-1", "gru-1"]
    assert set(frame["parameters"]) == {8_809, 8_633}
    assert all(at.button(key=f"lab_{name}").disabled for name in ("open", "stop", "delete"))


def test_a_failed_run_is_in_the_table_with_its_state(store):
    failed_run(store)

    at = open_lab()

    assert list(at.dataframe[0].value["state"]) == ["failed"]


def test_a_name_with_markup_is_shown_as_text(store):
    run = live_run(store)
    store.rename(run.id, "<script>alert(1)</script>")

    shown = lab_words(open_lab())

    assert "&lt;script&gt;alert(1)" in shown
    assert "<script>alert" not in shown


@pytest.mark.parametrize("page", ["lab", "train", "classify", "run"])
def test_a_store_that_cannot_be_read_is_an_error_without_a_traceback(monkeypatch, page):
    monkeypatch.setenv("RNNLAB_STORE", "sqlite:////nowhere/lab.db")

    at = open_page(page)

    assert not at.exception
    assert "cannot be opened" in at.error[0].value
