"""Findings on how a run's training went: pure rules over its history and its noise."""

import math

from rnnlab import format
from rnnlab.compare.stuck import stuck_runs
from rnnlab.config import FIELDS, RunConfig, preset
from rnnlab.inside.finding import Evidence, Finding, Step, train, train_on

GUESSING = math.log(2)  # the loss of answering 50 % to every review
NEVER_LEFT = 0.02  # below it: a loss that came no further has learned next to nothing
CHANCE = 2.0  # standard errors
RECENT = 5  # epochs
STILL_FALLING = 0.002  # of the validation loss over those
LEARNED = 0.002  # of the training loss, while the validation loss rose
LASTING = 3  # epochs after the best: fewer may be the luck of the batches
SLOW = 0.01  # of the weights of every layer in an epoch
LAST_RATIOS = 3  # epochs
DROPOUT = 0.3
ORDER_ALONE = ("which-first",)  # tasks on which a bag of words can only guess, by construction
SHARED = ("dataset", "vocab_size", "maxlen", "learning_rate", "epochs", "seed", "split_seed")


def blind_to_order(evidence: Evidence) -> Finding | None:
    """Tell a model that cannot see the one thing that decides."""
    run = evidence.run
    config = run.config
    if config.architecture.kind == "recurrent" or config.dataset not in ORDER_ALONE:
        return None
    recurrent = preset(
        "lstm",
        **{name: getattr(config, name) for name in SHARED if getattr(config, name) is not None},
    )
    return Finding(
        "blind to order",
        f"It can only guess: {format.percent(run.best_val_accuracy)} on the validation texts, "
        "where guessing gives 50 %.",
        "Which words a text has says nothing about the answer here, only their order does, and "
        "this model does not see it. More training or another seed cannot help.",
        Step("train", "Train an LSTM", recurrent),
    )


def stuck(evidence: Evidence) -> Finding | None:
    """Tell a network that did not learn."""
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
        return Finding(name, title, meaning, train_on())
    meaning = "Whether such a network starts to learn depends on its first weights, the seed."
    return Finding(name, title, meaning, _other_seed(run.config))


def slow(evidence: Evidence) -> Finding | None:
    """Tell weights that hardly move, where the run has not come to an end of learning."""
    last = [evidence.ratios[epoch] for epoch in sorted(evidence.ratios)[-LAST_RATIOS:]]
    largest = max((ratio for layers in last for ratio in layers.values()), default=0.0)
    learning = stuck(evidence) or still_falling(evidence)
    if not last or largest >= SLOW or not learning:
        return None
    config = evidence.run.config
    rate = min(10 * (config.learning_rate or 0.0), float(FIELDS["learning_rate"].high))
    return Finding(
        "slow",
        f"Its weights hardly move: no layer changed by more than {100 * largest:.2g} % of its size "
        f"in any of the last {format.plural(len(last), 'epoch')}.",
        f"The learning rate of {format.learning_rate(config.learning_rate or 0.0)} takes small "
        "steps; ten times larger ones would get there sooner.",
        train(config, f"Train at learning rate {format.learning_rate(rate)}", learning_rate=rate),
    )


def stopped_by_chance(evidence: Evidence) -> Finding | None:
    """Tell an early stop that the noise of the validation loss explains."""
    run, stopping = evidence.run, evidence.stopping
    if not run.stopped_early or stopping is None or stopping.errors >= CHANCE:
        return None
    epochs = format.plural(run.epochs_done - (run.best_epoch or 0), "epoch")
    of_what = "of this rise, review by review," if stopping.paired else "of the validation loss"
    return Finding(
        "stopping",
        f"It may have stopped too early: the rise over the last {epochs} is "
        f"{format.number(max(stopping.errors, 0.0), 1)} standard errors, which is chance.",
        f"The validation loss rose by {max(stopping.rise, 0.0):#.2g} since epoch {run.best_epoch}; "
        f"the standard error {of_what} is {stopping.error:#.2g} (bootstrap over the reviews). "
        f"Patience was {run.config.patience}.",
        train_on(),
    )


def still_falling(evidence: Evidence) -> Finding | None:
    """Tell a run that was still learning at its last epoch."""
    run, fall = evidence.run, _fall(evidence)
    if run.stopped_early or fall <= STILL_FALLING or stuck(evidence):
        return None
    return Finding(
        "unfinished",
        f"It was still learning when it ended: the validation loss fell by {fall:.4f} in the last "
        f"{format.plural(_recent(evidence), 'epoch')}.",
        f"Its lowest value is that of the last epoch, {run.epochs_done}.",
        train_on(),
    )


def overfitting(evidence: Evidence) -> Finding | None:
    """Tell a validation loss that rises while the training loss falls."""
    run, stopping = evidence.run, evidence.stopping
    if stopping is None or run.best_epoch is None or stopping.errors < CHANCE:
        return None
    best, *later = evidence.epochs[run.best_epoch - 1 :]
    last = later[-1]
    lasting = sum(epoch.val_loss for epoch in later) / len(later) - best.val_loss
    if len(later) < LASTING or best.loss - last.loss < LEARNED:
        return None  # a bad epoch at the end, or the training loss rose, too
    if lasting < CHANCE * stopping.error:
        return None
    return Finding(
        "overfitting",
        f"Overfitting from epoch {run.best_epoch + 1}: the training loss fell by "
        f"{best.loss - last.loss:.4f} more, the validation loss rose by {stopping.rise:.4f} "
        f"({stopping.errors:.1f} standard errors).",
        f"The weights of epoch {run.best_epoch}, before it began, are the ones that are kept.",
        _regularised(run.config),
    )


def _recent(evidence: Evidence) -> int:
    return min(RECENT, len(evidence.epochs) - 1)


def _fall(evidence: Evidence) -> float:
    """Return how far the validation loss fell in the last epochs; 0 if the last is not the best."""
    recent = _recent(evidence)
    if recent < 1 or evidence.run.best_epoch != evidence.run.epochs_done:
        return 0.0
    return evidence.epochs[-1 - recent].val_loss - evidence.epochs[-1].val_loss


def _other_seed(config: RunConfig) -> Step | None:
    if config.seed is None:
        return None
    return train(config, f"Train with seed {config.seed + 1}", seed=config.seed + 1)


def _regularised(config: RunConfig) -> Step | None:
    if config.dropout == 0:
        return train(config, f"Train with dropout {DROPOUT:g}", dropout=DROPOUT)
    for field in ("units", "embedding_dim"):
        size = getattr(config, field)
        if size is not None and size > 1:
            noun = "units" if field == "units" else "embedding dimensions"
            return train(config, f"Train with {size // 2} {noun}", **{field: size // 2})
    return None
