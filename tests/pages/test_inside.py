"""Inside, as a viewer of an empty and of a trained lab sees it."""

import json

import pytest

from rnnlab.compare.statistics import Difference
from rnnlab.config import preset
from rnnlab.inside.order import Order, Reordered
from rnnlab.inside.passport import Passport, WordMove
from tests.labs import encode_reviews, failed_run, finished_run, live_run, trained
from tests.networks import VOCABULARY
from tests.screens import figures, open_page, words
from ui.inside.choice import openable
from ui.inside.order import headline
from ui.inside.units import finding

pytestmark = pytest.mark.usefixtures("worker")  # this process: the page starts no other


def page(**url):
    return open_page("inside", **url)


def test_an_empty_lab_invites_to_train(store):
    at = page()
    assert not at.exception
    assert "No recurrent network has been trained yet" in at.info[0].value


def test_a_lab_that_trains_its_first_networks_says_when_they_can_be_opened(store):
    live_run(store)
    at = page()
    assert not at.exception
    assert "The first networks are still training" in at.info[0].value


def test_a_failed_run_cannot_be_opened(store):
    failed_run(store)
    at = page()
    assert not at.exception
    assert "No recurrent network" in at.info[0].value


def test_a_long_text_says_what_of_it_is_read(runs):
    at = page(run=runs[0].id, text="good film " * 100)
    assert "lstm-1 reads the last 20 words of 200." in captions(at)
    assert "Word 20 of 20" in words(at)


def captions(at):
    return " ".join(caption.value for caption in at.caption).replace("\\", "")


def test_baselines_alone_cannot_be_opened(store, lab_home):
    encode_reviews(lab_home)
    trained(store, preset("feedforward"))
    assert "No recurrent network" in page().info[0].value


@pytest.fixture
def runs(store, lab_home):
    encode_reviews(lab_home)
    return [
        trained(store, preset("lstm", maxlen=20)),
        trained(store, preset("gru", maxlen=20, layers=2, bidirectional=True)),
    ]


def test_dial_is_shown_for_the_runs_of_the_url(runs):
    at = page(run=f"{runs[1].id},{runs[0].id}", text="the film was good")
    shown = words(at)
    assert shown.index("gru-1") < shown.index("lstm-1")
    assert at.multiselect(key="inside_runs").value == [runs[1].id, runs[0].id]
    assert at.session_state["inside_text"] == "the film was good"


def test_unknown_runs_in_the_url_leave_the_most_accurate(runs):
    at = page(run="gone")
    assert len(at.multiselect(key="inside_runs").value) == 1


def test_cell_offers_its_quantities_and_layers(runs):
    at = page(run=runs[1].id, view="Cell")
    assert not at.exception
    labels = at.selectbox(key="inside_layer").options
    assert labels == [
        "Layer 1, forwards",
        "Layer 1, backwards",
        "Layer 2, forwards",
        "Layer 2, backwards",
    ]


def test_memory_and_order_stand_beside_the_baselines(runs, store):
    trained(store, preset("feedforward", maxlen=20))
    at = page(run=runs[0].id, view="Memory and order")
    shown = words(at)
    table = shown[shown.index("<table class='lab-table'>") :]
    assert table.index("lstm-1") < table.index("feedforward-1")
    rows = ["Untouched", "Shuffled", "Shuffled before the last 10 words", "Reversed"]
    assert [f"<th scope='row'>{row}</th>" in table for row in rows] == [True] * 4
    assert "By its gradient, a word counts" in shown and "Swapped, a word moves" in shown
    assert "last 10 words alone give" in shown
    assert at.subheader[0].value.startswith("On IMDB with 500 words, ")


def order_of(value, low, high):
    rows = (
        Reordered("untouched", 0.8, None),
        Reordered("shuffled", 0.8, Difference(value, low, high, 0.5)),
    )
    return Order(rows, (), 5_000)


@pytest.mark.parametrize(
    ("costs", "finding"),
    [
        ([(0.004, -0.002, 0.008)], "word order hardly matters: shuffling costs lstm-1 0.4 points"),
        ([(0.05, 0.03, 0.07)], "word order matters: shuffling costs lstm-1 5.0 points"),
        ([(0.01, -0.02, 0.04)], "no significant effect of word order is shown"),
        ([(0.05, 0.03, 0.07), (0.0, -0.005, 0.005)], "word order matters to one network"),
        ([(0.0, -0.02, 0.02), (-0.05, -0.07, -0.03)], "word order matters to one network"),
        ([(-0.05, -0.07, -0.03)], "shuffled words even get more right answers: shuffling costs"),
    ],
)
def test_headline_on_order_is_backed_by_the_intervals(store, costs, finding):
    measured = [
        (finished_run(store, preset("lstm", seed=seed)), order_of(*cost))
        for seed, cost in enumerate(costs)
    ]
    assert f"On IMDB with 500 words, {finding}" in headline(measured)


