"""What the Train form keeps when it is changed to and fro, or left."""

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from rnnlab.config import RunConfig
from rnnlab.worker.launch import LocalExecutor
from tests import labs

TEXTS = [f"the film number {n} was <b>great</b> fun " * 30 for n in range(40)]


@pytest.fixture(autouse=True)
def started(lab_home, monkeypatch):
    """How many workers were asked for; none is started. A small dataset stands in the home."""
    st.cache_resource.clear()
    labs.encode_reviews(lab_home, TEXTS)
    requests = []
    monkeypatch.setattr(
        LocalExecutor, "ensure", lambda self, *, wanted=None: requests.append(wanted)
    )
    return requests


def page(**url) -> AppTest:
    at = AppTest.from_file("../../app.py", default_timeout=120).switch_page("pages/train.py")
    for name, value in url.items():
        at.query_params[name] = value
    return at.run()


def shown(at: AppTest) -> str:
    """All HTML of the page."""
    return " ".join(element.proto.body for element in at.get("html"))


def words(elements) -> str:
    return " ".join(element.value for element in elements)


def test_form_goes_back_to_the_config_it_was_filled_with(store):
    config = RunConfig(arch="lstm", learning_rate=0.00123, dropout=0.25, optimizer="adam")
    url = {
        k: str(v)
        for k, v in config.to_dict().items()
        if k in ("arch", "learning_rate", "dropout", "optimizer")
    }
    at = page(**url)
    at.button(key="train_button").click().run()
    assert [run.config for run in store.runs()] == [config]


def test_architecture_can_be_changed_to_and_fro(store):
    at = page()
    for arch in ("tfidf-logreg", "onehot-rnn", "feedforward", "gru"):
        at.selectbox(key="train_arch").set_value(arch).run()
        at.number_input(key="train_maxlen").set_value(90).run()
        assert not at.exception
    assert at.number_input(key="train_embedding_dim").value == 16


def test_form_is_kept_while_another_page_is_open(store):
    at = AppTest.from_file("../../app.py", default_timeout=120).run()
    at.switch_page("pages/train.py").run()
    at.number_input(key="train_units").set_value(12).run()
    at.switch_page("pages/classify.py").run()
    at.query_params.clear()
    at.switch_page("pages/train.py").run()
    assert at.number_input(key="train_units").value == 12
