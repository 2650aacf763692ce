"""What a run is: its fields, their bounds, and the presets of the architectures.

Owns every bound and every default. The form, the command line, the URL, the store's columns and
the tests read `FIELDS`; nothing else states a limit. Builds no model and reads no data.
"""

import dataclasses
import math
import operator
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rnnlab.architectures import ARCHITECTURES, Architecture
from rnnlab.errors import InvalidField


@dataclass(frozen=True)
class Field:
    """One field of `RunConfig`: its bounds and the words that go with it.

    `low` and `high` are inclusive; `choices` replaces them where the values are names.
    """

    name: str
    kind: type  # int, float, bool or str
    label: str
    help: str
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    lower: str = ""  # the remedy for a value above `high`
    raise_: str = ""  # the remedy for a value below `low`

    @property
    def limit(self) -> str:
        """The allowed values in words: "5–1000", "a whole number 5–1000", "pre or post"."""
        if self.choices:
            return " or ".join(self.choices)
        if self.kind is bool:
            return "true or false"
        return f"{self.low:g}–{self.high:.10g}"

    def check(self, value: Any) -> Any:
        """The value as this field's kind. Raises InvalidField where it is outside the limit."""
        if self.kind is str:
            if value not in self.choices:
                raise InvalidField(self.name, value, self.limit, "choose one of these")
            return str(value)
        if self.kind is bool:
            if not isinstance(value, bool):
                raise InvalidField(self.name, value, self.limit, "write true or false")
            return value
        number = self._number(value)
        if number > self.high:
            raise InvalidField(self.name, value, self.limit, self.lower)
        if number < self.low:
            raise InvalidField(self.name, value, self.limit, self.raise_)
        return number

    def parse(self, text: str) -> Any:
        """The checked value of a text from a URL or a command line. Raises InvalidField."""
        text = str(text).strip()
        if self.kind is bool:
            return self.check(
                {"true": True, "1": True, "false": False, "0": False}.get(text.lower(), text)
            )
        if self.kind is str:
            return self.check(text)
        try:
            return self.check(self.kind(text))
        except ValueError:
            raise self._not_a_number(text) from None

    def _number(self, value: Any) -> int | float:
        if isinstance(value, bool):
            raise self._not_a_number(value)
        try:
            number = operator.index(value) if self.kind is int else float(value)
        except (TypeError, ValueError):
            raise self._not_a_number(value) from None
        if isinstance(value, str) or not math.isfinite(number):
            raise self._not_a_number(value)
        return number

    def _not_a_number(self, value: Any) -> InvalidField:
        noun = "whole number" if self.kind is int else "number"
        return InvalidField(self.name, value, self.limit, f"give a {noun} in this range")


FIELDS: dict[str, Field] = {
    field.name: field
    for field in (
        Field("arch", str, "Architecture", "The network to train.", choices=tuple(ARCHITECTURES)),
        Field(
            "vocab_size",
            int,
            "Vocabulary size",
            "How many of the most frequent words the network knows (four ids are reserved).",
            10,
            50_000,
            lower="use a smaller vocabulary",
            raise_="use a larger vocabulary",
        ),
        Field(
            "maxlen",
            int,
            "Review length",
            "How many words of a review the network reads (maxlen); longer ones are cut.",
            5,
            1_000,
            lower="shorten the review window",
            raise_="lengthen the review window",
        ),
        Field(
            "learning_rate",
            float,
            "Learning rate",
            "How far each step moves the weights.",
            1e-6,
            1.0,
            lower="take smaller steps",
            raise_="take larger steps",
        ),
        Field(
            "embedding_dim",
            int,
            "Embedding size",
            "How many numbers stand for one word.",
            1,
            1_024,
            lower="use shorter word vectors",
            raise_="use longer word vectors",
        ),
        Field(
            "units",
            int,
            "Units",
            "How many numbers the recurrent layer remembers.",
            1,
            512,
            lower="use fewer units",
            raise_="use at least one unit",
        ),
        Field(
            "layers",
            int,
            "Recurrent layers",
            "How many recurrent layers are stacked.",
            1,
            3,
            lower="stack fewer layers",
            raise_="use at least one layer",
        ),
        Field("bidirectional", bool, "Bidirectional", "Read the review forwards and backwards."),
        Field(
            "dropout",
            float,
            "Dropout",
            "Share of each recurrent layer's inputs that is dropped while training.",
            0,
            0.9,
            lower="drop a smaller share",
            raise_="use 0 for no dropout",
        ),
        Field(
            "batch_size",
            int,
            "Batch size",
            "How many reviews are read before each step.",
            1,
            4_096,
            lower="use smaller batches",
            raise_="use at least one review a batch",
        ),
        Field(
            "epochs",
            int,
            "Epochs, at most",
            "How often all training reviews are read, unless early stopping ends it.",
            1,
            1_000,
            lower="train for fewer epochs",
            raise_="train for at least one epoch",
        ),
        Field(
            "patience",
            int,
            "Patience",
            "Epochs without a better validation loss before training stops.",
            0,
            100,
            lower="use less patience",
            raise_="use 0 to stop at the first worse epoch",
        ),
        Field(
            "optimizer",
            str,
            "Optimizer",
            "The rule that turns gradients into steps.",
            choices=("rmsprop", "adam", "sgd"),
        ),
        Field(
            "truncating",
            str,
            "Cut from",
            "Which end of a long review is cut off: pre cuts its start, post its end.",
            choices=("pre", "post"),
        ),
        Field(
            "dataset", str, "Dataset", "Where the reviews come from.", choices=("bundled", "keras")
        ),
        Field(
            "seed",
            int,
            "Seed",
            "Start of all chance: first weights, order of the batches, dropout.",
            0,
            2**32 - 1,
            lower="use a smaller seed",
            raise_="use 0 or a positive seed",
        ),
        Field("backend", str, "Backend", "The library that runs keras.", choices=("tensorflow",)),
    )
}


