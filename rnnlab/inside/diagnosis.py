"""What a run's numbers say went wrong, each finding with its figure and a next step.

Pure rules over what is known of a run; silent where all is well. Gathers nothing itself (see
`rnnlab.inside.evidence`).
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal, NamedTuple

from rnnlab import format
from rnnlab.compare.stuck import stuck_runs
from rnnlab.config import FIELDS, RunConfig
from rnnlab.errors import InvalidField
from rnnlab.inside.dial import Dial
from rnnlab.inside.passport import Passport
from rnnlab.inside.stopping import Stopping
from rnnlab.runs import Epoch, Run

GUESSING = math.log(2)  # the loss of answering 50 % to every review
NEVER_LEFT = 0.02  # below it: a loss that came no further has learned next to nothing
CHANCE = 2.0  # standard errors
MORE_EPOCHS = 20
RECENT = 5  # epochs
STILL_FALLING = 0.002  # of the validation loss over those
LEARNED = 0.002  # of the training loss, while the validation loss rose
STILL = 0.01  # standard deviation of a unit that says the same at every word
SATURATED = 0.9  # share of words
MOSTLY = 0.5  # of all words, or of all positions
DROPOUT = 0.3


class Step(NamedTuple):
    """What to do next: train the run on, train other settings, or look at its dial."""

    kind: Literal["train on", "train", "inside"]
    label: str
    config: RunConfig | None = None


class Finding(NamedTuple):
    """What was found, with its number; what it means; and the next step, if there is one."""

    name: str
    title: str
    meaning: str
    step: Step | None = None


class ReadingShares(NamedTuple):
    """How a model reads the validation reviews: shares of unknown words and of padding.

    `unknown` is a share of the words that are read, `padding` one of all positions; nine tenths of
    the reviews have at most `usual_words`.
    """

    unknown: float
    padding: float
    usual_words: int


class Evidence(NamedTuple):
    """What is known of a run that has ended with weights; None where it could not be measured."""

    run: Run
    epochs: tuple[Epoch, ...]
    stopping: Stopping | None = None
    reading: ReadingShares | None = None
    units: tuple[Passport, ...] | None = None
    dial: Dial | None = None
    ratios: Mapping[str, Sequence[float]] = {}  # of each layer, by epoch


def findings(evidence: Evidence) -> tuple[Finding, ...]:
    """Return what was found, the gravest first."""
    found = (rule(evidence) for rule in _RULES)
    return tuple(finding for finding in found if finding is not None)


def _stuck(evidence: Evidence) -> Finding | None:
    run, losses = evidence.run, [epoch.val_loss for epoch in evidence.epochs]
    if not losses:
        return None
    lowest, name = min(losses), "stuck"
    never_left = lowest > GUESSING - NEVER_LEFT
    if not never_left and run.id not in stuck_runs([run]):
        return None
    accuracy = format.percent(run.best_val_accuracy)
    title = f"It hardly learned: {accuracy} on the validation reviews, where guessing gives 50 %."
    if never_left:
        title = (
            f"The validation loss never left 0.69: its lowest value is {format.loss(lowest)}, and "
            f"answering 50 % to everything gives {format.loss(GUESSING)}."
        )
    if _fall(evidence) > STILL_FALLING:
        meaning = (
            f"It was still falling, by {_fall(evidence):.4f} in the last "
            f"{format.plural(_recent(evidence), 'epoch')}: it may only need more time."
        )
        return Finding(name, title, meaning, _more())
    meaning = "Whether such a network starts to learn depends on its first weights, the seed."
    return Finding(name, title, meaning, _other_seed(run.config))


def _stopped_by_chance(evidence: Evidence) -> Finding | None:
    run, stopping = evidence.run, evidence.stopping
    if not run.stopped_early or stopping is None or stopping.errors >= CHANCE:
        return None
    epochs = format.plural(run.epochs_done - (run.best_epoch or 0), "epoch")
    of_what = "of this rise, review by review" if stopping.paired else "of the validation loss"
    return Finding(
        "stopping",
        f"It may have stopped too early: the rise over the last {epochs} is "
        f"{format.number(max(stopping.errors, 0.0), 1)} standard errors, which is chance.",
        f"The validation loss rose by {max(stopping.rise, 0.0):.4f} since epoch {run.best_epoch}; "
        f"the standard error {of_what} is {stopping.error:.4f} (bootstrap over the reviews). "
        f"Patience was {run.config.patience}.",
        _more(),
    )


def _still_falling(evidence: Evidence) -> Finding | None:
    run, fall = evidence.run, _fall(evidence)
    if run.stopped_early or fall <= STILL_FALLING or _stuck(evidence):
        return None
    return Finding(
        "unfinished",
        f"It was still learning when it ended: the validation loss fell by {fall:.4f} in the last "
        f"{format.plural(_recent(evidence), 'epoch')}.",
        f"Its lowest value is that of the last epoch, {run.epochs_done}.",
        _more(),
    )


def _overfitting(evidence: Evidence) -> Finding | None:
    run, stopping = evidence.run, evidence.stopping
    if stopping is None or run.best_epoch is None or stopping.errors < CHANCE:
        return None
    best, *later = evidence.epochs[run.best_epoch - 1 :]
    last = later[-1]
    lasting = sum(epoch.val_loss for epoch in later) / len(later) - best.val_loss
    if best.loss - last.loss < LEARNED or lasting < CHANCE * stopping.error:
        return None  # a single bad epoch, or the training loss rose, too
    return Finding(
        "overfitting",
        f"Overfitting from epoch {run.best_epoch + 1}: the training loss fell by "
        f"{best.loss - last.loss:.4f} more, the validation loss rose by {stopping.rise:.4f} "
        f"({stopping.errors:.1f} standard errors).",
        f"The weights of epoch {run.best_epoch}, before it began, are the ones that are kept.",
        _regularised(run.config),
    )


def _silent_units(evidence: Evidence) -> Finding | None:
    units = evidence.units or ()
    numbers = [str(place) for place, unit in enumerate(units, start=1) if unit.spread < STILL]
    if not numbers:
        return None
    config = evidence.run.config
    fewer = max(len(units) - len(numbers), 1)
    return Finding(
        "silent units",
        f"{_units(numbers, units)} hardly changes: its state varies by less than {STILL:g} over "
        "all words."
        if len(numbers) == 1
        else f"{_units(numbers, units)} hardly change: their states vary by less than {STILL:g} "
        "over all words.",
        "A unit that says the same at every word adds nothing but a constant.",
        _train(config, f"Train with {format.plural(fewer, 'unit')}", units=fewer),
    )


def _saturated_units(evidence: Evidence) -> Finding | None:
    units = evidence.units or ()
    numbers = [
        str(place) for place, unit in enumerate(units, start=1) if unit.saturated > SATURATED
    ]
    if not numbers:
        return None
    config = evidence.run.config
    rate = (config.learning_rate or 0.0) / 3
    verb = "is" if len(numbers) == 1 else "are"
    return Finding(
        "saturated units",
        f"{_units(numbers, units)} {verb} saturated at more than "
        f"{format.whole_percent(SATURATED)} of all words.",
        "Beyond ±0.9 a tanh passes on less than a fifth of a change, so such a unit hardly learns.",
        _train(config, f"Train at learning rate {rate:.2g}", learning_rate=rate),
    )


def _no_stable_point(evidence: Evidence) -> Finding | None:
    if evidence.dial is None or evidence.dial.stable:
        return None
    return Finding(
        "no stable point",
        "Its state has no stable resting point: among average words, what was read is not kept.",
        "Newton’s method was started from 64 states of real reviews and from zero; every point "
        "that it found pushes the state away.",
        Step("inside", "Look at its dial"),
    )


def _mostly_unknown(evidence: Evidence) -> Finding | None:
    reading, config = evidence.reading, evidence.run.config
    if reading is None or reading.unknown <= MOSTLY:
        return None
    size = min(2 * config.vocab_size, int(FIELDS["vocab_size"].high))
    return Finding(
        "unknown words",
        f"It does not know {format.whole_percent(reading.unknown)} of the words that it reads.",
        f"Its vocabulary has {format.count(config.vocab_size)} entries; all other words look the "
        "same to it.",
        _train(config, f"Train with {format.count(size)} words", vocab_size=size),
    )


def _mostly_padding(evidence: Evidence) -> Finding | None:
    reading, config = evidence.reading, evidence.run.config
    if reading is None or reading.padding <= MOSTLY:
        return None
    step = None
    if reading.usual_words < config.maxlen:
        step = _train(config, f"Train on {reading.usual_words:,} words", maxlen=reading.usual_words)
    return Finding(
        "padding",
        f"{format.whole_percent(reading.padding)} of what it reads is padding.",
        f"Nine in ten reviews have at most {reading.usual_words:,} words, and it reads "
        f"{config.maxlen:,}. Padding takes time, and is read like a word.",
        step,
    )


_RULES: tuple[Callable[[Evidence], Finding | None], ...] = (
    _stuck,
    _no_stable_point,
    _stopped_by_chance,
    _still_falling,
    _overfitting,
    _saturated_units,
    _silent_units,
    _mostly_unknown,
    _mostly_padding,
)


def _recent(evidence: Evidence) -> int:
    return min(RECENT, len(evidence.epochs) - 1)


def _fall(evidence: Evidence) -> float:
    """Return how far the validation loss fell in the last epochs; 0 if the last is not the best."""
    recent = _recent(evidence)
    if recent < 1 or evidence.run.best_epoch != evidence.run.epochs_done:
        return 0.0
    return evidence.epochs[-1 - recent].val_loss - evidence.epochs[-1].val_loss


def _units(numbers: Sequence[str], units: Sequence[Passport]) -> str:
    noun = "Unit" if len(numbers) == 1 else "Units"
    return f"{noun} {format.listing(numbers)} of {len(units)}"


def _more() -> Step:
    return Step("train on", f"Train on for {MORE_EPOCHS} epochs")


def _other_seed(config: RunConfig) -> Step | None:
    if config.seed is None:
        return None
    return _train(config, f"Train with seed {config.seed + 1}", seed=config.seed + 1)


def _regularised(config: RunConfig) -> Step | None:
    if config.dropout == 0:
        return _train(config, f"Train with dropout {DROPOUT:g}", dropout=DROPOUT)
    for field in ("units", "embedding_dim"):
        size = getattr(config, field)
        if size is not None and size > 1:
            noun = "units" if field == "units" else "embedding dimensions"
            return _train(config, f"Train with {size // 2} {noun}", **{field: size // 2})
    return None


def _train(config: RunConfig, label: str, **changes: Any) -> Step | None:
    """Return the step to these settings; None where they are out of bounds or no other."""
    try:
        changed = replace(config, **changes)
    except InvalidField:
        return None
    return None if changed == config else Step("train", label, changed)
