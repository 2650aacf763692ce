"""Datasets of one's own on the command line."""

import csv
import io
import json

import pytest

from rnnlab.lab import Lab
from tests.own import own_reviews


@pytest.fixture
def file(tmp_path):
    """A CSV with further columns."""
    reviews = own_reviews()
    path = tmp_path / "films.csv"
    with path.open("w", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(["review", "sentiment", *reviews.others])
        for row, text in enumerate(reviews.texts):
            label = "positive" if reviews.labels[row] else "negative"
            writer.writerow([text, label, *(cells[row] for cells in reviews.others.values())])
    return str(path)


def test_file_becomes_a_dataset(cli, file):
    code, out, _ = cli("data", "add", file, "--name", "films", "--split-column", "part", "--json")
    document = json.loads(out)
    assert code == 0
    assert document["id"] == f"own-{document['fingerprint'][:12]}"
    assert document["name"] == "films"
    assert document["source"] == {"file": "films.csv"}
    assert document["split"] == {"kind": "column", "column": "part"}
    assert document["parts"] == {"train": 72, "validation": 24, "test": 24}
    (own,) = Lab().store.datasets.all()
    assert own.id == document["id"]


@pytest.mark.parametrize(("split", "column"), [("group", "film"), ("time", "day")])
def test_file_is_split_by_a_column(cli, file, split, column):
    code, out, _ = cli(
        "data", "add", file, "--name", "films", "--split", split, "--split-column", column
    )
    assert code == 0
    assert f"({column}): 96 train, 24 validation" in out


def test_datasets_are_listed_renamed_and_deleted(cli, file):
    assert cli("data", "list")[1].startswith("There are no datasets yet")
    cli("data", "add", file, "--name", "films")
    assert cli("data", "rename", "films", "my films")[0] == 0
    (document,) = json.loads(cli("data", "list", "--json")[1])
    assert (document["name"], document["runs"]) == ("my films", 0)
    assert "my films" in cli("data", "list")[1]
    assert cli("data", "delete", "my films")[0] == 0
    assert json.loads(cli("data", "list", "--json")[1]) == []


def test_columns_and_labels_are_named(cli):
    rows = io.StringIO()
    writer = csv.writer(rows)
    writer.writerow(["a", "b", "c"])
    for row, text in enumerate(own_reviews().texts):
        writer.writerow(["x y z", text, ("no", "yes")[row % 2]])
    code, out, err = cli(
        *("data", "add", "-", "--name", "mine", "--text-column", "b", "--label-column", "c"),
        *("--positive", "yes", "--json"),
        stdin=rows.getvalue().encode(),
    )
    assert code == 0, err
    assert json.loads(out)["positives"] == 60


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (("--split", "film"), "split must be random, group, time or column"),
        (("--split", "group"), "split_column must be given"),
        (("--split", "group", "--split-column", "actor"), "actor"),
        (("--tokenizer", "sentences"), "tokenizer must be words, korean, or characters-1"),
        (("--name", "bundled"), "name must be other than a built-in dataset's"),
    ],
)
def test_bad_choices_are_refused_with_the_remedy(cli, file, flags, message):
    code, _, err = cli("data", "add", file, "--name", "films", *flags)
    assert code == 2
    assert message in err


def test_run_is_queued_on_a_dataset_by_name(cli, file, worker):
    cli("data", "add", file, "--name", "films")
    code, out, _ = cli("train", "--preset", "lstm", "--dataset", "films", "--detach", "--json")
    (own,) = Lab().store.datasets.all()
    document = json.loads(out)
    assert code == 0
    assert document["config"]["dataset"] == own.id
    (run,) = Lab().store.runs()
    assert run.manifest["dataset_sha256"] == own.fingerprint


def test_unknown_dataset_is_refused_with_those_there_are(cli, lab_home):
    code, _, err = cli("train", "--preset", "lstm", "--dataset", "films", "--detach")
    assert code == 2
    assert "dataset must be bundled, keras," in err
    assert "`rnnlab data list`" in err


def test_study_takes_a_dataset_by_name(cli, file, worker):
    cli("data", "add", file, "--name", "films", "--split-column", "part")
    code, _, err = cli(
        *("study", "--arch", "tfidf-logreg", "--arch", "lstm", "--dataset", "films", "--detach"),
        *("--learning-rates", "0.001,0.01", "--seeds", "1", "--fresh-seeds", "2", "--json"),
    )
    assert code == 0, err
    (own,) = Lab().store.datasets.all()
    assert {run.config.dataset for run in Lab().store.runs()} == {own.id}
    code, _, err = cli("data", "delete", "films")
    assert code == 2
    assert "and 1 study of this lab need its reviews" in err


def test_given_test_part_is_kept_without_a_flag(cli, file, worker):
    cli("data", "add", file, "--name", "films", "--split-column", "part")
    for flags in ((), ("--no-test-set",)):
        _, out, _ = cli(
            *("train", "--preset", "lstm", "--dataset", "films", "--detach", "--json"), *flags
        )
        assert json.loads(out)["config"]["test_set"] == (not flags)


@pytest.mark.parametrize("text", ["x", "0", "3,4"])
def test_bad_limit_of_suspicious_labels_names_its_flag(cli, text):
    Lab().add_dataset(own_reviews(), "mine")
    code, _, err = cli("data", "suspicious", "mine", "--limit", text)
    assert code == 2
    assert "limit must be" in err
