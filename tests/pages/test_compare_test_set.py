"""The Compare page where runs keep a test set, and where it offers one."""

import pytest
from streamlit.testing.v1 import AppTest

from rnnlab import format
from rnnlab.compare.groups import group_id
from rnnlab.config import preset
from rnnlab.runs import RunState
from tests.labs import trained
from tests.pages.comparing import chips, page, shown

LSTM = preset("lstm")

pytestmark = pytest.mark.usefixtures("compared")


@pytest.fixture
def tested(store):
    """Three seeds of an LSTM and three of a GRU that keep a test set."""
    return [
        trained(store, preset(arch, seed=seed, test_set=True))
        for arch in ("lstm", "gru")
        for seed in (1, 2, 3)
    ]


def evaluated_on(at: AppTest) -> tuple[str, list[str]]:
    control = at.segmented_control(key="on")
    return control.value, control.options


def test_groups_that_keep_a_test_set_are_compared_on_it(tested):
    at = page()
    value, options = evaluated_on(at)
    assert (value, options[:2]) == ("test", ["Test reviews", "Validation reviews"])
    assert "on the same 20 test reviews, which played no part in training" in shown(at)
    assert "optimistic" not in shown(at)


def test_validation_view_says_what_it_is(tested):
    at = page()
    at.segmented_control(key="on").set_value("validation").run()
    assert "on the same 20 validation reviews" in shown(at)
    assert any("These results are optimistic" in caption.value for caption in at.caption)
    at.run()
    assert evaluated_on(at)[0] == "validation"


def test_another_selection_is_compared_on_the_reviews_that_fit_it(tested, runs):
    with_test, without = (
        [group_id(run.config) for run in (some[0], some[3])] for some in (tested, runs)
    )
    at = page(runs=",".join(without))
    assert evaluated_on(at)[0] == "validation"
    assert "Test reviews" not in evaluated_on(at)[1]
    at.multiselect(key="compare_runs").set_value(with_test).run()
    assert evaluated_on(at)[0] == "test"
    assert "20 test reviews" in shown(at)
    at.multiselect(key="compare_runs").set_value(without).run()
    assert evaluated_on(at)[0] == "validation"
    assert "40 validation reviews" in shown(at)


def test_default_selection_mixes_no_test_set_with_none(tested, runs, store):
    tested_groups = {group_id(run.config) for run in tested}
    assert set(chips(page())) == tested_groups
    trained(store, preset("feedforward"))  # a third architecture without a test set
    assert len(chips(page())) == 3
    assert not tested_groups & set(chips(page()))


def test_groups_without_a_test_set_are_offered_one_and_then_the_comparison_on_it(store, runs):
    at = page(runs=f"{group_id(runs[0].config)},{group_id(runs[3].config)}")
    button = at.button(key="compare_test_set")
    assert button.label.startswith("Compare on a test set (about ")
    trained(store, preset("lstm", seed=1, test_set=True))  # is not trained again
    button.click().run()
    assert not at.exception
    queued = store.runs([RunState.QUEUED])
    expected = {
        preset(arch, seed=seed, test_set=True) for arch in ("lstm", "gru") for seed in (1, 2, 3)
    }
    assert {run.config for run in queued} == expected - {preset("lstm", seed=1, test_set=True)}
    assert "1 of 6 runs done" in " ".join(caption.value for caption in at.caption)

    for run in queued:
        store.delete(run.id)
    for run in queued:
        trained(store, run.config)
    at = page(runs=f"{group_id(runs[0].config)},{group_id(runs[3].config)}")
    at.button(key="compare_show_test").click().run()
    assert set(chips(at)) == {group_id(config) for config in expected}
    assert "20 test reviews" in shown(at)


def test_no_test_set_is_offered_for_one_group_or_for_groups_that_keep_one(runs, tested):
    for ids in (group_id(runs[0].config), f"{tested[0].id},{tested[3].id}"):
        keys = {button.key for button in page(runs=ids).button}
        assert not {"compare_test_set", "compare_show_test"} & keys


def test_runs_without_a_test_set_among_runs_that_keep_one_are_offered_one(store, tested, runs):
    at = page(runs=f"{group_id(tested[0].config)},{group_id(runs[3].config)}")
    assert "cannot be paired" in at.info[0].value
    assert not any(button.key == "compare_test_set" for button in at.button)  # trained already
    at.button(key="compare_show_test").click().run()
    assert set(chips(at)) == {group_id(run.config) for run in (tested[0], tested[3])}


def test_comparison_of_several_models_names_its_reviews_under_the_chart(store, tested):
    average = [
        trained(store, preset("feedforward", seed=seed, test_set=True)) for seed in (1, 2, 3)
    ]
    at = page(runs=",".join(group_id(run.config) for run in (tested[0], tested[3], average[0])))
    assert any(caption.value.startswith("On 20 test reviews. Bars") for caption in at.caption)


def test_test_view_says_what_the_validation_reviews_say_too(tested):
    captions = " ".join(caption.value for caption in page().caption).replace("\\", "")
    accuracy = format.percent(tested[0].best_val_accuracy)
    assert "on the validation reviews, which also chose each run's best epoch" in captions
    assert f"GRU × 3 {accuracy}" in captions
    assert f"LSTM × 3 {accuracy}" in captions
