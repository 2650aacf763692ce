"""The labels that may be wrong, on the card of a dataset of one's own."""

import pytest

from rnnlab.datasets.labelled import labelled
from rnnlab.lab import Lab
from tests.own import texts_of
from tests.pages.test_data import JobOfThisProcess, words_on
from tests.screens import open_page
from ui.data import jobs

WRONG = (6, 41)


@pytest.fixture
def flawed(lab_home, tmp_path, monkeypatch):
    """A dataset with two wrong labels; what the page asks for is done at once."""
    monkeypatch.setattr(jobs, "Job", JobOfThisProcess)
    JobOfThisProcess.folder = str(tmp_path)
    jobs._suspicious.clear()
    jobs._check.clear()
    labels = [row % 2 for row in range(120)]
    for row in WRONG:
        labels[row] = 1 - labels[row]
    return Lab().add_dataset(labelled(texts_of(120), labels), "flawed")


def test_wrong_labels_are_read_and_corrected_in_a_new_version(flawed):
    at = open_page("data", dataset=flawed.id)
    at.button(key="data_look").click().run()
    assert "2 of 120 labels are contradicted by all models" in words_on(at)
    assert at.button(key="data_relabel").disabled
    for row in WRONG:
        at.checkbox(key=f"data_flipped_{flawed.id}_{row + 1}").check()
    at.run()
    at.button(key="data_relabel").click().run()
    assert not at.exception
    datasets = Lab().store.datasets
    version, original = datasets.all()
    assert (version.name, version.version_of) == ("flawed, version 2", flawed.id)
    assert original == flawed
    assert datasets.content(version.id).labels.tolist() == [row % 2 for row in range(120)]
    assert at.query_params["dataset"] in (version.id, [version.id])


def test_built_in_reviews_have_no_labels_to_correct(lab_home, tmp_path, monkeypatch, flawed):
    at = open_page("data", dataset=flawed.id)
    assert "data_look" in {button.key for button in at.button}
    at = open_page("data")
    assert "data_look" not in {button.key for button in at.button}
