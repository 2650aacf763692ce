"""The command that evaluates runs on labelled reviews."""

import csv

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, brier_score_loss, f1_score, log_loss, roc_auc_score

from rnnlab.compare.groups import group_id
from rnnlab.config import preset
from rnnlab.datasets import bundled, encoded, outside
from rnnlab.datasets.reading import limits
from rnnlab.evaluation import predictions
from rnnlab.inference.classify import Classifier
from rnnlab.text import read, tokenize
from tests import labs
from tests.cli.reviews import EMBEDDING, LABELS, METRICS, ONEHOT, A, B, probabilities_of
from tests.commands import document
from tests.labs import damage, trained_run
from tests.networks import fixed_weights


def test_evaluate_has_exactly_the_keys_and_scikit_learns_figures(cli, store, runs, file):
    code, out, err = cli("evaluate", B, "--csv", str(file), "--json")
    found = document((code, out, err))
    assert set(found) == {"run", "rows", "left_out", "metrics"}
    assert (found["run"], found["rows"], found["left_out"]) == (runs[3].id, 200, 2)
    probabilities = probabilities_of(store, runs[3]).astype(float)
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
    # Earlier versions let a run be called so.
    damage(store, runs[0].id, f"name = '{EMBEDDING}'")
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


def test_path_that_cannot_be_a_csv_is_an_error_with_a_remedy(cli, runs, tmp_path, monkeypatch):
    for name, message in (
        (str(tmp_path / "none.csv"), "(No such file or directory): check its path"),
        (str(tmp_path), "neither a table of reviews in it nor a folder"),
        ("a\0b", "(embedded null byte): check its path"),
    ):
        code, out, err = cli("evaluate", A, "--csv", name)
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert message in err
    monkeypatch.setattr(limits, "MAX_MB", 1)
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


@pytest.mark.slow
def test_evaluating_a_csv_gives_kerass_own_predictions(cli, store, dataset, tmp_path):
    from rnnlab import models

    texts, labels = bundled.of_source("rotten_tomatoes")
    first = {" ".join(tokenize(text)): place for place, text in reversed([*enumerate(texts)])}
    kept = sorted(first.values())  # the same text counts once
    texts, labels = [texts[place] for place in kept], [labels[place] for place in kept]
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


def test_reviews_that_the_run_has_seen_are_left_out_or_refused(cli, store, lab_home):
    texts = [f"film number {n} was good" for n in range(40)]
    labs.encode_reviews(lab_home, texts)
    run = trained_run(store, preset("lstm"))
    rows = "".join(f"{text},{n % 2}\n" for n, text in enumerate(texts))
    code, out, err = cli("evaluate", run.id, "--csv", "-", stdin=f"text,label\n{rows}".encode())
    assert (code, out) == (2, "")
    assert "all reviews of the file are among the training or validation reviews" in err
    content = f"review,stars\n{rows}a new one,1\n".encode()
    code, out, err = cli("evaluate", run.id, "--csv", "-", stdin=content)
    assert code == 0
    assert "Left out: 40 × among the training or validation reviews of the dataset bundled" in out
    assert "Columns: review and stars." in out


@pytest.mark.parametrize("flag", ["text-column", "label-column", "positive", "encoding"])
@pytest.mark.parametrize("command", [("evaluate", "--on", "rotten-tomatoes"), ("compare",)])
def test_choice_about_a_file_is_refused_where_there_is_none(cli, runs, command, flag):
    name, *on = command
    code, out, err = cli(name, A, *on, f"--{flag}", "x")
    assert (code, out) == (2, "")
    assert f"{flag.replace('-', '_')} must be left out without --csv, got 'x'" in err
