import csv

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, brier_score_loss, f1_score, log_loss, roc_auc_score

from rnnlab.compare.groups import group_id
from rnnlab.config import preset
from rnnlab.datasets import bundled, cache, encoded, labelled, outside
from rnnlab.evaluation import predictions
from rnnlab.inference.classify import Classifier
from rnnlab.runs import RunState
from rnnlab.text import read
from tests import labs
from tests.commands import document, modules_after
from tests.keras_files import objects
from tests.labs import trained_run
from tests.networks import fixed_weights, tiny

ONEHOT, EMBEDDING = "onehot-rnn", "embedding-rnn"
A, B = f"{ONEHOT}-1", f"{EMBEDDING}-1"
METRICS = {"accuracy", "log_loss", "roc_auc", "f1", "brier", "ece"}
WORDS = ("the", "and", "a", "of", "to", "is")
RNG = np.random.default_rng(0)
TEXTS = [" ".join(RNG.choice(WORDS, size=5)) for _ in range(200)]
LABELS = [n % 2 for n in range(200)]


@pytest.fixture
def dataset(lab_home):
    """A small dataset in the home in place of the bundled one; 40 reviews of it to validate."""
    encoded.build(
        cache.folder(lab_home, "bundled", bundled.fingerprint()),
        name="bundled",
        fingerprint=bundled.fingerprint(),
        reviews=encoded.encode(TEXTS, LABELS),
    )


@pytest.fixture
def runs(store):
    """Three seeds of two networks, each with weights of its own that call some reviews positive."""
    return [
        trained_run(store, tiny(arch, seed=seed), size=0.5 + seed / 5)
        for arch in (ONEHOT, EMBEDDING)
        for seed in (1, 2, 3)
    ]


@pytest.fixture
def file(tmp_path):
    """A CSV of 200 labelled reviews, two rows of which cannot be used."""
    path = tmp_path / "mine.csv"
    rows = [("text", "label"), *zip(TEXTS, LABELS, strict=True), ("", 1), ("the", "")]
    with path.open("w", newline="") as content:
        csv.writer(content).writerows(rows)
    return path


def said(store, run):
    """What a run says of the texts: float32 (200,)."""
    (found,) = predictions.predict_texts(
        [Classifier.load(store, run)], labelled.labelled(TEXTS, LABELS)
    )
    return found.probabilities


# ---- evaluate ------------------------------------------------------------------------------


def test_evaluate_has_exactly_the_keys_and_scikit_learns_figures(cli, store, runs, file):
    code, out, err = cli("evaluate", B, "--csv", str(file), "--json")
    found = document((code, out, err))
    assert set(found) == {"run", "rows", "left_out", "metrics"}
    assert (found["run"], found["rows"], found["left_out"]) == (runs[3].id, 200, 2)
    probabilities = said(store, runs[3]).astype(float)
    called = probabilities > 0.5
    assert set(found["metrics"]) == METRICS
    assert found["metrics"] | {"ece": 0} == pytest.approx(
        {
            "accuracy": accuracy_score(LABELS, called),
            "log_loss": log_loss(LABELS, probabilities),
            "roc_auc": roc_auc_score(LABELS, probabilities),
            "f1": f1_score(LABELS, called),
            "brier": brier_score_loss(LABELS, probabilities),
            "ece": 0,
        }
    )
    assert err == (
        "Left out: 1 × no text (first on line 202).\nLeft out: 1 × no label (first on line 203).\n"
    )


def test_evaluate_for_people_says_what_is_optimistic_and_what_was_left_out(cli, runs, file):
    code, out, err = cli("evaluate", B, "--csv", str(file))
    assert (code, err) == (0, "")
    (line,) = (line for line in out.splitlines() if runs[3].id in line)
    assert line.split()[-2:] == ["55.0", "%"]  # its validation accuracy
    assert "mine.csv: 200 reviews. The validation accuracy is optimistic" in out
    assert "Left out: 1 × no text (first on line 202)." in out


@pytest.mark.parametrize("named", [EMBEDDING, "group", "each"])
def test_group_means_all_its_runs(cli, runs, file, named):
    of_group = [run.id for run in runs[3:]]
    names = {
        EMBEDDING: [EMBEDDING],
        "group": [group_id(runs[3].config)],
        "each": of_group,
    }[named]
    found = document(cli("evaluate", *names, "--csv", str(file), "--json"))
    assert sorted(one["run"] for one in found) == sorted(of_group)


def test_runs_own_name_goes_before_an_architectures(cli, store, runs, file):
    store.rename(runs[0].id, EMBEDDING)
    found = document(cli("evaluate", EMBEDDING, "--csv", str(file), "--json"))
    assert found["run"] == runs[0].id


def test_run_that_is_named_twice_is_evaluated_once(cli, runs, file):
    found = document(cli("evaluate", A, ONEHOT, A, "--csv", str(file), "--json"))
    assert len(found) == 3


def test_evaluate_on_rotten_tomatoes(cli, store, runs):
    found = document(cli("evaluate", A, "--on", "rotten-tomatoes", "--json"))
    assert (found["rows"], found["left_out"]) == (8_530, 0)
    reviews = outside.load("rotten-tomatoes")
    (expected,) = predictions.predict_texts([Classifier.load(store, runs[0])], reviews)
    right = accuracy_score(reviews.labels, expected.probabilities > 0.5)
    assert found["metrics"]["accuracy"] == pytest.approx(right)


def test_evaluate_on_kerass_test_reviews(cli, runs, published_npz):
    assert document(cli("evaluate", A, "--on", "imdb-test", "--json"))["rows"] == 6


