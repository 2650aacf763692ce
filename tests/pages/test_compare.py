"""The Compare page as its script runs, on real stores with networks of random weights."""

import pytest
from streamlit.testing.v1 import AppTest

from rnnlab.compare.groups import group_id
from rnnlab.compare.sample_size import SeedsNeeded
from rnnlab.config import preset
from rnnlab.runs import RunState
from tests import labs
from tests.labs import trained
from tests.pages.comparing import chips, page, shown
from tests.screens import open_lab
from ui import reader

LSTM = preset("lstm")

pytestmark = pytest.mark.usefixtures("compared")


def test_an_empty_lab_says_what_to_do(store):
    labs.running_run(store)
    at = page()
    assert not at.exception
    assert "Nothing to compare yet" in at.info[0].value


def test_of_each_architecture_the_group_with_the_most_seeds_is_compared(runs):
    at = page()
    assert set(chips(at)) == {group_id(runs[0].config), group_id(runs[3].config)}
    assert "LSTM × 3" in shown(at) and "GRU × 3" in shown(at)
    assert "The ROC AUC of " in shown(at) and " higher than that of " in shown(at)
    assert "3 seeds against 3 seeds, evaluated on the same 40 validation reviews" in shown(at)
    assert at.query_params["runs"] == ",".join(chips(at))


def test_url_names_runs_and_groups_and_all_runs_of_a_group_are_the_group(runs):
    lstms = ",".join(run.id for run in runs[:3])
    at = page(runs=f"{runs[6].id},{lstms}")
    assert chips(at) == [group_id(runs[6].config), group_id(LSTM)]
    at = page(runs=runs[0].id)
    assert chips(at) == [runs[0].id]
    assert "lstm-1" in shown(at)


def test_baselines_are_compared_with_networks_over_seeds(store, runs):
    once, average = (trained(store, preset(arch)) for arch in ("tfidf-logreg", "feedforward"))
    again = trained(store, preset("tfidf-logreg"))
    at = page(runs=f"{group_id(LSTM)},{group_id(once.config)}")
    assert "uses no randomness" in shown(at)
    assert f"seeds of {once.name}" not in shown(at)
    at = page(runs=f"{once.id},{again.id},{average.id},{group_id(LSTM)}")
    assert "None" not in shown(at)
    assert "seed None" not in " ".join(at.multiselect(key="compare_runs").options)
    button = at.button(key="compare_seeds")
    assert button.label.startswith("Train the 4 missing runs")  # of the networks alone


def test_unknown_runs_in_the_url_are_named_and_the_rest_is_shown(runs):
    at = page(runs=f"<b>gone</b>,{runs[0].id}")
    assert "gone" in at.warning[0].value
    assert "<b>" not in at.warning[0].value.replace("\\<", "")
    assert chips(at) == [runs[0].id]
    assert "lstm-1" in shown(at)


def test_missing_seeds_are_offered_and_queued(store, runs):
    at = page(runs=f"{runs[6].id},{group_id(LSTM)}")
    assert "Too few seeds to tell" in shown(at)
    button = at.button(key="compare_seeds")
    assert button.label.startswith("Train the 4 missing runs")
    button.click().run()
    assert not at.exception
    queued = store.runs([RunState.QUEUED])
    assert {run.config for run in queued} == {
        *(preset("gru", vocab_size=400, seed=seed) for seed in (43, 44)),
        *(preset("lstm", seed=seed) for seed in (4, 5)),  # its three scatter
    }


def test_trained_seeds_that_were_not_chosen_are_offered_instead_of_new_ones(store, runs):
    at = page(runs=f"{runs[0].id},{group_id(preset('gru'))}")
    assert "1 of 3 trained seeds of lstm-1 is chosen, which can favor it." in shown(at)
    assert not any(button.label.startswith("Train the 4") for button in at.button)
    at.button(key="compare_all_seeds").click().run()
    assert not at.exception
    assert set(chips(at)) == {group_id(LSTM), group_id(preset("gru"))}
    assert "chosen" not in shown(at)


def test_queued_seeds_are_not_offered_again(store, runs):
    at = page(runs=f"{runs[6].id},{group_id(LSTM)}")
    at.button(key="compare_seeds").click().run()
    assert not [button for button in at.button if button.key == "compare_seeds"]


def test_margin_is_kept_in_the_url_and_widens_what_counts_as_equal(runs):
    url = {"runs": f"{group_id(LSTM)},{group_id(preset('gru'))}"}
    assert page(**url).number_input(key="margin").value == 1.0
    at = page(**url, margin="20")
    assert at.number_input(key="margin").value == 20
    assert any("Shaded: within 20 points." in caption.value for caption in at.caption)


def test_settings_that_differ_are_named_and_evened_out_on_request(store, runs):
    at = page()
    captions = " ".join(caption.value.replace("\\", "") for caption in at.caption)
    assert "Also differ: dropout 0 / 0.3." in captions or "dropout 0.3 / 0." in captions
    at.button(key="compare_even").click().run()
    assert not at.exception
    assert at.button(key="compare_even_train").label.startswith("Train 3 runs (about ")


def even_out():
    from rnnlab.config import preset
    from ui.compare import settings

    gru = tuple(preset("gru", seed=seed, dropout=0.3) for seed in (1, 2))
    settings.ask("the settings of LSTM × 2", [(), gru])


