"""The dial and the word curve at the epochs whose weights are kept."""

import json

import pytest

from rnnlab.arrays import npz_bytes
from rnnlab.config import preset
from rnnlab.runs import Epoch, RunState
from tests.labs import NOW, claimed, encode_reviews, trained
from tests.networks import VOCABULARY, weights
from tests.screens import figures, open_page, words

pytestmark = pytest.mark.usefixtures("worker")  # this process: the page starts no other
CONFIG = preset("gru", maxlen=20)


@pytest.fixture
def run(store, lab_home):
    """A run of five epochs, the best the fifth, with the weights of 1, 2 and 4 kept."""
    encode_reviews(lab_home)
    attempt = claimed(store, CONFIG)
    attempt.save("vocabulary", VOCABULARY.to_bytes())
    for number in range(1, 6):
        grown = {name: array * (number / 5) for name, array in weights(CONFIG).items()}
        attempt.record_epoch(
            Epoch(number, 0.6, 0.7, 0.6 - number / 100, 0.7, 1.0),
            checkpoint=b"",
            best=npz_bytes(grown),
            kept=npz_bytes(grown) if number in (1, 2, 4) else None,
        )
    attempt.end(RunState.FINISHED, now=NOW + 5)
    return store.get(attempt.run.id)


def page(**url):
    return open_page("inside", **{"text": "the film was good", **url})


def test_slider_offers_the_kept_epochs_and_starts_at_the_best(run):
    at = page(run=run.id)
    slider = at.select_slider(key="inside_epoch")
    assert slider.options == ["1", "2", "4", "best"] and slider.value == "best"
    assert "gru-1</b>" in words(at)


def test_dial_and_word_curve_are_those_of_the_epoch(run):
    final = [json.loads(figure) for figure in figures(page(run=run.id))]
    at = page(run=run.id, epoch="2")
    assert "gru-1, epoch 2</b>" in words(at)
    earlier = [json.loads(figure) for figure in figures(at)]
    assert earlier[0]["data"][0]["x"] != final[0]["data"][0]["x"]  # the cloud
    # The curve of the best epoch stands thin beside that of the second.
    before, now = (
        {line["name"]: line["y"] for line in shown[1]["data"] if "name" in line}
        for shown in (final, earlier)
    )
    assert now["gru-1"] == before["gru-1"] != now["gru-1, epoch 2"]


def test_axes_hold_the_states_of_all_epochs(run):
    ranges, clouds = [], []
    for epoch in ("1", "4"):
        (dial, *_) = (json.loads(figure) for figure in figures(page(run=run.id, epoch=epoch)))
        ranges.append(dial["layout"]["xaxis"]["range"])
        clouds += dial["data"][0]["x"]
    for low, high in ranges:
        assert low < min(clouds) and max(clouds) < high


def test_moving_the_slider_writes_the_url(run):
    at = page(run=run.id)
    at.select_slider(key="inside_epoch").set_value("4").run()
    assert at.query_params["epoch"] == "4"
    assert "gru-1, epoch 4</b>" in words(at)


def test_runs_without_kept_weights_have_no_slider(store, lab_home):
    encode_reviews(lab_home)
    run = trained(store, CONFIG)
    assert not page(run=run.id).select_slider
