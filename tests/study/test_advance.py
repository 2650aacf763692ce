"""How a study goes on by itself: from the search to the winners and to its end."""

import subprocess
import sys

import pytest

from rnnlab import home
from rnnlab.config import preset
from rnnlab.runs import RunState
from rnnlab.studies import StudyState
from rnnlab.study import plan
from rnnlab.study.advance import advance, advance_all
from tests.labs import NOW, claim, train
from tests.processes import answers_of_two
from tests.studies import by_rate, end_runs, spec, start


def chosen_rates(store, study):
    chosen = store.studies.get(study.id).chosen
    return [config and config.learning_rate for config in chosen]


def final_runs(store, study):
    return [store.get(run_id) for run_id in store.studies.get(study.id).run_ids("final")]


def test_nothing_happens_while_the_search_runs(store, study):
    assert not advance_all(store, now=NOW)
    assert not advance(store, study.id, now=NOW)
    assert store.studies.get(study.id) == study


def test_best_rate_is_trained_on_fresh_seeds_and_then_the_study_ends(store, study):
    end_runs(store, by_rate(0.6, 0.8, 0.7))
    assert advance_all(store, now=NOW)
    assert chosen_rates(store, study) == [1e-3, 1e-3]
    runs = final_runs(store, study)
    assert {run.config.seed for run in runs} == {44, 45, 46}
    assert {run.state for run in runs} == {RunState.QUEUED} and len(runs) == 6
    end_runs(store, by_rate(0.6, 0.8, 0.7))
    assert not advance_all(store, now=NOW + 1)
    study = store.studies.get(study.id)
    assert (study.state, study.ended_at) == (StudyState.FINISHED, NOW + 1)
    assert store.studies.due() == ()


def test_of_equal_rates_the_smaller_is_chosen(store, study):
    end_runs(store, by_rate(0.7, 0.8, 0.8))
    advance_all(store, now=NOW)
    assert chosen_rates(store, study) == [1e-3, 1e-3]


def test_failed_seed_counts_as_guessing_so_that_a_lucky_one_cannot_win(store, study):
    def ending(config):
        if config.learning_rate == 1e-2:
            return 0.9 if config.seed == 42 else RunState.FAILED
        return 0.75

    end_runs(store, ending)
    advance_all(store, now=NOW)
    assert chosen_rates(store, study) == [1e-4, 1e-4]


def test_stopped_and_deleted_runs_are_left_out(store, study):
    def ending(config):
        if config.learning_rate == 1e-2:
            return 0.8 if config.seed == 42 else RunState.STOPPED
        return 0.7

    end_runs(store, ending)
    for run in store.runs():
        if run.config.learning_rate == 1e-4:
            store.delete(run.id)
    advance_all(store, now=NOW)
    assert chosen_rates(store, study) == [1e-2, 1e-2]


def test_architecture_whose_search_failed_is_not_compared(store, study):
    end_runs(store, lambda config: 0.8 if config.arch == "gru" else RunState.FAILED)
    advance_all(store, now=NOW)
    assert chosen_rates(store, study) == [None, 1e-4]
    assert {run.config.arch for run in final_runs(store, study)} == {"gru"}


def test_study_without_any_trained_run_fails_and_can_be_tried_again(store, study):
    end_runs(store, lambda config: RunState.FAILED)
    assert not advance_all(store, now=NOW)
    failed = store.studies.get(study.id)
    assert failed.state is StudyState.FAILED
    assert "nothing to choose from" in failed.error
    store.studies.resume(study.id, plan.search_configs(study.spec), now=NOW)
    assert store.queued_count() == 12


def test_interrupted_run_is_queued_again_and_then_counts_as_failed(store):
    study = start(store, spec("lstm", grid={"learning_rate": (1e-4, 1e-3)}, seeds=1))
    for _ in range(2):  # it gets no further the second time
        attempt = claim(store)
        if attempt.run.config.learning_rate == 1e-3:
            train(attempt, 2)
            attempt.end(RunState.FINISHED, now=NOW)
            attempt = claim(store)
        attempt.end(RunState.INTERRUPTED, now=NOW)
        advance_all(store, now=NOW)  # waits as long as the run may be resumed
        store.resume_interrupted(now=NOW)
        advance_all(store, now=NOW)
    if store.queued_count():  # the other one
        end_runs(store, lambda config: 0.8)
        advance_all(store, now=NOW)
    assert chosen_rates(store, study) == [1e-3]


def test_baseline_without_seeds_is_trained_once_for_both_parts(store):
    study = start(store, spec("tfidf-logreg", "lstm"))
    end_runs(store, lambda config: 0.8)
    advance_all(store, now=NOW)
    runs = final_runs(store, study)
    assert [run.config.arch for run in runs].count("tfidf-logreg") == 1
    assert len([run for run in store.runs() if run.config.arch == "tfidf-logreg"]) == 1


def test_second_study_of_the_same_settings_trains_nothing(store, study):
    end_runs(store, lambda config: 0.8)
    advance_all(store, now=NOW)
    end_runs(store, lambda config: 0.8)
    advance_all(store, now=NOW)
    runs = len(store.runs())
    again = start(store, study.spec)
    for _ in range(2):
        advance_all(store, now=NOW)
    assert store.studies.get(again.id).state is StudyState.FINISHED
    assert len(store.runs()) == runs
    assert all(link.reused for link in store.studies.get(again.id).runs)


ADVANCE = """
import sys
from rnnlab.store import RunStore
from rnnlab.study.advance import advance_all
store = RunStore(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
print(sum(advance_all(store, now=1.0) for _ in range(20)))
"""


def test_two_processes_that_advance_it_at_once_queue_the_winners_once(store, study):
    end_runs(store, by_rate(0.6, 0.8, 0.7))
    assert answers_of_two(ADVANCE, home.store_url()) == ["0", "1"]
    assert len(final_runs(store, study)) == 6
    assert store.queued_count() == 6


@pytest.mark.parametrize("count", [0, 3])
def test_without_a_study_that_can_go_on_it_is_one_query(store, monkeypatch, count):
    for seed in range(count):
        start(store, spec("lstm", first_seed=10 * seed))
    queries = []
    reading = store.database.reading
    monkeypatch.setattr(store.database, "reading", lambda: queries.append(1) or reading())
    advance_all(store, now=NOW)
    assert len(queries) == 1


def test_advance_imports_nothing_slow():
    code = "import rnnlab.study.advance, sys; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert not {"keras", "scipy", "pandas", "plotly", "sklearn"} & set(loaded.stdout.split())


def test_preset_of_the_search_is_the_presets(store):
    study = start(store, spec("gru"))
    (config, *_) = plan.search_configs(study.spec)
    assert config == preset("gru", epochs=2, test_set=True, learning_rate=1e-4)
