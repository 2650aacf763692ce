import dataclasses

import numpy as np
import pytest

from rnnlab.compare import significance, statistics, verdict
from rnnlab.compare.groups import group_runs
from rnnlab.compare.outcome import Outcome
from rnnlab.compare.side import Side
from rnnlab.errors import DataError, InvalidField
from tests.sides import BAD, GOOD, LABELS, group, run, side


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
    found = only(
        group("lstm", (0.80, 0.72, 0.77, 0.76, 0.78)),
        group("gru", (0.79, 0.74, 0.75, 0.77, 0.765), arch="gru"),
    )
    assert found.outcome is Outcome.NONE
    assert found.sentence.startswith(
        "No significant difference between lstm and gru: lstm scores 0.3 points higher ("
    )


@pytest.mark.parametrize("seeds", [1, 2])
def test_too_few_seeds_tell_of_the_models_but_not_of_the_settings(seeds):
    found = only(group("lstm", GOOD[:seeds]), group("gru", BAD, arch="gru"))
    assert (found.outcome, found.of_models) == (Outcome.SEEDS, Outcome.A)
    assert "Too few seeds to tell lstm and gru apart. These trained models differ" in found.sentence
    swapped = only(group("gru", BAD, arch="gru"), group("lstm", GOOD[:seeds]))
    assert "differ significantly: lstm scores 5." in swapped.sentence
    assert "train at least 3 seeds of lstm." in found.rests_on
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
    estimate = statistics.estimate_over_seeds_and_reviews(one.correct, three.correct)
    assert found.accuracy == estimate.at(significance.LOOKS[3])


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
    assert found.accuracy == statistics.estimate_of_two_models(a.correct, b.correct).at(0.05)
    assert "Neither model uses randomness" in found.rests_on
    assert "McNemar" in found.rests_on and "seeds" not in found.rests_on


def test_run_without_seed_counts_once():
    (found,) = grouped([run(0.8, arch="tfidf-logreg"), run(0.8, arch="tfidf-logreg")])
    assert (found.seeds, found.left_out.repeats) == (1, 1)


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
    assert found.accuracy == statistics.estimate_of_two_models(a.correct, b.correct).at(0.05)
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
    assert (found.seeds, found.left_out.repeats) == (2, 1)
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


def test_level_depends_on_the_seeds_of_the_smaller_side():
    three, five = group("a", GOOD), group("b", (*BAD, 0.749, 0.753), first=11)
    estimate = statistics.estimate_over_seeds_and_reviews(three.correct, five.correct)
    assert only(three, five).accuracy == estimate.at(significance.LOOKS[3])
    assert only(three, five).p == pytest.approx(estimate.p * 0.05 / significance.LOOKS[3])


def test_p_value_is_significant_just_where_the_interval_leaves_out_nought():
    for shift in np.linspace(0, 0.03, 16):
        sides = [
            group("lstm", np.array(GOOD) - shift),
            group("gru", BAD, arch="gru"),
            group("rnn", np.array(BAD) + 0.005, arch="embedding-rnn"),
        ]
        for pair in verdict.compare_sides(sides):
            excluded = pair.accuracy.low > 0 or pair.accuracy.high < 0
            assert excluded == (pair.p < 0.05)


def test_models_far_behind_take_nothing_from_the_comparison_of_the_best():
    best = [group("lstm", GOOD), group("gru", np.array(GOOD) - 0.03, arch="gru")]
    behind = [group(f"far{units}", np.array(BAD) - 0.1, units=units) for units in (4, 5, 6, 7)]
    alone, among = only(*best), verdict.compare_sides([*best, *behind])[0]
    assert alone.outcome is among.outcome is Outcome.A
    assert among.accuracy == alone.accuracy


def test_comparison_with_the_leader_stops_at_the_first_that_is_too_close():
    sides = [
        group("lstm", GOOD),
        group("gru", np.array(GOOD) - 0.001, arch="gru"),
        group("rnn", np.array(GOOD) - 0.0015, arch="embedding-rnn"),
    ]
    pairs = {(pair.a, pair.b): pair for pair in verdict.compare_sides(sides)}
    level = significance.pair_level(significance.LOOKS[3], 3)
    for a, b in ((0, 1), (0, 2)):
        estimate = statistics.estimate_over_seeds_and_reviews(sides[a].correct, sides[b].correct)
        assert pairs[sides[a].name, sides[b].name].accuracy == estimate.at(level)


def test_interval_within_the_margin_makes_models_equivalent():
    a, b = group("lstm", GOOD), group("gru", np.array(GOOD) - 0.001, arch="gru")
    (found,) = verdict.compare_sides([a, b], margin=5)
    assert found.equivalent and found.short == "within 5 points"
    assert found.sentence.startswith("lstm and gru are within 5 points of accuracy of each other")
    (strict,) = verdict.compare_sides([a, b], margin=0.1)
    assert not strict.equivalent


def test_margin_outside_its_bounds_is_refused():
    with pytest.raises(InvalidField, match=r"margin must be 0\.1–20"):
        verdict.compare_sides([group("a", GOOD), group("b", BAD, first=9)], margin=0)


def test_runs_of_shared_seeds_are_compared_pairwise_from_ten_seeds_on():
    accuracies = 0.78 + 0.01 * np.sin(np.arange(10))
    a, b = group("lstm", accuracies), group("gru", accuracies - 0.01, arch="gru")
    found = only(a, b)
    estimate = statistics.estimate_over_shared_seeds(a.correct, b.correct)
    assert found.accuracy == estimate.at(significance.LOOKS[10])
    assert "Runs of the same seed are compared pairwise." in found.rests_on
    apart = only(a, group("gru", accuracies - 0.01, first=50, arch="gru"))
    assert "pairwise" not in apart.rests_on
    assert apart.accuracy.high - apart.accuracy.low > found.accuracy.high - found.accuracy.low


def test_seeds_needed_are_told_where_nothing_is_shown():
    a, b = group("lstm", GOOD), group("gru", np.array(GOOD) - 0.002, arch="gru")
    needed = only(a, b).seeds_needed
    assert needed.difference == 0.01
    assert needed.seeds in significance.LOOKS
    assert only(group("lstm", GOOD), group("gru", BAD, arch="gru")).seeds_needed is None


def test_threshold_is_named_where_accuracy_and_auc_disagree():
    labels = LABELS
    scores = np.clip(
        0.5 + 0.2 * (labels - 0.5) + np.random.default_rng(0).normal(0, 0.12, (5, len(labels))),
        0,
        1,
    )
    good, moved = (
        side("good", *scores, labels=labels),
        side("moved", *(scores**1.3), labels=labels, arch="gru"),
    )
    found = only(good, moved)
    assert found.auc.value == pytest.approx(0, abs=1e-6)
    assert "The models differ in accuracy, but not significantly in ROC AUC" in found.findings
