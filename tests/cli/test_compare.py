"""The command that compares runs and groups of runs."""

import numpy as np
import pytest
from sklearn.metrics import accuracy_score

from rnnlab.compare.groups import group_id
from rnnlab.runs import RunState
from tests import labs
from tests.cli.reviews import EMBEDDING, LABELS, METRICS, ONEHOT, TEXTS, A, B, probabilities_of
from tests.commands import document, modules_after
from tests.keras_files import objects
from tests.labs import trained_run
from tests.networks import tiny


def test_compare_gives_groups_their_means_and_a_verdict_over_seeds(cli, store, runs, file):
    found = document(cli("compare", ONEHOT, EMBEDDING, "--csv", str(file), "--json"))
    assert set(found) == {"runs", "metrics", "pairs", "refused"}
    assert sorted(run["id"] for run in found["runs"]) == sorted(run.id for run in runs)
    onehot, embedding = (group_id(run.config) for run in (runs[0], runs[3]))
    assert set(found["metrics"]) == {onehot, embedding, *(run.id for run in runs)}
    right = [accuracy_score(LABELS, probabilities_of(store, run) > 0.5) for run in runs]
    mean = found["metrics"][onehot]
    assert (mean["name"], mean["n"], mean["rows"]) == ("One-hot RNN × 3", 3, 200)
    assert mean["accuracy"] == pytest.approx(np.mean(right[:3]))
    assert mean["sd"]["accuracy"] == pytest.approx(np.std(right[:3], ddof=1))
    assert set(mean) >= METRICS
    (pair,) = found["pairs"]
    assert set(pair) == {
        "a",
        "b",
        "difference",
        "low",
        "high",
        "p",
        "verdict",
        "sentence",
        "findings",
        "rests_on",
        "auc",
        "equivalent",
        "margin",
        "failures",
        "average",
        "seeds_needed",
        "over_splits",
    }
    assert (pair["a"], pair["b"]) == (onehot, embedding)
    assert pair["difference"] == pytest.approx(np.mean(right[:3]) - np.mean(right[3:]))
    assert pair["low"] < pair["difference"] < pair["high"]
    assert pair["rests_on"].startswith(
        "3 seeds against 3 seeds, evaluated on the same 200 reviews."
    )
    assert set(pair["auc"]) == {"difference", "low", "high", "p"}
    assert found["refused"] is None


def test_single_runs_are_sides_under_their_own_ids(cli, runs, file):
    found = document(cli("compare", B, A, "--csv", str(file), "--json"))
    (pair,) = found["pairs"]
    assert (pair["a"], pair["b"]) == (runs[3].id, runs[0].id)
    assert pair["verdict"] == "not enough seeds to tell"
    assert set(found["metrics"]) == {runs[3].id, runs[0].id}


def test_runs_of_one_group_alone_are_compared_with_one_another(cli, runs, file):
    found = document(cli("compare", B, "embedding-rnn-2", "--csv", str(file), "--json"))
    (pair,) = found["pairs"]
    assert {pair["a"], pair["b"]} == {runs[3].id, runs[4].id}
    assert "Both sides have the same settings" in pair["rests_on"]


def test_one_run_alone_has_metrics_and_no_pair(cli, runs, file):
    found = document(cli("compare", B, "--csv", str(file), "--json"))
    assert (found["pairs"], found["refused"], len(found["metrics"])) == ([], None, 1)


def test_one_label_alone_has_no_difference_in_auc(cli, runs):
    content = ("text,label\n" + "".join(f"{text},1\n" for text in TEXTS)).encode()
    found = document(cli("compare", ONEHOT, EMBEDDING, "--csv", "-", "--json", stdin=content))
    assert found["pairs"][0]["auc"] is None


def test_compare_without_a_file_is_on_the_validation_reviews(cli, runs, dataset):
    found = document(cli("compare", ONEHOT, EMBEDDING, "--json"))
    assert found["metrics"][runs[0].id]["rows"] == 40
    assert "the same reviews chose each run's best epoch" in found["pairs"][0]["rests_on"]


@pytest.fixture
def tested(store, lab_home):
    """Three seeds of two networks that keep a test set, and enough reviews for one."""
    labs.encode_reviews(lab_home, [f"{text} {n}" for n, text in enumerate(TEXTS * 2)])
    return [
        trained_run(store, tiny(arch, seed=seed, test_set=True), size=0.5 + seed / 5)
        for arch in (ONEHOT, EMBEDDING)
        for seed in (1, 2, 3)
    ]


def test_compare_is_on_the_test_reviews_that_all_runs_keep(cli, tested):
    found = document(cli("compare", ONEHOT, EMBEDDING, "--json"))
    assert found["metrics"][tested[0].id]["rows"] == 40
    rests_on = found["pairs"][0]["rests_on"]
    assert "on the same 40 test reviews, which played no part in training or in any" in rests_on
    assert "optimistic" not in rests_on
    assert "Evaluated on the test reviews." in cli("compare", ONEHOT, EMBEDDING)[1]


def test_validation_reviews_can_be_asked_for(cli, tested):
    found = document(cli("compare", ONEHOT, EMBEDDING, "--on", "validation", "--json"))
    rests_on = found["pairs"][0]["rests_on"]
    assert "on the same 40 validation reviews" in rests_on
    assert "optimistic" in rests_on


def test_test_reviews_of_runs_that_keep_none_are_refused(cli, runs, dataset):
    code, out, err = cli("compare", ONEHOT, EMBEDDING, "--on", "test")
    assert (code, out) == (2, "")
    assert "keeps no test set: train its settings again with test_set" in err


