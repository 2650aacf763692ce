"""What the Train form keeps when it is changed to and fro, or left."""

import pytest

from rnnlab.config import RunConfig
from tests.pages.training import page
from tests.screens import open_page

pytestmark = pytest.mark.usefixtures("started")


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
    at = open_page("train")
    at.number_input(key="train_units").set_value(12).run()
    at.switch_page("pages/classify.py").run()
    at.query_params.clear()
    at.switch_page("pages/train.py").run()
    assert at.number_input(key="train_units").value == 12
