"""Each finding follows from its numbers, and a run without a fault has none."""

from dataclasses import replace

import numpy as np
import pytest

from rnnlab.config import preset
from rnnlab.inside.diagnosis import findings
from rnnlab.inside.dial import Dial
from rnnlab.inside.dynamics import FixedPoint
from rnnlab.inside.finding import Evidence, ReadingShares
from rnnlab.inside.passport import Passport
from rnnlab.inside.stopping import Stopping
from rnnlab.runs import Epoch, Run, RunState

LEARNED = (0.69, 0.62, 0.55, 0.50, 0.48, 0.47, 0.462, 0.463, 0.464, 0.463)


def evidence_of(val_losses=LEARNED, losses=None, accuracy=0.79, config=None, **known):
    """What is known of a run with this history; it stopped early unless all epochs were trained."""
    config = config or preset("lstm", epochs=30)
    losses = losses or val_losses
    epochs = tuple(
        Epoch(number, loss, 0.7, val_loss, accuracy, 1.0)
        for number, (loss, val_loss) in enumerate(zip(losses, val_losses, strict=True), start=1)
    )
    best = int(np.argmin(val_losses))
    run = Run(
        "a1",
        "lstm-1",
        RunState.FINISHED,
        config,
        8_809,
        0.0,
        0.0,
        epochs_done=len(epochs),
        best_epoch=best + 1,
        best_val_loss=val_losses[best],
        best_val_accuracy=accuracy,
    )
    return Evidence(run, epochs, **known)


def names(evidence):
    return [finding.name for finding in findings(evidence)]


def unit(**changes):
    known = Passport((), (), (), (), position=0.0, saturated=0.0, spread=0.2, weight=1.0)
    return known._replace(**changes)


def dial_of(*moduli):
    points = tuple(FixedPoint(np.zeros(2), np.array([size, 0.1]), 0.0) for size in moduli)
    zeros = np.zeros(2)
    return Dial(zeros, np.eye(2), (0.9, 0.1), np.zeros((3, 2)), 0.9, points, (0.5,) * len(points))


def test_silent_where_all_is_well():
    well = evidence_of(
        stopping=Stopping(0.03, 0.001, paired=True),
        reading=ReadingShares(0.3, 0.04, 475),
        units=(unit(), unit()),
        dial=dial_of(0.9, 1.1),
    )
    assert findings(well) == ()


def test_rise_within_its_noise_is_chance_and_training_on_is_the_next_step():
    (finding,) = findings(evidence_of(stopping=Stopping(0.0008, 0.002, paired=True)))
    assert finding.name == "stopping"
    assert "the last 3 epochs is 0.4 standard errors, which is chance" in finding.title
    assert "of this rise, review by review, is 0.0020" in finding.meaning
    assert "Patience was 3." in finding.meaning
    assert (finding.step.kind, finding.step.label) == ("train on", "Train on for 20 epochs")


def test_without_the_last_weights_the_noise_is_said_to_be_the_losss():
    (finding,) = findings(evidence_of(stopping=Stopping(0.001, 0.007, paired=False)))
    assert "the standard error of the validation loss is 0.0070" in finding.meaning


def test_a_run_that_was_not_stopped_early_did_not_stop_by_chance():
    evidence = evidence_of(
        config=preset("lstm", epochs=10), stopping=Stopping(0.001, 0.007, paired=False)
    )
    assert names(evidence) == []


@pytest.mark.parametrize(
    ("val_losses", "accuracy", "title", "step"),
    [
        (
            (0.693, 0.692, 0.686, 0.69, 0.691),
            0.545,
            "never left 0.69: its lowest value is 0.6860",
            43,
        ),
        ((0.69, 0.68, 0.66, 0.67, 0.67), 0.57, "It hardly learned: 57.0\u00a0% on the valid", 43),
    ],
)
def test_network_that_did_not_learn_should_try_another_seed(val_losses, accuracy, title, step):
    (finding,) = findings(evidence_of(val_losses, accuracy=accuracy))
    assert finding.name == "stuck" and title in finding.title
    assert finding.step.config.seed == step


def test_network_that_was_about_to_learn_needs_more_time():
    evidence = evidence_of(
        (0.693, 0.692, 0.691, 0.688, 0.685), accuracy=0.56, config=preset("gru", epochs=5)
    )
    (finding,) = findings(evidence)
    assert (finding.name, finding.step.kind) == ("stuck", "train on")
    assert "by 0.0080 in the last 4 epochs" in finding.meaning


def test_run_that_was_still_learning_at_its_end_should_go_on():
    evidence = evidence_of((0.69, 0.6, 0.55, 0.52, 0.5, 0.49), config=preset("gru", epochs=6))
    (finding,) = findings(evidence)
    assert finding.name == "unfinished"
    assert "fell by 0.2000 in the last 5 epochs" in finding.title
    assert finding.step.kind == "train on"


OVERFITTED = (0.6, 0.5, 0.45, 0.5, 0.52, 0.55)


def test_overfitting_starts_after_the_best_epoch():
    evidence = evidence_of(
        OVERFITTED,
        losses=(0.6, 0.5, 0.4, 0.35, 0.3, 0.25),
        stopping=Stopping(0.1, 0.01, paired=True),
        config=preset("gru"),
    )
    (finding,) = findings(evidence)
    assert finding.title == (
        "Overfitting from epoch 4: the training loss fell by 0.1500 more, the validation loss rose "
        "by 0.1000 (10.0 standard errors)."
    )
    assert finding.step.config == preset("gru", dropout=0.3)