@dataclass(frozen=True)
class RunConfig:
    """Every setting of one run, checked. Equal configs describe the same training.

    Raises InvalidField for a value outside its bounds. A field that has no meaning for the
    architecture (see `Architecture.unused`) is checked, then kept as None.

    >>> preset("lstm", maxlen=200).maxlen
    200
    """

    arch: str = "lstm"
    vocab_size: int = 500
    maxlen: int = 100
    learning_rate: float | None = 1e-4
    embedding_dim: int | None = 16
    units: int | None = 8
    layers: int | None = 1
    bidirectional: bool | None = False
    dropout: float | None = 0.0
    batch_size: int | None = 64
    epochs: int | None = 100
    patience: int | None = 3
    optimizer: str | None = "rmsprop"
    truncating: str = "pre"
    dataset: str = "bundled"
    seed: int | None = 42
    backend: str | None = "tensorflow"

    def __post_init__(self) -> None:
        arch = FIELDS["arch"].check(self.arch)
        unused = ARCHITECTURES[arch].unused
        for name, field in FIELDS.items():
            value = getattr(self, name)
            if not (name in unused and value is None):
                value = field.check(value)
            object.__setattr__(self, name, None if name in unused else value)

    @property
    def architecture(self) -> Architecture:
        """The registered definition that `arch` names."""
        return ARCHITECTURES[self.arch]

    @property
    def epochs_planned(self) -> int:
        """How many epochs it has at most; what is fitted in one go has one."""
        return 1 if self.epochs is None else self.epochs

    def to_dict(self) -> dict[str, Any]:
        """Field names to plain values, ready for JSON; in the order of `FIELDS`."""
        return {name: getattr(self, name) for name in FIELDS}


PRESETS: dict[str, RunConfig] = {
    arch.name: RunConfig(arch=arch.name, **arch.preset) for arch in ARCHITECTURES.values()
}


TUTORIAL = ("onehot-rnn", "embedding-rnn", "lstm", "gru")  # the presets of the tutorial itself


def preset(name: str, **changes: Any) -> RunConfig:
    """The usual settings of an architecture, with `changes`. Raises InvalidField."""
    if name not in PRESETS:
        raise InvalidField("preset", name, " or ".join(PRESETS), "choose one of these")
    for field in changes:
        if field not in FIELDS:
            raise InvalidField("field", field, "a setting of a run", "see rnnlab train --help")
    return dataclasses.replace(PRESETS[name], **changes)


def parse_config(texts: Mapping[str, str], *, preset_name: str | None = None) -> RunConfig:
    """The config that texts from a URL or a command line describe.

    Fields left out have the value of the preset of that name, else of the given `arch`'s preset,
    else of the LSTM's. Raises InvalidField for an unknown field or a value outside its bounds.
    """
    unknown = [name for name in texts if name not in FIELDS]
    if unknown:
        raise InvalidField("field", unknown[0], "a setting of a run", "leave it out")
    values = {name: FIELDS[name].parse(text) for name, text in texts.items()}
    return preset(preset_name or values.get("arch", "lstm"), **values)
