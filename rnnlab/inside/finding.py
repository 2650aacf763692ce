"""What a diagnosis is made of: what is known of a run, a finding, and the step it asks for."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal, NamedTuple

from rnnlab.config import RunConfig
from rnnlab.errors import InvalidField
from rnnlab.inside.dial import Dial
from rnnlab.inside.passport import Passport
from rnnlab.inside.stopping import Stopping
from rnnlab.runs import Epoch, Run

MORE_EPOCHS = 20


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
    ratios: Mapping[int, Mapping[str, float]] = {}  # update to weight, by epoch and layer


def train_on() -> Step:
    """Return the step to train the run on."""
    return Step("train on", f"Train on for {MORE_EPOCHS} epochs")


def train(config: RunConfig, label: str, **changes: Any) -> Step | None:
    """Return the step to these settings; None where they are out of bounds or no other."""
    try:
        changed = replace(config, **changes)
    except InvalidField:
        return None
    return None if changed == config else Step("train", label, changed)
