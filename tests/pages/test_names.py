"""Names and words that people give are shown as they are: never a link, picture, icon or arrow."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from tests.labs import finished_run
from tests.names import HOSTILE
from ui import theme


def resume_it(run_id):
    from rnnlab.lab import Lab
    from ui import roles

    roles.attempt(Lab.resume, run_id)


@pytest.mark.parametrize("name", HOSTILE)
def test_error_that_names_a_run_holds_no_markup(store, name):
    run = finished_run(store)
    store.rename(run.id, name)

    at = AppTest.from_function(resume_it, kwargs={"run_id": run.id}).run()

    message = at.error[0].value
    assert theme.markdown(name) in message
    assert not re.search(r"(?<!\\)[\[(<!]|://|www\\?\.|:material|@evil|->|--", message)


def test_words_without_marks_keep_every_character():
    escaped = theme.markdown("maxlen must be 5–1000, got 5000: shorten it")

    assert escaped.replace("\\", "") == "maxlen must be 5–1000, got 5000: shorten it"
