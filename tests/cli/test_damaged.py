"""One damaged run among others: it is named and left out, and the others are answered."""

import pytest

from tests.cli.reviews import EMBEDDING, ONEHOT
from tests.commands import document
from tests.labs import damage_weights

AGAIN = "delete the run and train it again"


@pytest.fixture
def damaged(store, runs):
    """The second of the first three runs, its weights damaged."""
    damage_weights(store, runs[1].id)
    return runs[1]


@pytest.fixture
def reason(damaged):
    return f"the weights of {damaged.name} ({damaged.id}) are damaged: {AGAIN}"


def test_classify_without_names_asks_the_others(cli, runs, damaged, reason):
    answer = cli("classify", "--text", "good", "--json")
    assert answer[2] == f"Left out: {reason}\n"
    found = document(answer)
    answered = {result["run"] for result in found["results"]}
    assert answered == {run.id for run in runs} - {damaged.id}
    assert found["left_out"] == [{"run": damaged.id, "name": damaged.name, "error": reason}]
    code, out, err = cli("classify", "--text", "good")
    assert (code, err) == (0, f"Left out: {reason}\n") and runs[0].id in out


def test_evaluate_of_a_group_evaluates_the_others(cli, runs, damaged, reason, file):
    answer = cli("evaluate", ONEHOT, "--csv", str(file), "--json")
    assert f"Left out: {reason}\n" in answer[2]
    found = {line["run"]: line for line in document(answer)}
    assert found.keys() == {run.id for run in runs[:3]}
    without = found.pop(damaged.id)
    assert (without["rows"], without["metrics"], without["error"]) == (0, {}, reason)
    assert all("error" not in line and line["rows"] == 200 for line in found.values())
    code, out, err = cli("evaluate", ONEHOT, "--csv", str(file))
    assert code == 0 and runs[0].id in out and damaged.id not in out
    assert reason in err


@pytest.mark.parametrize("on", [["--csv", "FILE"], ["--on", "validation"]])
def test_compare_of_groups_compares_the_others(cli, runs, damaged, reason, file, dataset, on):
    flags = [str(file) if flag == "FILE" else flag for flag in on]
    answer = cli("compare", ONEHOT, EMBEDDING, *flags, "--json")
    assert reason in answer[2]
    found = document(answer)
    assert damaged.id not in {run["id"] for run in found["runs"]}
    assert len(found["pairs"]) == 1
    assert [line["run"] for line in found["left_out"]] == [damaged.id]


def test_report_of_groups_reports_the_others(cli, runs, damaged, reason, dataset, tmp_path):
    code, _, err = cli("report", ONEHOT, EMBEDDING, "--html", str(tmp_path / "report.html"))
    assert code == 0 and reason in err
    assert "Networks side by side" not in (tmp_path / "report.html").read_text()


def test_run_that_is_named_is_refused(cli, runs, damaged, reason, file):
    sentence = (2, "", f"rnnlab: {reason}\n")
    for name in (damaged.id, damaged.name):
        assert cli("classify", "--text", "good", "--run", runs[0].id, name, "--json") == sentence
        assert cli("evaluate", ONEHOT, name, "--csv", str(file)) == sentence
        assert cli("compare", name, EMBEDDING, "--csv", str(file), "--json") == sentence


def test_damaged_runs_alone_are_refused(cli, store, runs, file):
    for run in runs:
        damage_weights(store, run.id)
    assert cli("classify", "--text", "good")[0] == 2
    assert cli("evaluate", ONEHOT, "--csv", str(file))[0] == 2
