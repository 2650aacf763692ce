"""The script of a run on a dataset of one's own, and the reviews that are exported with it."""

import json

import numpy as np
import pytest

from rnnlab import datasets
from rnnlab.config import preset
from rnnlab.datasets.own.record import SplitChoice
from rnnlab.export import cutting, own_reviews, run_files
from rnnlab.lab import Lab
from rnnlab.tokenizers import cutter
from tests import labs
from tests.export.scripts import labs_inputs
from tests.own import own_reviews as reviews

NASTY = [
    "It’s “great” – really…\u00a0yes",
    "&amp;amp; AT&amp;T &#39;quoted&#39; <br />line",
    "Tab\tand\nnew line\r\nand \0 NUL",
    "é decomposed e\u0301, ﬁne",
    "이 영화 정말 재미있었어요ㅋㅋ",
    "   ",
    "",
]


@pytest.mark.parametrize("tokenizer", ["words", "characters-1", "characters-3"])
def test_exported_code_cuts_texts_as_the_lab_does(tokenizer):
    scope: dict = {}
    exec("".join(f"import {name}\n" for name in cutting.IMPORTS), scope)
    exec(cutting.source(tokenizer), scope)
    for text in NASTY:
        assert scope["cut"](text) == cutter(tokenizer)(text)


@pytest.mark.parametrize(
    ("split", "tokenizer"),
    [
        (SplitChoice("column", "part"), "words"),
        (SplitChoice(), "characters-2"),
        (SplitChoice("group", "film"), "words"),
    ],
    ids=["given", "random", "group"],
)
def test_script_reads_what_the_lab_has_trained_on(store, tmp_path, split, tokenizer):
    lab = Lab()
    own = lab.add_dataset(reviews(), "mine", split=split, tokenizer=tokenizer)
    config = preset("tfidf-logreg", dataset=own.id, vocab_size=60, maxlen=7, test_set=True)
    run = labs.finished_run(store, config)
    run.manifest.update(dataset_sha256=own.fingerprint, split=split.kind, tokenizer=tokenizer)
    dataset = datasets.load(own.id, lab.home)
    file = tmp_path / own_reviews.FILE
    file.write_text("".join(own_reviews.lines(dataset, config)), encoding="utf-8", newline="")
    scope = _functions(run, tmp_path)

    found, labels, training = scope["read_reviews"]()
    train, validation, train_labels, validation_labels = labs_inputs(config, lab.home)
    kept = [ids[-7:] for ids in found]
    expected = [row[row > 0].tolist() for row in (*train, *validation)]
    assert kept == expected
    assert training == len(train)
    np.testing.assert_array_equal(labels, np.concatenate([train_labels, validation_labels])[:, 0])


def test_reviews_that_were_changed_are_refused(store, tmp_path):
    lab = Lab()
    own = lab.add_dataset(reviews(), "mine")
    config = preset("tfidf-logreg", dataset=own.id)
    run = labs.finished_run(store, config)
    run.manifest.update(dataset_sha256=own.fingerprint, split="random", tokenizer="words")
    lines = list(own_reviews.lines(datasets.load(own.id, lab.home), config))
    first = json.loads(lines[0]) | {"label": 1}
    text = json.dumps(first) + "\n" + "".join(lines[1:])
    (tmp_path / own_reviews.FILE).write_text(text, encoding="utf-8")
    with pytest.raises(SystemExit, match="not what the run was trained on"):
        _functions(run, tmp_path)["read_reviews"]()


def test_reviews_are_exported_beside_the_script(store, tmp_path):
    lab = Lab()
    own = lab.add_dataset(reviews(), "mine")
    run = labs.run_with_predictions(store, preset("tfidf-logreg", dataset=own.id), lab.home)
    files = run_files.write(store, run, tmp_path / "out")
    assert own_reviews.FILE in files
    lines = (tmp_path / "out" / own_reviews.FILE).read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["text"] for line in lines] == list(reviews().texts)


def test_script_of_a_network_needs_no_scikit_learn(store):
    run = labs.finished_run(store, preset("lstm", dataset="own-0123456789ab"))
    source = run_files.quick(run, ())["train.py"]
    compile(source, "train.py", "exec")
    assert "def split(reviews, labels, training):" in source
    assert "sklearn" not in source and "scikit-learn" not in source


def _functions(run, folder):
    """The functions of the run's script, as Python has them once it lies in the folder."""
    scope = {"__name__": "train", "__file__": str(folder / "train.py")}
    exec(run_files.quick(run, ())["train.py"], scope)
    return scope
