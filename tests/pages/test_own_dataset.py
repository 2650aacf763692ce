"""A dataset of one's own in the Train form and in its URL."""

import pytest

from rnnlab.config import preset
from rnnlab.lab import Lab
from tests.own import add_own
from tests.pages.training import page, shown, words

pytestmark = pytest.mark.usefixtures("started")


@pytest.fixture
def own(store):
    return add_own(Lab(), "my films")


def test_own_dataset_is_chosen_by_its_name(store, own):
    at = page(arch="lstm")
    box = at.selectbox(key="train_dataset")
    assert box.options[:2] == ["my films", "bundled"]
    box.set_value(own.id).run()
    assert not at.exception
    assert at.query_params["dataset"] in (own.id, [own.id])
    at.button(key="train_button").click().run()
    (run,) = store.runs()
    assert run.config == preset("lstm", dataset=own.id, test_set=True)
    assert run.manifest["dataset_sha256"] == own.fingerprint


def test_figures_are_those_of_the_dataset(own):
    at = page(arch="lstm", dataset=own.id)
    assert "24 reviews validate each epoch. The 24 test reviews play" in words(at.caption)
    assert "72 training reviews × 100 words" in shown(at)
    assert at.toggle(key="train_test_set").disabled


def test_dataset_without_a_test_part_leaves_the_switch_to_the_person(store):
    own = add_own(Lab(), given=False)
    at = page(arch="lstm", dataset=own.id)
    toggle = at.toggle(key="train_test_set")
    assert (toggle.value, toggle.disabled) == (False, False)
    assert "24 reviews validate each epoch, and Compare" in words(at.caption)


def test_url_may_name_the_dataset(own):
    at = page(arch="gru", dataset="my films")
    assert at.selectbox(key="train_dataset").value == own.id
    assert not at.warning


def test_preset_leaves_an_own_dataset(own):
    at = page(arch="lstm", dataset=own.id)
    at.button_group(key="train_preset").set_value("gru").run()
    assert at.selectbox(key="train_dataset").value == own.id
    assert at.button_group(key="train_preset").value == "gru"


def test_dataset_that_the_lab_has_not_is_reported(own):
    at = page(arch="lstm", dataset="own-0123456789ab")
    assert "dataset must be a dataset of this lab" in words(at.warning)
    assert at.selectbox(key="train_dataset").value == "bundled"


def test_dataset_that_is_deleted_meanwhile_is_an_error_not_a_crash(store, own):
    at = page(arch="lstm", dataset=own.id)
    store.datasets.delete(own.id)
    at.button(key="train_button").click().run()
    assert not at.exception
    assert "this lab has no dataset" in words(at.error)
    assert store.runs() == ()
