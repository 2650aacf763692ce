"""What the cards on trainings ask, and what is right: computed from the runs at hand."""

import statistics
from collections.abc import Sequence

from rnnlab import format
from rnnlab.config import RunConfig, required
from rnnlab.learn.examples import Example
from rnnlab.learn.questions import Question, accuracies, recurrent_row
from rnnlab.learn.stopping import replay


def stopping(example: Example) -> Question:
    """Ask when early stopping ends a training; it must do so before the losses end."""
    losses = [epoch.val_loss for epoch in example.epochs]
    patience = stopping_patience(example)
    stopped = replay(losses, patience)
    end = stopped.stopped or len(losses)
    planned = max(example.run.config.epochs_planned, end + 1)
    options = sorted({stopped.best, stopped.best + 1, end, planned})
    return Question(
        f"The validation loss has its lowest value so far in epoch {stopped.best} and does not "
        f"beat it in the epochs that follow. With a patience of {patience}, after which epoch does "
        "training stop?",
        tuple(f"Epoch {epoch}" for epoch in options),
        options.index(end),
        f"After epoch {end}, and the weights of epoch {stopped.best} are kept.",
        f"The validation loss was {format.loss(stopped.best_loss)} in epoch {stopped.best} and "
        f"{format.loss(losses[end - 1])} in epoch {end}. Move the patience: too little gives up "
        "at the first bump, too much costs time.",
    )


def stopping_patience(example: Example) -> int:
    """Return the patience that is asked about: the run's own, or the tutorial's if it had more."""
    return min(required(example.run.config.patience), required(RunConfig().patience)) or 1


def dropout(without: Example, with_dropout: Example) -> Question:
    """Ask what the validation loss does where a network learns by heart."""
    losses = [epoch.val_loss for epoch in without.epochs]
    best = replay(losses, len(losses)).best
    correct = 0 if best == len(losses) else 2 if best == 1 else 1
    rises = (
        "It falls to the end.",
        f"It is lowest in epoch {best}, then it rises, with ups and downs.",
        "It rises from the start.",
    )
    other = [epoch.val_loss for epoch in with_dropout.epochs]
    return Question(
        "Without dropout, the training loss falls from the first epoch to the last. What does the "
        "validation loss do?",
        ("It falls along with it", "It falls, then rises", "It rises from the start"),
        correct,
        rises[correct],
        f"In the last epoch it is {format.loss(losses[-1])}, with the training loss down to "
        f"{format.loss(without.epochs[-1].loss)}. With a dropout of "
        f"{with_dropout.run.config.dropout:g} they are {format.loss(other[-1])} and "
        f"{format.loss(with_dropout.epochs[-1].loss)}.",
    )


def gru(grus: Sequence[Example], lstms: Sequence[Example]) -> Question:
    """Ask what the GRU's fewer parameters cost in accuracy."""
    of_gru, of_lstm = accuracies(grus), accuracies(lstms)
    lost = statistics.mean(of_lstm) - statistics.mean(of_gru)
    correct = 0 if abs(lost) < 0.01 else 1 if lost > 0 else 2
    rows = [recurrent_row(examples[0].run.config) for examples in (grus, lstms)]
    within = abs(lost) < max(_width(of_gru), _width(of_lstm))
    fewer = 1 - rows[0].parameters / rows[1].parameters
    return Question(
        f"The GRU’s cell has {rows[0].parameters} parameters, the LSTM’s {rows[1].parameters}. By "
        "how much do their mean validation accuracies differ?",
        ("By less than 1 point", "The LSTM’s is higher by more", "The GRU’s is higher by more"),
        correct,
        f"Their means are {format.points(abs(lost))} apart.",
        f"GRU: {_range(of_gru)} over {format.plural(len(of_gru), 'seed')}; LSTM: "
        f"{_range(of_lstm)} over {len(of_lstm)}. "
        + ("The seeds of one cell differ by more than the two cells do. " if within else "")
        + f"The GRU’s has {format.whole_percent(fewer)} fewer parameters.",
    )


NOBODY = 0.02  # from the mean: if all are farther, it describes no run
SPREADS = (0.02, 0.10)  # up to 2 points, up to 10, more


def seeds(examples: Sequence[Example]) -> Question:
    """Ask how far the accuracies of runs are apart that differ in their seed alone."""
    values = accuracies(examples)
    width = _width(values)
    stuck = [example for example in examples if (example.run.best_val_accuracy or 0.0) < 0.6]
    why = "The settings are the same in all of them: only the seed differs."
    if stuck:
        why = f"{format.plural(len(stuck), 'run')} of {len(examples)} never got far from guessing."
    mean = statistics.mean(values)
    if min(abs(value - mean) for value in values) > NOBODY:
        why += f" No run comes within {format.points(NOBODY)} of the mean, {format.percent(mean)}."
    return Question(
        f"{len(examples)} runs of the same network on the same reviews: only the seed differs. How "
        "far apart are the lowest and the highest accuracy?",
        ("Less than 2 points", "2 to 10 points", "More than 10 points"),
        sum(width > limit for limit in SPREADS),
        f"{format.points(width)} apart: {_range(values)}.",
        why,
    )


def _range(values: Sequence[float]) -> str:
    return f"{format.percent(min(values))} to {format.percent(max(values))}"


def _width(values: Sequence[float]) -> float:
    return max(values) - min(values)
