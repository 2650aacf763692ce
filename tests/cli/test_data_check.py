"""rnnlab data check: a health card in words and as JSON."""

import json

import pytest

from tests.cli.reviews import TEXTS
from tests.commands import modules_after

CSV = "review,stars\n" + "".join(
    f"{text} seen {n} times,{n % 5 + 1}\n" for n, text in enumerate(TEXTS)
)


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "mine.csv"
    file.write_text(CSV)
    return str(file)


def test_file_is_checked_in_words(cli, dataset, path):
    code, out, err = cli("data", "check", path)
    assert (code, err) == (0, "")
    assert "mine.csv: " in out.splitlines()[0]
    assert "Columns: review and stars." in out
    assert "1–2 negative, 4–5 positive, 3 left out" in out
    assert "surplus" in out or "No text occurs twice." in out


def test_file_is_checked_as_one_json_document(cli, dataset, path):
    code, out, _ = cli("data", "check", path, "--json")
    card = json.loads(out)
    assert code == 0
    assert (card["text_column"], card["label_column"], card["encoding"]) == (
        "review",
        "stars",
        "utf-8",
    )
    assert len(card["preview"]) == 20
    assert {"rows", "balance", "lengths", "copies", "giveaway"} <= {
        finding["key"] for finding in card["findings"]
    }
    assert card["reviews"] + card["left_out"][0]["count"] == len(TEXTS)


def test_columns_may_be_named_and_a_split_column_too(cli, dataset, tmp_path):
    rows = "".join(
        f"{text},x y z,{n % 2},{'test' if n % 4 == 3 else 'train'}\n"
        for n, text in enumerate(TEXTS)
    )
    file = tmp_path / "split.csv"
    file.write_text("words,title,good,part\n" + rows)
    choices = ("--text-column", "words", "--label-column", "good", "--split-column", "part")
    code, out, _ = cli("data", "check", str(file), *choices, "--json")
    assert code == 0
    assert "across" in {finding["key"] for finding in json.loads(out)["findings"]}
    code, _, err = cli("data", "check", str(file), "--split-column", "nothing")
    assert (code, "which no column has" in err) == (2, True)


def test_failure_is_a_document_with_what_there_is_to_choose_from(cli, dataset, tmp_path):
    file = tmp_path / "mine.csv"
    file.write_bytes("text,label\n정말 좋은 영화였다,1\n".encode("cp949"))
    code, out, err = cli("data", "check", str(file), "--json")
    offers = {offer["encoding"]: offer for offer in json.loads(out)["encodings"]}
    assert (code, "not UTF-8" in err) == (2, True)
    assert offers["cp949"]["samples"] == ["정말 좋은 영화였다,1"]
    file.write_text("a,b,c\n1,2,3\n")
    _, out, _ = cli("data", "check", str(file), "--json")
    assert json.loads(out)["header"] == ["a", "b", "c"]
    file.write_text("text,label\nsome film,ham\nother film,spam\n")
    _, out, _ = cli("data", "check", str(file), "--json")
    assert json.loads(out)["labels"] == ["ham", "spam"]


def test_built_in_dataset_has_a_card_and_takes_no_choice_about_a_file(cli, dataset):
    code, out, _ = cli("data", "check", "bundled", "--json")
    assert (code, json.loads(out)["name"]) == (0, "bundled")
    code, _, err = cli("data", "check", "bundled", "--positive", "1")
    assert (code, "positive must be left out for a dataset" in err) == (2, True)


@pytest.fixture
def known(tmp_path):
    """A file of the reviews that models on the small dataset know."""
    file = tmp_path / "known.csv"
    rows = "".join(f"{text} too,{n % 2}\n" for n, text in enumerate(TEXTS))
    file.write_text("text,label\n" + rows)
    return str(file)


def test_reviews_that_runs_were_trained_on_are_found(cli, runs, known):
    _, out, _ = cli("data", "check", known, "--json")
    seen = [f for f in json.loads(out)["findings"] if f["key"].startswith("seen:")]
    assert (seen[0]["level"], seen[0]["value"]) == ("problem", len(TEXTS))


def test_reviews_that_the_runs_of_a_new_lab_were_trained_on_are_found(
    cli, dataset, known, monkeypatch
):
    monkeypatch.setenv("RNNLAB_STARTERS", "1")
    _, out, _ = cli("data", "check", known, "--json")
    seen = [f for f in json.loads(out)["findings"] if f["key"].startswith("seen:")]
    assert (seen[0]["level"], seen[0]["value"]) == ("problem", len(TEXTS))


def test_missing_file_names_itself(cli, dataset):
    code, out, err = cli("data", "check", "nowhere.csv")
    assert (code, out) == (2, "")
    assert "nowhere.csv" in err


def test_checking_loads_nothing_heavy(path):
    loaded = modules_after(("data", "check", path))
    assert loaded & {"keras", "tensorflow", "streamlit", "pandas", "sklearn"} == set()


def test_reviews_to_judge_on_have_a_card_too(cli, dataset):
    code, out, _ = cli("data", "check", "rotten-tomatoes", "--json")
    assert (code, json.loads(out)["reviews"]) == (0, 8530)