def test_runs_that_even_out_the_settings_are_listed_and_queued(store):
    at = AppTest.from_function(even_out, default_timeout=60).run()
    assert "GRU × 2, dropout 0.3" in at.markdown[1].value.replace("\\", "")
    at.button(key="compare_even_train").click().run()
    assert not at.exception
    assert {run.config for run in store.runs([RunState.QUEUED])} == {
        preset("gru", seed=seed, dropout=0.3) for seed in (1, 2)
    }


def test_settings_that_were_evened_out_before_are_compared(store, runs):
    evened = [trained(store, preset("gru", seed=1, dropout=0.3))]
    evened += [trained(store, preset("lstm", seed=1, dropout=0.0))]
    at = page(runs=f"{runs[0].id},{runs[3].id}")
    at.button(key="compare_evened").click().run()
    assert not at.exception
    assert {group_id(run.config) for run in evened} & set(chips(at))
    assert not any("Also differ" in caption.value for caption in at.caption)


@pytest.fixture
def five_seeds(store, runs):
    """Five seeds of the LSTM and of the GRU, enough for a verdict."""
    configs = [preset(arch, seed=seed) for arch in ("lstm", "gru") for seed in (4, 5)]
    return [trained(store, config) for config in configs]


def test_seeds_that_would_show_the_margin_are_offered_and_queued(store, five_seeds, monkeypatch):
    needed = SeedsNeeded(0.01, 10, 5, 20, 0.004)
    monkeypatch.setattr("rnnlab.compare.verdict.seeds_needed", lambda *_, **__: needed)
    at = page(runs=f"{group_id(LSTM)},{group_id(preset('gru'))}")
    assert any("train 10 seeds of each model" in caption.value for caption in at.caption)
    button = at.button(key="compare_more_seeds")
    assert button.label.startswith("Train 10 further runs (about ")
    button.click().run()
    assert not at.exception
    assert {run.config for run in store.runs([RunState.QUEUED])} == {
        preset(arch, seed=seed) for arch in ("lstm", "gru") for seed in range(6, 11)
    }
    assert any("on their way" in caption.value for caption in at.caption)


def test_reviews_that_are_too_few_for_any_seeds_are_named(five_seeds):
    at = page(runs=f"{group_id(LSTM)},{group_id(preset('gru'))}")
    assert any("40 reviews can show no difference smaller" in one.value for one in at.caption)
    assert not [button for button in at.button if button.key == "compare_more_seeds"]


def test_failed_and_stopped_seeds_are_named_as_soon_as_the_lab_has_them(store, runs):
    at = page()
    assert "ended without a model" not in shown(at)
    labs.failed_run(store, preset("lstm", seed=4))
    trained(store, preset("gru", seed=4), state=RunState.STOPPED)
    reader.get_reader().snapshot(fresh=True)
    at.run()
    assert "1 of 4 seeds of LSTM × 3 ended without a model." in shown(at)
    assert "1 run of GRU × 3 left out: stopped before it ended." in shown(at)
    assert "No seed of " in shown(at)  # their weights are random


def test_chips_that_are_all_removed_ask_for_one(runs):
    at = page()
    at.multiselect(key="compare_runs").set_value([]).run()
    assert not at.exception
    assert "Choose at least one" in at.info[0].value


def test_selected_rows_of_the_table_are_compared(runs):
    at = open_lab()
    assert at.button(key="lab_compare").disabled


def test_quality_shows_metrics_charts_and_calls_at_the_threshold_of_the_url(runs):
    at = page(tab="Quality", threshold="0.35")
    words = shown(at)
    assert "Highest mean AUC" in words and "Lowest mean calibration error" in words
    assert "Decision threshold 35 %" in words
    assert words.count('<table class="cmp-matrix">') == 2
    metrics = at.dataframe[-1].value
    assert sorted(metrics["Name"]) == ["Always “negative”", "GRU × 3", "LSTM × 3"]
    assert any("These numbers are optimistic" in caption.value for caption in at.caption)
    assert any("threshold tuned on these" in caption.value for caption in at.caption)
    at.slider(key="threshold").set_value(0.5).run()
    assert "Decision threshold 50 %" in shown(at)
    assert not any("threshold tuned on these" in caption.value for caption in at.caption)


def test_quality_of_one_run_and_a_threshold_out_of_bounds_are_shown(runs):
    at = page(tab="Quality", runs=runs[0].id, threshold="7")
    assert "lstm-1: AUC" in shown(at)


def test_cost_shows_groups_at_equal_time_and_parameters_and_evens_those_out(store, runs):
    small = trained(store, preset("onehot-rnn"))
    at = page(tab="Cost", runs=f"{runs[0].id},{small.id}")
    words = shown(at)
    assert "Highest within 3.0 s of training: " in words
    assert "is not within 10 % of the " in words
    in_time, sizes = (frame.value for frame in at.dataframe[-2:])
    assert list(in_time["Accuracy in time (%)"]) == pytest.approx([55.0, 55.0])
    assert list(sizes["Parameters"]) == [2_481, 8_809]
    at.button(key="compare_even_sizes").click().run()
    assert not at.exception
    assert at.button(key="compare_even_train").label.startswith("Train 1 run (about ")


def test_packing_a_zip_draws_the_charts_only_once_it_is_asked_for(runs):
    at = page(tab="Export")
    drawn = len(at.get("bidi_component"))

    at.button(key="export_pack").click().run()

    assert not at.exception
    assert len(at.get("bidi_component")) == drawn + 1
