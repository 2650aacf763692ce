"""Studies in the store: what is queued, linked, stopped and resumed, on a real database file."""

from dataclasses import replace

import pytest

from rnnlab import home
from rnnlab.config import preset
from rnnlab.errors import InvalidField, StudyNotFound, WrongState
from rnnlab.runs import RunState
from rnnlab.store import RunStore
from rnnlab.studies import StudySpec, StudyState
from tests.labs import NOW, claim, claimed, failed_run, finished_run, train
from tests.processes import answers_of_two

LSTM, GRU = preset("lstm"), preset("gru")
SPEC = StudySpec((LSTM, GRU), {"learning_rate": (1e-4, 1e-3)}, 1, 2, 42)
SEARCH = [preset(arch, learning_rate=rate) for arch in ("lstm", "gru") for rate in (1e-4, 1e-3)]
FINAL = [preset("lstm", seed=seed) for seed in (43, 44)]


def create(store, configs=SEARCH, **options):
    return store.studies.create(SPEC, configs, now=NOW, **options)


def states(store, study):
    return [store.get(run_id).state for run_id in store.studies.get(study.id).run_ids()]


def finish_all(store):
    while store.queued_count():
        attempt = claim(store)
        train(attempt, 2)
        attempt.end(RunState.FINISHED, now=NOW + 5)


def test_study_queues_its_search_and_comes_back_as_it_was_stored(store):
    study = create(store, manifest={"dataset_sha256": "abc"})
    assert (study.state, study.phase, study.name) == (StudyState.RUNNING, "search", "study-1")
    assert study.spec == SPEC
    runs = [store.get(run_id) for run_id in study.run_ids("search")]
    assert {run.config for run in runs} == set(SEARCH)
    assert {run.manifest["dataset_sha256"] for run in runs} == {"abc"}
    assert store.studies.get(study.id) == study
    assert store.studies.all() == (study,)


def test_equal_study_that_is_running_is_returned(store):
    study = create(store)
    assert create(store, name="again") == study
    store.studies.stop(study.id, now=NOW)
    assert create(store).id != study.id


def test_bad_name_queues_nothing(store):
    with pytest.raises(InvalidField, match="name must be"):
        create(store, name=" ")
    assert store.runs() == () and store.studies.all() == ()


def test_equal_runs_are_linked_and_not_trained_again(store):
    trained, _ = finished_run(store, SEARCH[0]), failed_run(store, SEARCH[2])
    waiting = store.enqueue(SEARCH[1], now=NOW)
    study = create(store)
    reused = {link.run_id for link in study.runs if link.reused}
    assert reused == {trained.id, waiting.id}
    assert len(store.runs()) == 5  # the failed one is trained anew


def test_run_that_was_asked_to_stop_is_not_reused(store):
    stopping = claimed(store, SEARCH[0]).run
    store.request_stop(stopping.id, now=NOW)
    assert stopping.id not in create(store).run_ids()


def test_study_is_found_by_id_start_of_id_or_name(store):
    study = create(store, name="rates")
    for text in (study.id, study.id[:4], "rates"):
        assert store.studies.find(text) == study
    with pytest.raises(StudyNotFound, match="`rnnlab studies` lists them"):
        store.studies.find("nope")


def test_study_is_due_once_none_of_its_runs_is_active(store):
    study = create(store)
    assert store.studies.due() == ()
    finish_all(store)
    assert store.studies.due() == (study.id,)
    assert store.studies.end(study.id, StudyState.FINISHED, now=NOW)
    assert store.studies.due() == ()


def test_final_runs_are_queued_once_and_only_after_the_search(store):
    study = create(store)
    final = (study.id, [LSTM, None], FINAL)
    assert not store.studies.begin_final(*final, now=NOW)  # the search is not over
    finish_all(store)
    assert store.studies.begin_final(*final, now=NOW)
    assert not store.studies.begin_final(*final, now=NOW)
    study = store.studies.get(study.id)
    assert (study.phase, study.chosen) == ("final", (LSTM, None))
    assert [store.get(run_id).config for run_id in study.run_ids("final")] == FINAL
    assert not store.studies.end(study.id, StudyState.FINISHED, now=NOW)


def test_final_runs_that_were_there_before_are_chosen_once(store):
    for config in FINAL:
        finished_run(store, config)
    study = create(store)
    finish_all(store)
    assert store.studies.begin_final(study.id, [LSTM, None], FINAL, now=NOW)
    assert not store.studies.begin_final(study.id, [GRU, None], FINAL[:1], now=NOW)
    assert store.studies.get(study.id).chosen == (LSTM, None)


