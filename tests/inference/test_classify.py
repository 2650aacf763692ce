import math
from dataclasses import replace

import numpy as np
import pytest

from rnnlab.config import ARCHITECTURES, preset
from rnnlab.errors import RunNotFound, StoreError
from rnnlab.inference.batch import predict_texts
from rnnlab.inference.classify import Classifier, classify, label
from tests import labs
from tests.labs import trained_run
from tests.networks import LITERALS, fixed_weights, npz, tiny


def classifier(store, config, **options):
    return Classifier.load(store, trained_run(store, config, **options))


@pytest.mark.parametrize("arch", list(ARCHITECTURES))
def test_text_gets_the_probability_that_keras_or_scikit_learn_gives(store, arch):
    # "the" is id 4 and "zebra" unknown, so the text is the first review of the literals.
    (result,) = classify("The zebra!", [classifier(store, tiny(arch))])
    assert result.reading.ids.tolist() == [0, 0, 1, 4, 2]
    expected = LITERALS[arch, False][0]
    assert result.probability == pytest.approx(expected, abs=1e-6)
    assert (result.name, result.arch) == (f"{arch}-1", arch)
    assert result.label == ("positive" if expected > 0.5 else "negative")


@pytest.mark.parametrize("text", ["", "   ", "...!?", "\0\0", "\n\t\n"])
def test_text_without_a_word_gets_no_probability(store, text):
    (result,) = classify(text, [classifier(store, tiny("gru"))])
    assert (result.probability, result.label) == (None, None)
    assert result.reading.blank


def test_text_of_unknown_words_gets_a_probability_and_says_so(store):
    (result,) = classify("zebra yak", [classifier(store, tiny("gru"))])
    assert 0 < result.probability < 1
    assert result.reading.all_unknown
    assert result.reading.unknown == ("zebra", "yak")


@pytest.mark.parametrize(
    "text", ["🎬 🍿", "פרס נהדר", "<script>alert(1)</script>", "a " * 100_000, "a" * 100_000]
)
def test_any_text_is_read(store, text):
    (result,) = classify(text, [classifier(store, preset("lstm", maxlen=20))])
    assert math.isfinite(result.probability)


def test_each_run_reads_with_its_own_vocabulary(store):
    config = tiny("lstm")
    knows = classifier(store, config)
    knows_not = classifier(store, config, words=("zebra", "yak"))
    first, second = classify("the and", [knows, knows_not])
    assert (first.reading.unknown, second.reading.unknown) == ((), ("the", "and"))
    assert first.probability != second.probability


def test_runs_with_one_window_share_one_reading_and_keep_their_order(store):
    archs = ["gru", "lstm", "onehot-rnn"]
    wide = classifier(store, tiny("lstm", maxlen=7))
    results = classify("the and", [*(classifier(store, tiny(arch)) for arch in archs), wide])
    assert [result.arch for result in results] == [*archs, "lstm"]
    assert results[0].reading is results[1].reading is results[2].reading
    assert len(results[3].reading.ids) == 7


def test_window_end_follows_truncating(store):
    text = "the and a of to is"
    pre, post = (classifier(store, tiny("lstm", truncating=end)) for end in ("pre", "post"))
    first, second = classify(text, [pre, post])
    assert (first.reading.first, first.reading.last, first.reading.cut) == (1, 6, 1)
    assert (second.reading.first, second.reading.last, second.reading.cut) == (0, 4, 2)
    assert first.probability != second.probability


def test_one_half_counts_as_negative_as_in_keras():
    assert [label(p) for p in (0.0, 0.5, 0.5000001, 1.0, None)] == [
        "negative",
        "negative",
        "positive",
        "positive",
        None,
    ]


def test_run_without_a_finished_epoch_cannot_classify(store):
    run = labs.claimed(store).run
    with pytest.raises(RunNotFound, match="wait for its first epoch to end"):
        Classifier.load(store, run)


@pytest.mark.parametrize(
    "best",
    [b"", b"weights", npz({"dense/kernel": np.array([{}])}), npz(fixed_weights(tiny("gru")))[:-9]],
)
def test_weights_that_are_no_plain_npz_are_refused(store, best):
    run = labs.finished_run(store, best=best)
    with pytest.raises(StoreError, match=rf"weights of lstm-1 \({run.id}\) .* delete the run"):
        Classifier.load(store, run)


@pytest.mark.parametrize(
    ("tokenizer", "tokens"),
    [
        ("words", ["it's", "ok"]),
        ("characters-1", list("it's▁ok!")),
        ("characters-3", ["it'", "t's", "'s▁", "s▁o", "▁ok", "ok!"]),
    ],
)
def test_text_is_cut_by_the_tokenizer_of_the_runs_dataset(store, tokenizer, tokens):
    run = trained_run(store, tiny("gru"), words=tokens)
    run = replace(run, manifest={"tokenizer": tokenizer})
    model = Classifier.load(store, run)
    assert model.read("It’s OK!").tokens == tuple(tokens)
    (of_batch,) = predict_texts([model], ["It’s OK!"])
    (result,) = classify("It’s OK!", [model])
    assert of_batch[0] == pytest.approx(result.probability, abs=1e-6)