def test_headline_on_order_names_the_reviews_of_each_network(store):
    runs = [
        finished_run(store, preset("lstm")),
        finished_run(store, preset("lstm", dataset="which-first", maxlen=30)),
    ]
    measured = [(runs[0], order_of(0, -0.005, 0.005)), (runs[1], order_of(0.5, 0.48, 0.52))]
    assert headline(measured).startswith("On IMDB and which-first, word order matters to one")
    assert headline(measured[1:]).startswith("On which-first, word order matters: ")


def test_runs_of_two_datasets_are_opened_on_their_own_reviews(runs, store, lab_home):
    """The second run's dataset has no file here; the first one's reviews must not stand in."""
    keras_run = trained(store, preset("gru", maxlen=20, dataset="keras"))
    at = page(run=f"{runs[0].id},{keras_run.id}")
    assert "keras" in at.error[0].value


def test_text_without_a_word_asks_for_one(runs):
    at = page(run=runs[0].id, view="Cell", text=" . , ")
    assert not at.exception
    assert "Type a text above" in at.info[0].value


def test_a_long_text_stays_out_of_the_url(runs):
    at = page(run=runs[0].id)
    at.session_state["inside_text"] = "good film " * 1_000
    at.run()
    assert not at.exception
    assert "text" not in at.query_params


def test_cell_takes_word_unit_layer_and_quantity_from_the_url(runs):
    at = page(
        run=runs[1].id,
        view="Cell",
        text="the film was good",
        word="2",
        unit="3",
        layer="1-backwards",
        quantity="z",
    )
    shown = words(at)
    assert ">film</mark>" in shown
    assert "unit 3 at “film”" in shown
    assert "<th scope='row'>Update gate</th>" in shown and "recurrent bias" in shown
    assert at.selectbox(key="inside_layer").value == "1-backwards"
    assert at.segmented_control(key="inside_quantity").value == "z"
    assert at.latex


def test_stepping_back_goes_to_the_word_before_and_keeps_it_in_the_url(runs):
    at = page(run=runs[0].id, view="Cell", text="the film was good")
    assert at.button(key="inside_next").disabled
    at.button(key="inside_back").click().run()
    assert ">was</mark>" in words(at)
    assert at.query_params["word"] == "3"


def test_what_the_url_names_wrongly_is_passed_over(runs):
    at = page(
        run=runs[0].id, view="Cell", text="good", word="99", unit="x", quantity="r", layer="7"
    )
    assert ">good</mark>" in words(at)
    assert at.segmented_control(key="inside_quantity").value == "h"


def test_networks_without_a_quantity_say_so(runs):
    at = page(run=f"{runs[0].id},{runs[1].id}", view="Cell", text="good", quantity="c")
    assert not at.exception
    assert "has no cell state" in at.info[0].value


def test_units_show_the_words_that_move_the_picked_unit(runs):
    at = page(run=runs[1].id, view="Units", unit="2", layer="2-backwards")
    shown = words(at)
    assert "Unit 2 " in shown and "weight in the read-out" in shown
    assert "Words that raise it" in shown and "Largest falls" in shown


def test_units_below_the_last_layer_have_no_weight_in_the_read_out(runs):
    at = page(run=runs[1].id, view="Units", layer="1")
    assert "correlation with position" in words(at)
    assert "weight in the read-out" not in words(at)


@pytest.mark.parametrize(
    ("weight", "spread", "expected"),
    [
        (-1.2, 0.2, "Unit 1 rises at “good”. The higher its state, the more negative the answer."),
        (None, 0.2, "Unit 1 rises at “good”."),
        (0.5, 0.004, "Unit 1 hardly moves: its state varies by 0.004."),
    ],
)
def test_finding_of_a_unit_follows_from_its_numbers(weight, spread, expected):
    rise = WordMove(VOCABULARY.index["good"], 0.3, 40)
    known = Passport((rise,), (), (), (), 0.0, 0.0, spread, weight)
    assert finding(0, known, VOCABULARY) == expected


def test_two_networks_of_one_architecture_have_different_shades(runs, store):
    other = trained(store, preset("lstm", maxlen=20, seed=2))
    at = page(run=f"{runs[0].id},{other.id}", text="the film was good")
    curve = json.loads(figures(at)[-1])
    colors = [line["line"]["color"] for line in curve["data"] if "name" in line]
    assert len(set(colors)) == 2 and preset("lstm").architecture.color in colors


def test_a_run_of_the_url_that_cannot_be_opened_is_named(runs, store):
    average = trained(store, preset("feedforward", maxlen=20))
    at = page(run=f"gone,{average.id},{runs[0].id}")
    assert [warning.value.split(".")[0] for warning in at.warning] == [
        "There is no trained recurrent network gone",
        f"There is no trained recurrent network {average.id}",
    ]
    assert not page(run=runs[0].id).warning


def test_a_network_of_letters_is_not_the_first_that_is_opened(store):
    letters = finished_run(store, preset("gru", dataset="which-first", maxlen=30), epochs=9)
    review = finished_run(store, preset("lstm"))
    assert openable([letters, review]) == (review, letters)
