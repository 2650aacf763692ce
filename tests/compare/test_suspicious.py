"""Labels that all models contradict, none of which has seen the review; new versions."""

import numpy as np
import pytest

from rnnlab import datasets
from rnnlab.compare.suspicious import find_suspicious
from rnnlab.config import preset
from rnnlab.datasets.labelled import labelled
from rnnlab.datasets.own.record import SplitChoice
from rnnlab.errors import InvalidField
from rnnlab.evaluation import cross_validation
from rnnlab.lab import Lab
from tests import labs
from tests.own import PLANTED, add_own, film_reviews, own_reviews, texts_of

WRONG = (6, 41, 118)


@pytest.fixture
def lab(lab_home):
    return Lab()


@pytest.fixture
def flawed(lab):
    """A dataset of one's own in which three labels are wrong."""
    labels = [row % 2 for row in range(120)]
    for row in WRONG:
        labels[row] = 1 - labels[row]
    reviews = labelled(texts_of(120), labels, others=dict(own_reviews().others))
    return lab.add_dataset(reviews, "flawed", split=SplitChoice("column", "part"))


def test_wrong_labels_are_found_wherever_they_are(lab, flawed):
    found = lab.suspicious_labels(flawed.id)
    assert {label.row for label in found.labels} == set(WRONG)
    assert found.reviews == 120
    for label in found.labels:
        assert label.positive == (label.row % 2 == 0)
        assert (label.probability > 0.5) != label.positive
        assert label.text == texts_of(120)[label.row]
        assert len(label.opinions) == 2


def test_wrong_labels_among_few_reviews_are_found_though_models_are_unsure(lab):
    films = lab.add_dataset(labelled(*film_reviews()), "films")
    found = lab.suspicious_labels(films.id)
    assert {label.row for label in found.labels} == set(PLANTED)


def test_no_model_has_seen_the_review_that_it_is_asked_about(lab, flawed, monkeypatch):
    dataset = datasets.load(flawed.id, lab.home)
    asked = []

    def predict(train, held_out):
        asked.append((set(train.tolist()), set(held_out.tolist())))
        return np.full(len(held_out), 0.5)

    monkeypatch.setattr(cross_validation, "_tfidf_reader", lambda *_: predict)
    cross_validation.cross_validated(dataset)
    assert len(asked) == cross_validation.FOLDS
    assert all(not train & held_out for train, held_out in asked)
    assert set().union(*(held_out for _, held_out in asked)) == set(range(120))


def test_runs_are_asked_about_the_reviews_that_they_held_out(lab, flawed, store):
    config = preset("tfidf-logreg", dataset=flawed.id)
    run = labs.run_with_predictions(store, config, lab.home)
    other = labs.trained(store, preset("tfidf-logreg"))
    found = find_suspicious(store, datasets.load(flawed.id, lab.home), [run, other], lab.home)
    assert [asked.id for asked in found.runs] == [run.id]
    by_row = {label.row: label for label in found.labels}
    split = datasets.load(flawed.id, lab.home).split(config)
    held_out = set(split.validation.tolist())
    for row, label in by_row.items():
        assert any(opinion.models for opinion in label.opinions) == (row in held_out)


def test_cross_validated_opinions_are_kept_in_the_home(lab, flawed, monkeypatch):
    first = lab.suspicious_labels(flawed.id)
    monkeypatch.setattr("rnnlab.compare.suspicious.cross_validated", None)
    assert lab.suspicious_labels(flawed.id).labels == first.labels


def test_new_version_has_the_labels_and_names_the_one_it_came_from(lab, flawed):
    version = lab.relabel_dataset(flawed.id, {row: row % 2 for row in WRONG})
    assert version.name == "flawed, version 2"
    assert version.version_of == flawed.id
    assert version.id != flawed.id
    assert version.description["relabelled"] == 3
    assert version.split == flawed.split
    content = lab.store.datasets.content(version.id)
    assert content.labels.tolist() == [row % 2 for row in range(120)]
    assert lab.store.datasets.get(flawed.id) == flawed
    assert not lab.suspicious_labels(version.id).labels


def test_versions_are_numbered(lab, flawed):
    first = lab.relabel_dataset(flawed.id, {6: 0})
    second = lab.relabel_dataset(first.id, {41: 1})
    assert (first.name, second.name) == ("flawed, version 2", "flawed, version 3")


@pytest.mark.parametrize(
    ("labels", "message"),
    [({}, "at least one"), ({1: 1}, "at least one"), ({500: 1}, "0–119"), ({1: 2}, "0 or 1")],
)
def test_what_changes_nothing_or_cannot_be_is_refused(lab, labels, message):
    own = add_own(lab)
    with pytest.raises(InvalidField, match=message):
        lab.relabel_dataset(own.id, labels)


def test_command_finds_and_corrects(cli, lab, flawed):
    code, out, _ = cli("data", "suspicious", "flawed")
    assert code == 0
    assert "3 of 120 labels are contradicted" in out
    code, _, err = cli("data", "relabel", "flawed", "--reviews", "7,42,119", "--name", "mended")
    assert code == 0
    assert "has 3 other labels; flawed stays as it is" in err
    assert lab.store.datasets.find("mended").version_of == flawed.id
    assert cli("data", "relabel", "flawed", "--reviews", "121")[0] == 2