def test_stop_ends_the_runs_that_the_study_queued_and_no_others(store):
    store.enqueue(SEARCH[0], now=NOW - 1)
    study = create(store)
    running = claim(store)  # the one that was there before
    queued_by_it = claim(store)
    store.studies.stop(study.id, now=NOW + 1)
    assert store.studies.get(study.id).state is StudyState.STOPPED
    assert not store.get(running.run.id).stop_requested
    assert store.get(queued_by_it.run.id).stop_requested
    assert states(store, study).count(RunState.STOPPED) == 2
    with pytest.raises(WrongState, match="is stopped: there is nothing to stop"):
        store.studies.stop(study.id, now=NOW)


def test_stop_leaves_the_runs_that_another_running_study_needs(store):
    first = create(store)
    second = store.studies.create(replace(SPEC, first_seed=7), SEARCH[:1], now=NOW)
    store.studies.stop(first.id, now=NOW)
    assert states(store, second) == [RunState.QUEUED]
    assert states(store, first).count(RunState.STOPPED) == 3


def test_resume_queues_what_is_missing_and_keeps_what_is_trained(store):
    study = create(store)
    attempt = claim(store)
    train(attempt, 2)
    attempt.end(RunState.FINISHED, now=NOW)
    halfway = claim(store)
    train(halfway, 1)
    store.studies.stop(study.id, now=NOW)
    halfway.end(RunState.STOPPED, now=NOW)
    deleted = study.run_ids()[-1]
    store.delete(deleted)

    study = store.studies.resume(study.id, SEARCH, now=NOW + 9)

    assert (study.state, study.ended_at) == (StudyState.RUNNING, None)
    assert attempt.run.id in study.run_ids()
    assert not {halfway.run.id, deleted} & set(study.run_ids())
    assert {store.get(run_id).config for run_id in study.run_ids()} == set(SEARCH)
    assert store.queued_count() == 3
    with pytest.raises(WrongState, match="is running: there is nothing to resume"):
        store.studies.resume(study.id, SEARCH, now=NOW)


def test_finished_study_is_resumed_only_where_runs_are_missing(store):
    study = create(store)
    finish_all(store)
    store.studies.end(study.id, StudyState.FINISHED, now=NOW)
    with pytest.raises(WrongState, match="finished: none of its runs is missing"):
        store.studies.resume(study.id, SEARCH, now=NOW)
    store.delete(study.run_ids()[0])
    store.studies.resume(study.id, SEARCH, now=NOW)
    assert store.queued_count() == 1


def test_deleted_run_leaves_the_study_and_a_deleted_study_leaves_its_runs(store):
    study = create(store)
    gone, *others = study.run_ids()
    store.delete(gone)
    assert set(store.studies.get(study.id).run_ids()) == set(others)
    with pytest.raises(WrongState, match="stop it first"):
        store.studies.delete(study.id)
    store.studies.stop(study.id, now=NOW)
    store.studies.delete(study.id)
    assert store.studies.all() == ()
    assert len(store.runs()) == 3


def test_interrupted_run_is_queued_again_as_long_as_it_gets_on(store):
    study = create(store, SEARCH[:1])
    for epochs in (1, 0):  # an epoch before the first interruption, none before the second
        attempt = claim(store)
        train(attempt, epochs, first=2 - epochs)
        attempt.end(RunState.INTERRUPTED, now=NOW)
        assert (study.id in store.studies.due()) is not bool(epochs)
        assert len(store.resume_interrupted(now=NOW)) == epochs
    assert states(store, study) == [RunState.INTERRUPTED]


def test_ended_studies_that_are_known_are_not_read_again(store):
    study = create(store)
    store.studies.stop(study.id, now=NOW)
    known = store.studies.all()
    again = store.studies.all(known)
    assert again[0] is known[0]
    store.studies.resume(study.id, SEARCH, now=NOW)
    assert store.studies.all(known)[0].state is StudyState.RUNNING
    assert len(store.studies.all((*known, study))) == 1


BEGIN = """
import sys
from rnnlab.config import preset
from rnnlab.store import RunStore
store = RunStore(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
configs = [preset("lstm", seed=seed) for seed in (43, 44)]
print(store.studies.begin_final(sys.argv[2], [preset("lstm"), None], configs, now=1.0))
"""


def test_of_two_processes_one_begins_the_final_runs(store):
    study = create(store)
    finish_all(store)
    assert answers_of_two(BEGIN, home.store_url(), study.id) == ["False", "True"]
    assert len(RunStore(home.store_url()).studies.get(study.id).run_ids("final")) == 2
