"""The pages of a new lab, which has only what came with rnnlab, and of one with runs of its own."""

import pytest

from rnnlab.config import preset
from rnnlab.lab import Lab
from tests import labs
from tests.screens import open_page


@pytest.fixture
def new_lab(warm_home, monkeypatch):
    """A new lab whose reviews are encoded."""
    monkeypatch.setenv("RNNLAB_STARTERS", "1")
    return Lab()


def words(at):
    elements = [*at.caption, *at.subheader, *at.markdown, *at.info]
    return "\n".join(element.value for element in elements)


def button(at, key):
    return next((button for button in at.button if button.key == key), None)


def test_new_lab_offers_the_starters_and_the_big_button(new_lab):
    at = open_page("lab")
    assert not at.exception
    assert "16 trained models came with rnnlab" in words(at)
    assert button(at, "lab_train_presets") is not None


def test_one_click_hides_the_starters_and_another_shows_them(new_lab):
    at = open_page("lab")
    button(at, "starters_hide").click().run()
    assert not at.exception
    assert new_lab.store.starters.all() == ()
    button(at, "starters_show").click().run()
    assert len(new_lab.store.starters.all()) == 16


@pytest.mark.parametrize("page", ["classify", "compare", "inside"])
def test_pages_say_that_their_models_came_with_rnnlab(new_lab, page):
    at = open_page(page)
    assert not at.exception
    assert "These models came with rnnlab" in words(at)
    assert at.multiselect


def test_runs_of_ones_own_take_over_and_starters_can_be_included(new_lab):
    labs.trained_run(new_lab.store, preset("lstm", units=4))
    at = open_page("compare")
    assert not at.exception
    assert "These models came with rnnlab" not in words(at)
    assert len(at.multiselect[0].options) == 1
    at.toggle(key="starters_toggle").set_value(True).run()
    assert len(at.multiselect[0].options) > 16


def test_starter_in_the_url_includes_the_starters(new_lab):
    labs.trained_run(new_lab.store, preset("lstm", units=4))
    run = new_lab.store.find("starter-gru-1")
    at = open_page("classify", run=run.id)
    assert not at.exception
    assert at.multiselect[0].value == [run.id]


def test_run_page_of_a_starter_says_where_it_is_from(new_lab):
    at = open_page("run", run=new_lab.store.find("starter-lstm-1").id)
    assert not at.exception
    assert "This run came with rnnlab" in words(at)