def test_runs_of_one_split_are_compared_and_those_of_others_counted(cli, store, runs, dataset):
    others = [trained_run(store, tiny(arch, seed=1, split_seed=7)) for arch in (ONEHOT, EMBEDDING)]
    found = document(cli("compare", ONEHOT, EMBEDDING, "--json"))
    (pair,) = found["pairs"]
    assert pair["rests_on"].startswith("3 seeds against 3 seeds")
    assert "left out: trained on another split of the reviews." in pair["rests_on"]
    assert not {run.id for run in others} & set(found["metrics"])


def test_runs_on_three_splits_are_compared_over_them(cli, store, runs, dataset):
    for arch in (ONEHOT, EMBEDDING):
        for split in (7, 8):
            trained_run(store, tiny(arch, seed=1, split_seed=split))
    (pair,) = document(cli("compare", ONEHOT, EMBEDDING, "--json"))["pairs"]
    over = pair["over_splits"]
    assert len(over["by_split"]) == 3
    assert over["difference"] == pytest.approx(np.mean(over["by_split"]))
    assert over["low"] < over["difference"] < over["high"]
    assert "Over 3 splits of the reviews" in pair["rests_on"]


def test_compare_for_people_shows_means_the_leader_and_each_pair(cli, runs, dataset):
    code, out, err = cli("compare", ONEHOT, EMBEDDING, "--on", "rotten-tomatoes")
    assert (code, err) == (0, "")
    (line,) = (line for line in out.splitlines() if group_id(runs[0].config) in line)
    assert line.split()[:4] == ["One-hot", "RNN", "×", "3"]
    assert "Shared settings: vocabulary size 10, review length 5, units 2." in out
    assert "±" in line
    assert "Evaluated on Rotten Tomatoes." in out
    assert "3 seeds against 3 seeds, evaluated on the same 8,530 reviews." in out


def test_pairs_of_other_datasets_are_refused_and_their_metrics_shown(
    cli, store, runs, dataset, published_npz
):
    x, y = objects([[1], [2], [3]] * 40), np.tile([0, 1, 0], 40)
    np.savez(published_npz, x_train=x, y_train=y)
    other = trained_run(store, tiny("gru", dataset="keras"))
    code, out, err = cli("compare", B, other.id, "--json")
    found = document((code, out, err))
    assert set(found["metrics"]) == {runs[3].id, other.id}
    assert found["pairs"] == []
    assert "evaluated on different reviews" in found["refused"]
    code, out, _ = cli("compare", B, other.id)
    assert code == 0
    assert "No verdict: embedding-rnn-1 and gru-1 were evaluated on different reviews" in out


def test_runs_of_other_datasets_can_be_paired_on_a_file(cli, store, runs, file):
    other = trained_run(store, tiny("gru", dataset="keras"))
    found = document(cli("compare", B, other.id, "--csv", str(file), "--json"))
    assert len(found["pairs"]) == 1


def test_too_few_reviews_are_refused_for_pairs(cli, runs):
    found = document(
        cli(
            "compare",
            A,
            B,
            "--csv",
            "-",
            "--json",
            stdin=b"text,label\nthe,1\n",
        )
    )
    assert (found["pairs"], "at least 20 reviews" in found["refused"]) == ([], True)


def test_unknown_run_or_group_is_named(cli, runs, dataset):
    for name in ("embedding-rnn-9", "g-00000000", "gru"):
        code, out, err = cli("compare", ONEHOT, name)
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert name in err


def test_group_leaves_out_runs_that_have_not_ended(cli, store, runs, file):
    attempt = labs.claimed(store, tiny(EMBEDDING, seed=9))
    labs.train(attempt, 1)
    assert len(document(cli("evaluate", EMBEDDING, "--csv", str(file), "--json"))) == 3
    attempt.end(RunState.STOPPED, now=labs.NOW + 5)


def test_failed_and_stopped_seeds_of_a_group_are_named(cli, store, runs, file):
    labs.failed_run(store, tiny(ONEHOT, seed=7))
    stopped = labs.trained(store, tiny(EMBEDDING, seed=7), state=RunState.STOPPED)
    found = document(cli("compare", ONEHOT, EMBEDDING, "--csv", str(file), "--json"))
    (pair,) = found["pairs"]
    assert "ended without a model" in pair["findings"]
    assert pair["failures"]["a"]["seeds"] == 4
    assert "left out: stopped before it ended" in pair["rests_on"]
    assert stopped.id not in found["metrics"]


def test_margin_of_a_comparison_is_parsed_and_bounded(cli, runs, file):
    found = document(cli("compare", A, B, "--csv", str(file), "--margin", "2.5", "--json"))
    assert found["pairs"][0]["margin"] == 0.025
    code, out, err = cli("compare", A, B, "--csv", str(file), "--margin", "50")
    assert (code, out) == (2, "")
    assert "margin must be 0.1–20, got 50" in err


def test_runs_of_one_group_are_not_told_to_be_a_choice_of_it(cli, runs, file):
    found = document(cli("compare", B, "embedding-rnn-2", "--csv", str(file), "--json"))
    assert "chosen" not in found["pairs"][0]["rests_on"]


def test_runs_tell_their_group(cli, runs):
    listed = document(cli("runs", "--json"))
    assert {run["id"]: run["group"] for run in listed} == {
        run.id: group_id(run.config) for run in runs
    }
    assert group_id(runs[0].config) in cli("runs")[1]


def test_comparing_imports_neither_keras_nor_streamlit(runs, file):
    loaded = modules_after(
        ("evaluate", A, "--csv", str(file)), ("compare", A, B, "--csv", str(file), "--json")
    )
    assert {"numpy", "sqlalchemy"} <= loaded
    assert loaded & {"keras", "tensorflow", "jax", "streamlit", "sklearn"} == set()
