"""What was chosen and typed survives a visit of another page, and a reload by its URL."""

import pytest

from rnnlab.compare.groups import group_id
from tests.pages.comparing import chips, page, shown

pytestmark = pytest.mark.usefixtures("compared")


def elsewhere_and_back(at, name):
    at.switch_page("pages/lab.py").run()
    for parameter in list(at.query_params):
        del at.query_params[parameter]
    return at.switch_page(f"pages/{name}.py").run()


def test_compared_runs_survive_a_visit_of_another_page(runs):
    at = page()
    chosen = [group_id(runs[6].config)]
    at.multiselect(key="compare_runs").set_value(chosen).run()
    at = elsewhere_and_back(at, "compare")
    assert chips(at) == chosen
    assert at.query_params["runs"] == ",".join(chosen)


def test_selection_that_nobody_made_follows_the_lab(runs):
    at = elsewhere_and_back(page(), "compare")
    assert set(chips(at)) == {group_id(runs[0].config), group_id(runs[3].config)}


@pytest.mark.parametrize("name", ["classify", "inside"])
def test_models_and_text_survive_a_visit_of_another_page(runs, name):
    at = page()
    at.query_params.update(run=runs[3].id, text="a good film")
    at.switch_page(f"pages/{name}.py").run()
    assert at.multiselect[0].value == [runs[3].id]
    at = elsewhere_and_back(at, name)
    assert not at.exception
    assert at.multiselect[0].value == [runs[3].id]
    assert at.session_state[f"{name}_text"] == "a good film"
    assert dict(at.query_params).get("text") in ("a good film", ["a good film"])


def test_single_runs_of_one_setting_are_set_side_by_side(runs):
    for tab in ("Curves", "Quality", "Cost", "Differences", "Disagreements", "Export"):
        at = page(runs=",".join(run.id for run in runs[:3]), tab=tab)
        assert not at.exception, tab
        assert chips(at) == [run.id for run in runs[:3]]
    at = page(runs=f"{runs[0].id},{runs[1].id}")
    assert "lstm-1" in shown(at) and "lstm-2" in shown(at)
    assert not [button for button in at.button if button.key == "compare_seeds"]
