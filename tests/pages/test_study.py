"""The Study page, its entrances and the form that starts a study, as their scripts run."""

import time

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from rnnlab.config import preset
from rnnlab.runs import RunState
from rnnlab.studies import StudyState
from rnnlab.study import plan
from tests import labs
from tests.screens import open_lab, open_page, words

RATES = (1e-4, 1e-3)


@pytest.fixture(autouse=True)
def dataset(lab_home, monkeypatch):
    """A small dataset in the home, 20 of its reviews for the test part; no worker is started."""
    st.cache_resource.clear()
    monkeypatch.setattr("rnnlab.worker.launch.LocalExecutor.ensure", lambda *_, **__: 0)
    labs.encode_reviews(lab_home)


def spec(*archs, **options):
    options = {"grid": {"learning_rate": RATES}, "seeds": 1, "fresh_seeds": 3, **options}
    return plan.make_spec([preset(arch, epochs=4) for arch in archs or ("lstm", "gru")], **options)


def queued(store):
    return store.studies.create(spec(), plan.search_configs(spec()), now=time.time())


def shown(at):
    return words(at).replace("\u00a0", " ").replace("\\", "")


def test_lab_without_a_study_says_what_one_is_and_offers_it(store):
    at = open_page("study")
    assert "One learning rate decides which network looks better" in at.info[0].value
    assert at.button(key="study_tune")


def test_unknown_study_is_named_and_all_others_are_listed(store):
    study = queued(store)
    at = open_page("study", study="s-<b>")
    assert "No study s" in at.warning[0].value
    assert study.name in at.button(key=f"study_open_{study.id}").label.replace("\\", "")
    assert "LSTM and GRU. Search: 0 of 4 runs done" in shown(at)


def test_running_study_shows_its_progress_and_can_be_stopped(store):
    study = queued(store)
    labs.finish_network(labs.claim(store, now=time.time()))
    at = open_page("study", study=study.id)
    text = shown(at)
    assert "Tuning LSTM and GRU" in text
    assert "Search: 1 of 4 runs done, about" in text
    assert "Highest so far at learning rate: 0.0001" in text
    at.button(key="study_stop").click().run()
    assert store.studies.get(study.id).state is StudyState.STOPPED
    assert store.queued_count() == 0


def test_stopped_study_can_be_resumed(store):
    study = queued(store)
    store.studies.stop(study.id, now=time.time())
    at = open_page("study", study=study.id)
    assert "Stopped before there was an answer" in shown(at)
    at.button(key="study_resume").click().run()
    assert store.studies.get(study.id).state is StudyState.RUNNING
    assert store.queued_count() == 4


def test_finished_study_answers_in_a_sentence_with_its_cost_and_its_optimism(store):
    study = labs.finish_study(store, spec())
    at = open_page("study", study=study.id)
    text = shown(at)
    assert '<h1 class="study-headline">Tuned, ' in text
    assert "Cost: 10 runs, 30 s of training." in text
    assert "Chosen learning rate: 0.0001 for all" in text
    assert "Optimism of choosing: +" in text
    assert "edge of the grid: LSTM and GRU at learning rate 0.0001; try lower values." in text
    assert '<th scope="col">Fresh seeds (test)</th>' in text
    assert "Compare the winners" in [link.proto.label for link in at.get("page_link")]
    assert len(at.expander) == 1
    assert "study_resume" not in [button.key for button in at.button]


def test_finished_study_whose_winner_lost_a_run_can_be_resumed(store):
    study = labs.finish_study(store, spec())
    store.delete(study.run_ids("final")[0])
    at = open_page("study", study=study.id)
    assert "Deleted, so left out: 1 run." in shown(at)
    at.button(key="study_resume").click().run()
    assert store.queued_count() == 1


def test_failed_study_says_why(store):
    def fail(attempt):
        attempt.end(RunState.FAILED, now=time.time(), error="the loss is not a number")

    study = labs.finish_study(store, spec(), end=fail)
    text = shown(open_page("study", study=study.id))
    assert "No answer: the search failed" in text
    assert "nothing to choose from" in text
    assert "Red cross: a seed that failed" in open_page("study", study=study.id).caption[0].value