def test_csv_comes_from_stdin_too(cli, runs, file):
    found = document(cli("evaluate", A, "--csv", "-", "--json", stdin=file.read_bytes()))
    assert found["rows"] == 200


def test_one_class_alone_has_no_auc(cli, runs):
    content = b"text,label\nthe,1\nand,1\n"
    metrics = document(cli("evaluate", A, "--csv", "-", "--json", stdin=content))["metrics"]
    assert metrics["roc_auc"] is None
    code, out, _ = cli("evaluate", A, "--csv", "-", stdin=content)
    assert (code, "–" in out) == (0, True)


def test_cell_that_begins_like_a_formula_and_quotes_in_quotes_are_text(cli, runs):
    content = b'text,label\n"=cmd|\' /C calc\'!A0",1\n"He said ""the"", twice",0\n'
    found = document(cli("evaluate", A, "--csv", "-", "--json", stdin=content))
    assert (found["rows"], found["left_out"]) == (2, 0)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_marked_encodings_and_nuls_are_read(cli, runs, encoding):
    content = "text,label\nun été\0 à Paris,pos\nthe,neg\n".encode(encoding)
    found = document(cli("evaluate", A, "--csv", "-", "--json", stdin=content))
    assert (found["rows"], found["left_out"]) == (2, 0)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"review,sentiment\nthe,1\n", "named in its first line; found 'review', 'sentiment'"),
        ("text,label\nun été,1\n".encode("latin-1"), "line 2 of the CSV is not UTF-8"),
        ("text,label\nthe,1\n".encode("utf-16-le"), "holds NUL characters"),
        (b"", "the CSV is empty"),
        (b"text,label\n,1\n,0\n", "no row of the CSV can be used (2 × no text)"),
        (b"text,label\nthe,5\n", "line 2: a label must be 0 or 1"),
        (b'text,label\n"the,1\n', "put each text in quotes"),
    ],
)
def test_csv_that_cannot_be_used_is_refused_in_one_line(cli, runs, content, message):
    code, out, err = cli("evaluate", A, "--csv", "-", "--json", stdin=content)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert message in err


def test_path_that_cannot_be_a_csv_is_an_error_with_a_remedy(cli, runs, tmp_path, monkeypatch):
    for name, message in (
        (str(tmp_path / "none.csv"), "(No such file or directory): check its path"),
        (str(tmp_path), "(Is a directory): check its path"),
        ("a\0b", "(embedded null byte): check its path"),
    ):
        code, out, err = cli("evaluate", A, "--csv", name)
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert message in err
    monkeypatch.setattr(labelled, "MAX_MB", 1)
    code, _, err = cli("evaluate", A, "--csv", "/dev/zero")
    assert (code, "csv must be at most 1 MB" in err) == (2, True)


def test_evaluate_needs_reviews_and_a_run(cli, store, runs):
    assert cli("evaluate", A)[0] == 2
    assert cli("evaluate", A, "--on", "rotten-tomatoes", "--csv", "x.csv")[0] == 2
    code, _, err = cli("evaluate", A, "--on", "amazon")
    assert (code, "on must be rotten-tomatoes or imdb-test, got 'amazon'" in err) == (2, True)
    code, _, err = cli("evaluate", "onehot-rnn-9", "--on", "rotten-tomatoes")
    assert (code, "there is no run 'onehot-rnn-9'" in err) == (2, True)
    failed = labs.failed_run(store)
    code, out, err = cli("evaluate", failed.id, "--on", "rotten-tomatoes")
    assert (code, out, err.count("\n")) == (2, "", 1)


# ---- compare -------------------------------------------------------------------------------


def test_compare_gives_groups_their_means_and_a_verdict_over_seeds(cli, store, runs, file):
    found = document(cli("compare", ONEHOT, EMBEDDING, "--csv", str(file), "--json"))
    assert set(found) == {"runs", "metrics", "pairs", "refused"}
    assert sorted(run["id"] for run in found["runs"]) == sorted(run.id for run in runs)
    onehot, embedding = (group_id(run.config) for run in (runs[0], runs[3]))
    assert set(found["metrics"]) == {onehot, embedding, *(run.id for run in runs)}
    right = [accuracy_score(LABELS, said(store, run) > 0.5) for run in runs]
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
    assert "sklearn" in loaded
    assert loaded & {"keras", "tensorflow", "jax", "streamlit"} == set()


@pytest.mark.slow
def test_evaluating_a_csv_gives_kerass_own_predictions(cli, store, tmp_path):
    from rnnlab import models

    texts, labels = bundled.of_source("rotten_tomatoes")
    config = preset("embedding-rnn", vocab_size=2_000)
    words = encoded.encode(texts, labels).vocabulary.top(config.vocab_size)
    weights = fixed_weights(config)
    run = trained_run(store, config, words=words.words)
    path = tmp_path / "held-back.csv"
    with path.open("w", newline="") as content:
        csv.writer(content).writerows([("text", "label"), *zip(texts, labels, strict=True)])

    network = models.build(config)
    models.set_weights(network, weights)
    ids = [
        read(one, words, vocab_size=config.vocab_size, maxlen=config.maxlen, truncating="pre").ids
        for one in texts
    ]
    expected = network.predict(np.stack(ids), batch_size=256, verbose=0)[:, 0]
    assert 0.05 < np.mean(expected > 0.5) < 0.95  # so that the accuracy says something
    found = document(cli("evaluate", run.id, "--csv", str(path), "--json"))
    assert found["rows"] == len(texts)
    assert found["metrics"]["accuracy"] == accuracy_score(labels, expected > 0.5)
    assert found["metrics"]["roc_auc"] == pytest.approx(roc_auc_score(labels, expected), abs=1e-5)
