"""The Train form and its URL, where the browser is slower than the person."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from rnnlab.worker.launch import LocalExecutor

PAGE = str(Path(__file__).resolve().parents[2] / "pages" / "train.py")


@pytest.fixture
def train_page(lab_home, monkeypatch):
    """The Train page at ?arch=gru; it starts no worker."""
    monkeypatch.setattr(LocalExecutor, "ensure", lambda self, **_: 0)
    page = AppTest.from_file(PAGE, default_timeout=120)
    page.query_params["arch"] = "gru"
    return page.run()


def value(page, name):
    return page.number_input(key=f"train_{name}").value


def test_url_that_the_form_has_replaced_since_does_not_undo_an_edit(train_page):
    train_page.number_input(key="train_units").set_value(12).run()
    train_page.number_input(key="train_batch_size").set_value(32)
    for late in ({"arch": "gru"}, {"arch": "gru", "units": "12"}):
        train_page.query_params.clear()
        train_page.query_params.update(late)
        train_page.run()
        assert (value(train_page, "units"), value(train_page, "batch_size")) == (12, 32)


def test_url_that_is_new_fills_the_form(train_page):
    train_page.number_input(key="train_units").set_value(12).run()
    train_page.query_params.clear()
    train_page.query_params.update({"arch": "lstm", "units": "5"})
    train_page.run()
    assert value(train_page, "units") == 5
    assert train_page.selectbox(key="train_arch").value == "lstm"
