"""What is told of a study: settings, winners, edges, optimism, the answer and its price."""

import pytest
import sqlalchemy as sa

from rnnlab.runs import RunState
from rnnlab.store.schema import runs as table
from rnnlab.study.advance import advance_all
from rnnlab.study.caveats import caveats
from rnnlab.study.result import final_runs, study_result
from tests.labs import NOW
from tests.studies import by_rate, end_runs, finished, result, spec, start


def test_answer_names_the_tuned_winner_and_its_price(store, study):
    found = finished(store, study, by_rate(0.6, 0.8, 0.7))
    assert found.headline.startswith("Tuned, LSTM is better than GRU by ")
    assert found.price == "18 runs, 36\u00a0s of training"
    assert [candidate.name for candidate in found.candidates] == ["LSTM", "GRU"]
    assert [candidate.seconds for candidate in found.candidates] == [18.0, 18.0]


def test_each_rate_has_its_seeds_mean_and_deviation(store, study):
    found = finished(store, study, by_rate(0.6, 0.8, 0.7))
    lstm = found.candidates[0]
    assert [round(setting.mean, 4) for setting in lstm.settings] == [0.6005, 0.8005, 0.7005]
    assert lstm.settings[1].sd == pytest.approx(0.001 / 2**0.5)
    assert [seed.accuracy for seed in lstm.settings[0].seeds] == pytest.approx([0.6, 0.601])
    assert lstm.winner.config.learning_rate == 1e-3
    assert [seed.seed for seed in lstm.final.seeds] == [44, 45, 46]


def test_optimism_is_the_searchs_best_less_the_fresh_seeds_on_the_test_reviews(store, study):
    found = finished(store, study, by_rate(0.6, 0.8, 0.7), final=0.78)
    lstm, gru = found.candidates
    assert lstm.optimism == pytest.approx(0.8005 - lstm.test.mean)
    assert lstm.optimism_of_choosing == pytest.approx(0.8005 - 0.78)
    assert found.optimism == pytest.approx((lstm.optimism + gru.optimism) / 2)
    assert found.optimism_of_choosing == pytest.approx(0.0205)


def test_baseline_that_had_no_choice_has_no_optimism(store):
    study = start(store, spec("tfidf-logreg", "lstm"))
    found = finished(store, study, lambda config: 0.8, correct={"tfidf-logreg": 800, "lstm": 700})
    baseline, lstm = found.candidates
    assert baseline.optimism is None and lstm.optimism is not None
    assert found.optimism == lstm.optimism
    assert found.headline.startswith("Tuned, TF-IDF + logistic regression is better than LSTM")


@pytest.mark.parametrize(
    ("accuracies", "warning"),
    [
        (
            (0.6, 0.7, 0.8),
            "learning rate 0.01; try higher values.",
        ),
        (
            (0.8, 0.7, 0.6),
            "learning rate 0.0001; try lower values.",
        ),
        ((0.6, 0.8, 0.7), ""),
    ],
)
def test_best_value_at_the_edge_of_the_grid_is_said(store, study, accuracies, warning):
    found = finished(store, study, by_rate(*accuracies))
    edges = [text for text in caveats(found) if "edge of the grid" in text]
    expected = f"Highest at the edge of the grid: LSTM and GRU at {warning}"
    assert edges == ([expected] if warning else [])


def test_single_value_has_no_edge(store):
    study = start(store, spec("lstm", grid={"learning_rate": (1e-4,)}))
    found = finished(store, study, lambda config: 0.8)
    assert found.candidates[0].edges == ()
    assert found.candidates[0].optimism is None


def test_seeds_that_were_still_improving_are_counted(store, study):
    found = finished(store, study, by_rate(0.6, 0.8, 0.7), best_epoch=2)
    assert (
        "Still improving at the last epoch (2): 3 of 3 seeds of LSTM and 3 of 3 seeds of GRU. "
        "Allow more epochs."
    ) in caveats(found)
    found = finished(store, start(store, spec("lstm", first_seed=7)), lambda config: 0.8)
    assert not any("Still improving" in text for text in caveats(found))


def test_versions_that_trained_only_some_of_the_runs_are_said(store, study):
    found = finished(store, study, by_rate(0.6, 0.8, 0.7))
    assert not any("versions" in text for text in caveats(found))
    with store.database.writing() as connection:
        connection.execute(sa.update(table).values(versions={"tensorflow": "2.21.0"}))
        one = table.c.id == found.candidates[0].final.seeds[0].run.id
        connection.execute(sa.update(table).where(one).values(versions={"tensorflow": "2.20.0"}))
    found = study_result(*store.studies.with_runs(study.id), {})
    assert "Trained with other versions, and counted: 1 run (TensorFlow 2.20.0)." in caveats(found)


def test_failures_are_counted_and_stopped_and_deleted_runs_named(store, study):
    def search(config):
        if config.learning_rate == 1e-2:
            return RunState.FAILED if config.seed == 42 else RunState.STOPPED
        return 0.8

    def final(config):
        return RunState.FAILED if (config.arch, config.seed) == ("gru", 44) else 0.8

    found = finished(store, study, search, final=final)
    assert found.candidates[0].settings[2].failures == 1
    assert caveats(found)[0] == (
        "1 of 6 search runs of LSTM failed and count as guessing (50.0\u00a0%)."
    )
    assert "1 of 3 fresh seeds of GRU failed. The comparison counts them as failures." in caveats(
        found
    )
    assert any(text.startswith("Stopped, so left out: ") for text in caveats(found))
    (deleted,) = (run for run in found.candidates[0].settings[0].seeds[:1])
    store.delete(deleted.run.id)
    again = result(store, study)
    assert "Deleted, so left out: 1 run." in caveats(again)
    assert again.candidates[0].settings[0].seeds[0].outcome == "deleted"


def test_running_study_shows_the_best_so_far_and_no_answer(store, study):
    found = result(store, study)
    assert (found.headline, found.candidates[0].chosen, found.optimism) == (None, None, None)
    assert {seed.outcome for seed in found.candidates[0].settings[0].seeds} == {"active"}
    end_runs(store, by_rate(0.6, 0.8, 0.7))
    found = result(store, study)
    assert found.candidates[0].winner.config.learning_rate == 1e-3
    assert found.candidates[0].final is None
    advance_all(store, now=NOW)
    assert final_runs(*store.studies.with_runs(study.id)) == ()


def test_reused_runs_are_counted_in_the_price(store, study):
    finished(store, study, by_rate(0.6, 0.8, 0.7))
    again = start(store, study.spec)
    for _ in range(2):
        advance_all(store, now=NOW)
    assert result(store, again).price.startswith("18 runs, all trained before, ")
