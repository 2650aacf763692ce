import dataclasses

import numpy as np
import pytest

from rnnlab.compare import statistics, verdict
from rnnlab.compare.groups import group_runs
from rnnlab.compare.verdict import Outcome, Side
from rnnlab.errors import DataError
from tests.sides import BAD, GOOD, LABELS, group, run


def only(*sides):
    (found,) = verdict.compare_sides(sides)
    return found


def test_clearly_better_group_is_called_better_on_either_side():
    good, bad = group("lstm", GOOD), group("gru", BAD, arch="gru")
    found, swapped = only(good, bad), only(bad, good)
    assert (found.outcome, swapped.outcome) == (Outcome.A, Outcome.B)
    assert found.accuracy.value == pytest.approx(0.051, abs=1e-3)
    assert found.accuracy.low > 0 > swapped.accuracy.high
    assert found.of_models is None
    assert found.sentence.startswith(
        "lstm is better than gru by 5.1 points of accuracy (95\u00a0% interval +"
    )
    assert found.sentence.endswith("about 51 more correct in 1,000 reviews.")
    assert found.sentence == swapped.sentence
    assert found.auc.value > 0 > swapped.auc.value


def grouped(runs):
    """The sides of the groups of these runs."""
    return [Side.from_group(group, group.runs) for group in group_runs(runs)]


def test_groups_that_scatter_as_far_as_they_differ_show_no_difference():
    found = only(group("lstm", (0.80, 0.72, 0.77)), group("gru", (0.79, 0.74, 0.75), arch="gru"))
    assert found.outcome is Outcome.NONE
    assert found.sentence.startswith(
        "No significant difference between lstm and gru: lstm minus gru is +0.3 points of"
    )


@pytest.mark.parametrize("seeds", [1, 2])
def test_too_few_seeds_tell_of_the_models_but_not_of_the_settings(seeds):
    found = only(group("lstm", GOOD[:seeds]), group("gru", BAD, arch="gru"))
    assert (found.outcome, found.of_models) == (Outcome.SEEDS, Outcome.A)
    assert "Too few seeds to tell lstm and gru apart. These trained models differ" in found.sentence
    swapped = only(group("gru", BAD, arch="gru"), group("lstm", GOOD[:seeds]))
    assert "differ significantly: lstm minus gru is +" in swapped.sentence
    assert "train at least 3 seeds of each" in found.rests_on
    assert found.accuracy.seed_share is None


def test_one_run_that_draws_nothing_at_random_gets_a_verdict_against_three_seeds():
    one, three = group("tfidf", (0.80,), arch="tfidf-logreg"), group("gru", BAD, arch="gru")
    found, swapped = only(one, three), only(three, one)
    assert (found.outcome, swapped.outcome) == (Outcome.A, Outcome.B)
    assert found.of_models is None
    assert found.sentence == swapped.sentence
    assert found.sentence.startswith("tfidf is better than gru by 5.1 points of accuracy")
    assert found.rests_on.startswith(
        "1 run against 3 seeds, evaluated on the same 2,000 reviews. tfidf uses no "
        "randomness, so one run of it is enough. Of the uncertainty, "
    )
    assert found.accuracy == statistics.difference_over_seeds_and_reviews(
        one.correct, three.correct
    )


@pytest.mark.parametrize("seeds", [1, 2])
def test_one_run_that_draws_nothing_needs_three_seeds_of_the_other(seeds):
    one = group("tfidf", (0.80,), arch="tfidf-logreg")
    found = only(one, group("gru", BAD[:seeds], arch="gru"))
    assert (found.outcome, found.of_models) == (Outcome.SEEDS, Outcome.A)
    assert "train at least 3 seeds of gru." in found.rests_on


def test_two_that_draw_nothing_at_random_are_compared_for_good():
    a, b = run(0.80, arch="tfidf-logreg"), run(0.75, arch="tfidf-logreg", maxlen=100)
    b = dataclasses.replace(b, probabilities=run(0.75, arch="gru").probabilities)
    found = only(Side("whole", (a,)), Side("cut", (b,)))
    assert (found.outcome, found.of_models) == (Outcome.A, None)
    assert found.accuracy == statistics.difference_of_two_models(a.correct, b.correct)
    assert "Neither model uses randomness" in found.rests_on
    assert "McNemar" in found.rests_on and "seeds" not in found.rests_on


