"""What the balance of labels means for accuracies, in sentences."""

import numpy as np

from rnnlab.compare.balance import remarks
from tests.sides import side


def of(labels, **probabilities):
    """The remarks on models, each of which gives these probabilities; one seed each."""
    labels = np.array(labels, np.uint8)
    return remarks(
        {name: side(name, values, labels=labels).runs for name, values in probabilities.items()}
    )


def test_balanced_reviews_and_models_that_give_both_answers_need_no_remark():
    assert of([0, 1] * 10, lstm=[0.1, 0.9] * 10) == []


def test_constant_answer_is_scored_and_models_that_do_no_better_are_named():
    labels = [1] * 19 + [0]
    found = of(labels, lstm=[0.9] * 20, gru=[0.9] * 18 + [0.1, 0.9], rnn=[0.9] * 19 + [0.1])
    assert found == [
        "95.0\u00a0% of these reviews are positive: "
        "always answering “positive” scores 95.0\u00a0%.",
        "lstm and gru score no more than that.",
    ]


def test_reviews_of_one_label_say_what_accuracy_counts():
    assert of([1] * 60, lstm=[0.9] * 60) == [
        "All 60 positive reviews: accuracy here only counts how often a model answers “positive”."
    ]


def test_model_that_ranks_well_but_gives_one_answer_is_told_of_the_threshold():
    labels = [0, 1] * 20
    (sentence,) = of(labels, lstm=[0.6 + 0.3 * label for label in labels])
    assert sentence == (
        "lstm calls 100.0\u00a0% of them positive, though it ranks them well (AUC 1.00): another "
        "decision threshold may suit these reviews."
    )
