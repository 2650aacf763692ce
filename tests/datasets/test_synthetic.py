"""The texts of the order lab's tasks: their labels counted again in plain Python."""

import numpy as np
import pytest

from rnnlab import datasets
from rnnlab.config import RunConfig, preset
from rnnlab.datasets import synthetic
from rnnlab.errors import DataError, InvalidField
from rnnlab.study import plan
from rnnlab.tasks import TASKS
from rnnlab.text import read


def texts_of(dataset):
    """Its texts as lists of words, with the labels."""
    return [(dataset.text(row).split(" "), int(label)) for row, label in enumerate(dataset.labels)]


@pytest.fixture(scope="module", params=[5, 12, 30])
def maxlen(request):
    """A review length."""
    return request.param


def test_which_first_is_positive_where_the_only_a_comes_before_the_only_b(maxlen):
    for words, label in texts_of(synthetic.make("which-first", maxlen, count=2_000)):
        assert len(words) == maxlen - 1
        assert words.count("a") == words.count("b") == 1
        assert label == (words.index("a") < words.index("b"))


def test_first_word_is_positive_where_the_first_word_is_a(maxlen):
    texts = texts_of(synthetic.make("first-word", maxlen, count=2_000))
    for words, label in texts:
        assert len(words) == maxlen - 1
        assert words[0] == "ab"[1 - label]
    later = [word for words, _ in texts for word in words[1:]]
    assert later.count("a") / len(later) == pytest.approx(0.25, abs=0.02)
    assert later.count("b") / len(later) == pytest.approx(0.25, abs=0.02)


def test_counting_is_positive_where_as_many_b_follow_as_a_came_before(maxlen):
    for words, label in texts_of(synthetic.make("counting", maxlen, count=2_000)):
        before, after = " ".join(words).split("x")
        assert set(before) <= {"a", " "}
        assert set(after) <= {"b", " "}
        assert label == (before.count("a") == after.count("b"))
        assert len(words) <= maxlen - 1


def test_words_of_which_first_say_nothing_of_the_label():
    class OtherLabels(np.random.RandomState):
        def randint(self, low, high, size, dtype=int):
            drawn = super().randint(low, high, size, dtype)
            return 1 - drawn if (low, high) == (0, 2) else drawn

    words, _, labels = synthetic.which_first(np.random.RandomState(7), 500, 11)
    turned, _, other_labels = synthetic.which_first(OtherLabels(7), 500, 11)
    assert (labels != other_labels).all()
    assert np.array_equal(np.sort(words), np.sort(turned))  # the same bags, word for word
    assert (words != turned).any(axis=1).all()


@pytest.mark.parametrize("task", TASKS)
def test_both_labels_are_as_frequent(task):
    assert synthetic.load(f"{task}-30").labels.mean() == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("task", TASKS)
def test_texts_are_the_same_each_time_and_others_for_each_length(task):
    first, again, longer = (synthetic.make(task, length, count=300) for length in (12, 12, 14))
    assert first.fingerprint == again.fingerprint != longer.fingerprint
    assert np.array_equal(first.values, again.values)


def test_fingerprints_are_those_of_the_first_version():
    # A change of these leaves every run of the order lab without its texts.
    found = {task: synthetic.load(f"{task}-30").fingerprint[:12] for task in TASKS}
    assert found == {
        "which-first": "98bf72e0c369",
        "first-word": "a013acaf201b",
        "counting": "b6279935ba9b",
    }


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("vocab_size", [10, 500])
def test_inputs_are_what_reading_each_text_gives(task, vocab_size):
    dataset = synthetic.make(task, 12, count=50)
    window = preset("lstm", vocab_size=vocab_size, maxlen=12).window
    readings = [read(dataset.text(row), dataset.vocabulary, **window) for row in range(50)]
    assert np.array_equal(dataset.inputs(np.arange(50), **window), [r.ids for r in readings])
    assert not any(reading.cut for reading in readings)


def test_smallest_vocabulary_knows_the_words_that_decide():
    known = synthetic.load("which-first-30").vocabulary.top(10).words
    assert {"a", "b"} < set(known)


def test_config_names_the_length_of_a_task_alone():
    assert RunConfig(dataset="which-first", maxlen=30).dataset_id == "which-first-30"
    assert RunConfig(maxlen=30).dataset_id == "bundled"


def test_task_is_loaded_without_a_home_and_only_with_its_fingerprint(tmp_path):
    dataset = datasets.load("counting-12", tmp_path / "none")
    assert datasets.is_ready("counting-12", tmp_path / "none")
    assert datasets.prepare("counting-12", tmp_path / "none") == dataset.fingerprint
    with pytest.raises(DataError, match="made by another version of rnnlab"):
        datasets.load("counting-12", tmp_path / "none", fingerprint="0" * 64)


def test_counting_has_no_test_set():
    with pytest.raises(InvalidField, match="test_set must be false for counting"):
        RunConfig(dataset="counting", test_set=True)
    split = synthetic.load("which-first-30").split(preset("lstm", maxlen=30, test_set=True))
    assert len(split.test) == 2_500


def test_study_of_a_task_keeps_to_one_length():
    base = preset("lstm", dataset="which-first", maxlen=30)
    assert plan.make_spec([base]).bases[0].dataset_id == "which-first-30"
    with pytest.raises(InvalidField, match="study one length at a time"):
        plan.make_spec([base], grid={"maxlen": [30, 80]})
