"""A run's own page, for a finished, a running, a failed and a missing run."""

import time

import pytest
from streamlit.testing.v1 import AppTest

from rnnlab.config import preset
from rnnlab.errors import RunNotFound
from tests.labs import NOW, be_the_worker, failed_run, finished_run, running_run
from tests.screens import figures, open_run, words

pytestmark = pytest.mark.usefixtures("worker")  # this process: the page starts no other


def test_a_finished_run_shows_its_summary_curves_and_figures(store):
    run = finished_run(store, preset("lstm"), epochs=3)

    at = open_run(run.id)

    shown = words(at)
    assert "lstm-1" in shown
    assert "embedding <small>(Embedding)</small></td><td>(None, 100, 16)</td><td>8,000" in shown
    assert "<td>Total</td><td></td><td>8,809</td>" in shown
    assert "55.0\u00a0%" in shown and "3 of 3" in shown
    assert "Stopped early after epoch 3" in shown.replace("\\", "")
    assert "3.15.1" in shown
    assert len(figures(at)) == 2
    assert at.button(key="run_stop").disabled and at.button(key="run_resume").disabled


def test_what_is_fitted_in_one_go_shows_its_figures_and_no_curve_of_one_point(store):
    run = finished_run(store, preset("tfidf-logreg"), epochs=1)

    at = open_run(run.id)

    assert "53.0\u00a0%" in words(at)
    assert "best epoch" not in words(at)
    assert not figures(at)


def test_a_running_run_shows_its_card_and_can_be_stopped(store):
    run = running_run(store)
    store.workers.heartbeat("worker-1", now=time.time())

    at = open_run(run.id)
    assert "<b>Epoch 3</b> of 100" in words(at)
    assert at.button(key="run_delete").disabled
    at.button(key="run_stop").click().run()

    assert store.get(run.id).stop_requested


def test_a_failed_run_shows_the_hint_first_and_the_traceback_below(store):
    at = open_run(failed_run(store).id)

    assert not at.exception
    assert "lower learning_rate" in at.error[0].value.replace("\\", "")
    assert "Traceback (most recent call last)" in at.expander[0].code[0].value


def test_an_unknown_run_is_named_with_a_way_back(store):
    at = open_run("<b>nope</b>")

    assert not at.exception
    assert "nope" in at.error[0].value
    assert "<b>" not in at.error[0].value.replace("\\<", "")
    assert at.get("page_link")


def test_delete_asks_first(store):
    run = finished_run(store)
    at = open_run(run.id)

    at.button(key="run_delete").click().run()

    assert "cannot be undone" in words(at).replace("\\", "")
    assert at.button(key="delete_confirmed") and at.button(key="delete_cancelled")
    assert store.get(run.id)


# AppTest cannot rerun a dialog by itself, so its content is tried on a page of its own.


def delete_question(run_id):
    from ui import actions, reader

    run = reader.snapshot().get(run_id)
    if run:
        actions.ask_delete([run])


def rename_form(run_id):
    from ui import actions, reader

    actions.ask_name(reader.snapshot().get(run_id))


def test_yes_deletes_and_no_keeps(store):
    run = finished_run(store)
    at = AppTest.from_function(
        delete_question, default_timeout=120, kwargs={"run_id": run.id}
    ).run()

    at.button(key="delete_cancelled").click().run()
    assert store.get(run.id)
    at.button(key="delete_confirmed").click().run()

    with pytest.raises(RunNotFound):
        store.get(run.id)


def test_a_run_can_be_renamed_and_a_bad_name_is_refused(store):
    run = finished_run(store)
    at = AppTest.from_function(rename_form, default_timeout=120, kwargs={"run_id": run.id}).run()

    at.text_input(key=f"rename_{run.id}").set_value("  ")
    at.button[0].click().run()
    assert "1–80 characters" in at.error[0].value
    at.text_input(key=f"rename_{run.id}").set_value("the good one")
    at.button[0].click().run()

    assert store.get(run.id).name == "the good one"


def test_a_name_with_markup_is_shown_as_text(store):
    run = finished_run(store)
    store.rename(run.id, "<script>alert(1)</script>")

    shown = words(open_run(run.id))

    assert "&lt;script&gt;alert(1)" in shown
    assert "<script>alert" not in shown


def test_a_run_that_was_resumed_by_itself_says_so(store):
    run = running_run(store)
    store.workers.unregister("worker-1")
    store.workers.mark_stalled(now=NOW)
    store.resume_interrupted(now=NOW)
    be_the_worker(store)

    at = open_run(run.id)
    (said,) = [caption.value for caption in at.caption if "Resumed" in caption.value]
    assert "after epoch 2" in said and "Its worker process was gone" in said