def test_run_without_seed_counts_once():
    (found,) = grouped([run(0.8, arch="tfidf-logreg"), run(0.8, arch="tfidf-logreg")])
    assert (found.seeds, found.repeats) == (1, 1)


def test_baseline_that_chose_no_epoch_is_not_called_optimistic():
    network, baseline = run(0.8), run(0.75, arch="tfidf-logreg")
    object.__setattr__(network, "used_for_selection", True)
    found = only(*grouped([network, baseline]))
    assert (
        "The accuracy of lstm-1 is optimistic: the same reviews chose its best epoch."
        in found.rests_on
    )


def test_single_models_are_compared_by_mcnemars_test():
    a, b = run(0.76), run(0.75, arch="gru")
    found = only(Side("lstm", (a,)), Side("gru", (b,)))
    assert found.accuracy == statistics.difference_of_two_models(a.correct, b.correct)
    counts = np.sum(a.correct & ~b.correct), np.sum(b.correct & ~a.correct)
    assert f"lstm alone is correct on {counts[0]} reviews, gru alone on {counts[1]} reviews" in (
        found.rests_on
    )
    assert (found.outcome, found.of_models) == (Outcome.SEEDS, Outcome.NONE)
    assert "These trained models do not differ significantly" in found.sentence


def test_models_of_equal_settings_are_said_to_differ_by_seed_alone():
    found = only(Side("a", (run(0.8),)), Side("b", (run(0.7, seed=2),)))
    assert "Both sides have the same settings" in found.rests_on
    assert "the same settings" not in only(group("a", GOOD), group("b", BAD, units=4)).rests_on


def test_p_values_of_several_pairs_are_corrected():
    sides = [
        group("lstm", (0.778, 0.776, 0.775)),
        group("gru", (0.764, 0.761, 0.763), arch="gru"),
        group("rnn", (0.764, 0.761, 0.763), arch="embedding-rnn"),
    ]
    found = verdict.compare_sides(sides)
    assert [(one.a, one.b) for one in found] == [("lstm", "gru"), ("lstm", "rnn"), ("gru", "rnn")]
    assert [one.p for one in found] == statistics.holm([one.accuracy.p for one in found])
    assert "Holm's correction for 3 comparisons" in found[0].rests_on
    alone = only(*sides[:2])
    assert alone.p == alone.accuracy.p
    # By itself this pair is different; among three, such a difference may well be luck.
    assert (alone.outcome, found[0].outcome) == (Outcome.A, Outcome.NONE)


def test_runs_evaluated_on_different_reviews_are_refused():
    a, b = group("lstm", GOOD), group("gru", BAD, arch="gru", reviews="those")
    with pytest.raises(
        DataError, match=r"lstm-1 and gru-1 were evaluated on different reviews .*CSV file"
    ):
        verdict.compare_sides([a, b])


def test_group_of_runs_that_differ_in_more_than_the_seed_is_refused():
    with pytest.raises(DataError, match="differ in more than their seed"):
        Side("mixed", (run(0.8), run(0.8, seed=2, units=4)))


def test_seed_counts_once():
    with pytest.raises(DataError, match="same settings and seed"):
        Side("twice", (run(0.8), run(0.8)))
    (found,) = grouped([run(0.8), run(0.8, seed=2), run(0.8)])
    assert (found.seeds, found.repeats) == (2, 1)
    assert "1 run left out" in only(found, group("gru", BAD, arch="gru")).rests_on


def test_too_few_reviews_are_refused():
    with pytest.raises(DataError, match="at least 20 reviews, got 19"):
        Side("small", (run(0.8, labels=LABELS[:19]),))
    with pytest.raises(DataError, match="no run to compare"):
        Side("empty", ())


def test_one_label_alone_leaves_accuracy_to_compare():
    ones = np.ones(500, np.uint8)
    found = only(group("a", GOOD, labels=ones), group("b", BAD, arch="gru", labels=ones))
    assert found.auc is None
    assert found.outcome is Outcome.A


def test_reviews_that_chose_the_best_epoch_make_both_accuracies_optimistic():
    runs = [run(0.8), run(0.75, arch="gru")]
    assert "optimistic" not in only(*grouped(runs)).rests_on
    for one in runs:
        object.__setattr__(one, "used_for_selection", True)
    assert "Both accuracies are optimistic" in only(*grouped(runs)).rests_on