def test_names_are_shown_as_text(store):
    study = store.studies.create(
        spec(), plan.search_configs(spec()), now=time.time(), name="<script>alert(1)</script>"
    )
    text = words(open_page("study", study=study.id))
    assert "<script>alert" not in text and "&lt;script&gt;alert(1)" in text


def test_study_is_deleted_after_a_question_and_its_runs_stay(store):
    def question(study_id):
        from ui import reader
        from ui.study import controls

        for study in reader.snapshot().studies:
            controls.ask_delete(study)

    study = labs.finish_study(store, spec())
    at = AppTest.from_function(question, default_timeout=120, kwargs={"study_id": study.id}).run()
    at.button(key="study_delete_confirmed").click().run()
    assert store.studies.all() == ()
    assert len(store.runs()) == 10


# AppTest cannot rerun a dialog by itself, so its content is tried on a page of its own.


def form():
    from ui.study import dialog

    dialog.ask()


def form_of_compared():
    from rnnlab.config import preset
    from ui.study import dialog

    bases = [preset("lstm", units=4), preset("lstm", units=16)]
    dialog.ask(bases, bases)


def test_form_offers_six_architectures_and_says_what_the_study_will_take(store):
    at = AppTest.from_function(form, default_timeout=120).run()
    assert len(at.button_group(key="tune_candidates").options) == 6
    assert len(at.button_group(key="tune_candidates").value) == 4
    assert "<b>48</b><span>runs in the search</span>" in shown(at)
    assert "<b>20</b><span>runs on fresh seeds</span>" in shown(at)
    at.text_input(key="tune_rates").set_value("1e-3, 3e-3").run()
    at.number_input(key="tune_seeds").set_value(2).run()
    assert "<b>16</b><span>runs in the search</span>" in shown(at)


def test_form_refuses_what_cannot_be_and_says_why(store):
    at = AppTest.from_function(form, default_timeout=120).run()
    at.text_input(key="tune_rates").set_value("2, fast").run()
    assert "learning_rate must be" in at.error[0].value.replace("\\", "")
    assert at.button(key="tune_start").disabled
    at.text_input(key="tune_rates").set_value("1e-3").run()
    at.button_group(key="tune_candidates").set_value([]).run()
    assert "choose at least one" in at.error[0].value


def test_form_starts_the_study(store):
    at = AppTest.from_function(form_of_compared, default_timeout=120).run()
    at.text_input(key="tune_rates").set_value("1e-3").run()
    at.number_input(key="tune_epochs").set_value(2).run()
    at.button(key="tune_start").click().run()
    (study,) = store.studies.all()
    assert [(base.units, base.epochs) for base in study.spec.bases] == [(4, 2), (16, 2)]
    assert store.queued_count() == 6


def test_compare_offers_to_tune_what_was_trained_at_one_rate(store):
    for arch in ("lstm", "gru"):
        labs.trained(store, preset(arch))
    at = open_page("compare")
    line = "All of these networks were trained at a learning rate of 0.0001, tuned for none."
    assert line in shown(at)
    assert at.button(key="compare_tune")
    labs.trained(store, preset("feedforward", learning_rate=1e-3))
    assert line not in shown(open_page("compare"))


def test_compare_offers_no_tuning_of_what_a_study_has_tuned(store):
    study = labs.finish_study(store, spec())
    at = open_page("compare", runs=",".join(study.run_ids("final")))
    assert "tuned for none" not in shown(at)


def test_lab_lists_studies_with_a_link(store):
    labs.finish_study(store, spec("lstm"))
    queued(store)
    at = open_lab()
    assert "Studies: tuned against tuned" in [heading.value for heading in at.subheader]
    assert "LSTM and GRU. Search: " in shown(at)


def test_run_leads_back_to_its_study(store):
    study = labs.finish_study(store, spec("lstm"))
    at = open_page("run", run=study.run_ids()[0])
    assert "Study: study\\-1" in [link.proto.label for link in at.get("page_link")]


def test_train_page_offers_to_tune(store):
    at = open_page("train")
    assert at.button(key="train_tune")


def test_forms_settings_are_offered_unless_they_are_a_presets():
    from ui.train import tune

    assert tune.candidates(preset("lstm", learning_rate=0.5)) == []
    assert tune.candidates(preset("lstm", units=16)) == [preset("lstm", units=16)]
    assert tune.candidates(None) == []