@pytest.mark.parametrize(
    ("config", "changes"),
    [
        (preset("lstm"), {"units": 4}),  # it has dropout
        (preset("feedforward"), {"embedding_dim": 8}),
    ],
)
def test_overfitting_of_others_asks_for_a_smaller_network(config, changes):
    evidence = evidence_of(
        OVERFITTED,
        losses=(0.6, 0.5, 0.4, 0.35, 0.3, 0.25),
        stopping=Stopping(0.1, 0.01, paired=True),
        config=config,
    )
    (finding,) = findings(evidence)
    assert finding.step.config == replace(config, **changes)


def test_one_bad_epoch_is_not_overfitting():
    evidence = evidence_of(
        (0.6, 0.5, 0.45, 0.4501, 0.4499 + 0.0002, 0.48),
        losses=(0.6, 0.5, 0.4, 0.39, 0.38, 0.37),
        stopping=Stopping(0.03, 0.01, paired=True),
    )
    assert "overfitting" not in names(evidence)


def test_silent_and_saturated_units_are_counted():
    evidence = evidence_of(units=(unit(spread=0.004), unit(), unit(saturated=0.97)))
    saturated, silent = findings(evidence)
    assert saturated.title == "Unit 3 of 3 is saturated at more than 90\u00a0% of all words."
    assert saturated.step.config.learning_rate == pytest.approx(1e-4 / 3)
    assert silent.title.startswith("Unit 1 of 3 hardly changes")
    assert silent.step.label == "Train with 2 units" and silent.step.config.units == 2
    two = findings(evidence_of(units=(unit(spread=0.004), unit(spread=0.0))))[0]
    assert two.title.startswith("Units 1 and 2 of 2 hardly change:")


@pytest.mark.parametrize(("moduli", "expected"), [((), 1), ((1.2,), 1), ((0.9,), 0), ((0.9, 2), 0)])
def test_states_without_a_stable_point_are_told(moduli, expected):
    assert names(evidence_of(dial=dial_of(*moduli))) == ["no stable point"] * expected


def test_mostly_unknown_words_ask_for_a_larger_vocabulary():
    (finding,) = findings(evidence_of(reading=ReadingShares(0.61, 0.04, 475)))
    assert finding.title == "It does not know 61\u00a0% of the words that it reads."
    assert finding.step.config.vocab_size == 1_000


def test_mostly_padding_asks_for_shorter_reviews():
    config = preset("lstm", maxlen=1_000, epochs=30)
    reading = ReadingShares(0.3, 0.7, 475)
    (finding,) = findings(evidence_of(config=config, reading=reading))
    assert "70\u00a0%" in finding.title
    assert finding.step.config.maxlen == 475


def test_a_step_out_of_bounds_is_left_out():
    config = preset("onehot-rnn", epochs=30, units=1)
    (finding,) = findings(evidence_of(config=config, units=(unit(spread=0.0),)))
    assert finding.step is None


def test_weights_that_hardly_move_ask_for_a_higher_learning_rate():
    falling = {"accuracy": 0.7, "config": preset("gru", epochs=6)}
    slow = {
        epoch: {"embedding": 0.2 if epoch < 4 else 0.004, "gru": 0.002} for epoch in range(1, 7)
    }
    evidence = evidence_of((0.69, 0.6, 0.55, 0.52, 0.5, 0.49), ratios=slow, **falling)
    finding = next(each for each in findings(evidence) if each.name == "slow")
    assert "no layer changed by more than 0.4 % of its size" in finding.title
    assert "in any of the last 3 epochs" in finding.title
    assert finding.step.config.learning_rate == pytest.approx(1e-3)


@pytest.mark.parametrize("ratios", [{}, {5: {"gru": 0.001}, 6: {"gru": 0.02}}])
def test_weights_that_move_or_were_not_recorded_are_no_finding(ratios):
    evidence = evidence_of(
        (0.69, 0.6, 0.55, 0.52, 0.5, 0.49), config=preset("gru", epochs=6), ratios=ratios
    )
    assert "slow" not in names(evidence)


def test_small_steps_of_a_run_that_has_learned_are_no_finding():
    assert names(evidence_of(ratios={10: {"lstm": 0.001}})) == []


def test_a_bad_epoch_at_the_end_is_not_overfitting():
    evidence = evidence_of(
        (0.6, 0.5, 0.45, 0.5),
        losses=(0.6, 0.5, 0.4, 0.35),
        stopping=Stopping(0.05, 0.01, paired=True),
    )
    assert names(evidence) == []


@pytest.mark.parametrize("arch", ["feedforward", "tfidf-logreg"])
def test_a_bag_of_words_on_a_task_of_order_is_told_to_be_blind_and_nothing_else(arch):
    config = preset(arch, dataset="which-first", maxlen=30)
    (finding,) = findings(evidence_of([0.6932] * 4, accuracy=0.493, config=config))
    assert finding.name == "blind to order" and "49.3" in finding.title
    assert finding.step.config.arch == "lstm"
    assert finding.step.config.dataset == "which-first" and finding.step.config.maxlen == 30


def test_a_bag_of_words_on_reviews_is_not():
    assert "blind to order" not in names(evidence_of(config=preset("feedforward")))


def test_a_tiny_rise_is_shown_with_its_digits():
    stopping = Stopping(0.0000123, 0.0000151, True)
    evidence = evidence_of(LEARNED, stopping=stopping)
    (finding,) = [found for found in findings(evidence) if found.name == "stopping"]
    assert "1.2e-05" in finding.meaning and "1.5e-05" in finding.meaning
