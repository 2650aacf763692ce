"""What a run is: its fields, their bounds, and the presets of the architectures.

Owns every bound and every default. The form, the command line, the URL, the store's columns and
the tests read `FIELDS`; nothing else states a limit. Builds no model and reads no data.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypedDict, TypeVar

from rnnlab.architectures import ARCHITECTURES, Architecture
from rnnlab.errors import InvalidField
from rnnlab.field import Field

Value = TypeVar("Value")

FIELDS: dict[str, Field] = {
    field.name: field
    for field in (
        Field("arch", str, "Architecture", "The model to train.", choices=tuple(ARCHITECTURES)),
        Field(
            "vocab_size",
            int,
            "Vocabulary size",
            "How many of the most frequent words the model knows (four ids are reserved).",
            10,
            50_000,
            if_above="use a smaller vocabulary",
            if_below="use a larger vocabulary",
        ),
        Field(
            "maxlen",
            int,
            "Review length",
            "How many words of a review the model reads (maxlen); longer ones are cut.",
            5,
            1_000,
            if_above="shorten the review window",
            if_below="lengthen the review window",
        ),
        Field(
            "learning_rate",
            float,
            "Learning rate",
            "Step size of the optimizer.",
            1e-6,
            1.0,
            if_above="take smaller steps",
            if_below="take larger steps",
        ),
        Field(
            "embedding_dim",
            int,
            "Embedding size",
            "Dimensions of each word vector.",
            1,
            1_024,
            if_above="use shorter word vectors",
            if_below="use longer word vectors",
        ),
        Field(
            "units",
            int,
            "Units",
            "Size of the recurrent layer's hidden state.",
            1,
            512,
            if_above="use fewer units",
            if_below="use at least one unit",
        ),
        Field(
            "layers",
            int,
            "Recurrent layers",
            "How many recurrent layers are stacked.",
            1,
            3,
            if_above="stack fewer layers",
            if_below="use at least one layer",
        ),
        Field("bidirectional", bool, "Bidirectional", "Read each review forwards and backwards."),
        Field(
            "dropout",
            float,
            "Dropout",
            "Share of each recurrent layer's inputs dropped during training.",
            0,
            0.9,
            if_above="drop a smaller share",
            if_below="use 0 for no dropout",
        ),
        Field(
            "batch_size",
            int,
            "Batch size",
            "Reviews per training step.",
            1,
            4_096,
            if_above="use smaller batches",
            if_below="use at least one review per batch",
        ),
        Field(
            "epochs",
            int,
            "Maximum epochs",
            "How many times to go through the training reviews; early stopping may end sooner.",
            1,
            1_000,
            if_above="train for fewer epochs",
            if_below="train for at least one epoch",
        ),
        Field(
            "patience",
            int,
            "Patience",
            "Epochs without a lower validation loss before training stops early.",
            0,
            100,
            if_above="use a shorter patience",
            if_below="use 0 to stop at the first epoch that is no better",
        ),
        Field(
            "optimizer",
            str,
            "Optimizer",
            "The algorithm that updates the weights.",
            choices=("rmsprop", "adam", "sgd"),
        ),
        Field(
            "truncating",
            str,
            "Truncation",
            "Which end of a long review is cut off: pre removes the start, post the end.",
            choices=("pre", "post"),
        ),
        Field(
            "dataset", str, "Dataset", "Where the reviews come from.", choices=("bundled", "keras")
        ),
        Field(
            "seed",
            int,
            "Seed",
            "Random seed: initial weights, batch order, dropout.",
            0,
            2**32 - 1,
            if_above="use a smaller seed",
            if_below="use 0 or a positive seed",
        ),
        Field(
            "split_seed",
            int,
            "Split seed",
            "Random seed of the split: which reviews train the model and which are held out.",
            0,
            2**32 - 1,
            if_above="use a smaller seed",
            if_below="use 0 or a positive seed",
        ),
        Field(
            "test_set",
            bool,
            "Test set",
            "Keep half of the validation reviews out of training and of every choice, for the "
            "final comparison.",
        ),
        Field("backend", str, "Backend", "The framework that runs Keras.", choices=("tensorflow",)),
    )
}


class Window(TypedDict):
    """Which words of a text a model reads: the known ones, how many, and which end is cut."""

    vocab_size: int
    maxlen: int
    truncating: str


@dataclass(frozen=True)
class RunConfig:
    """Every setting of one run, checked. Equal configs describe the same training.

    Raises InvalidField for a value outside its bounds. A field that the architecture ignores (see
    `Architecture.unused`) is checked, then kept as None.

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
    split_seed: int = 42
    test_set: bool = False
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
    def window(self) -> Window:
        """What decides which words of a text the model reads."""
        return {
            "vocab_size": self.vocab_size,
            "maxlen": self.maxlen,
            "truncating": self.truncating,
        }

    @property
    def epochs_planned(self) -> int:
        """How many epochs it trains at most; a model that is fitted in one go has one."""
        return 1 if self.epochs is None else self.epochs

    def to_dict(self) -> dict[str, Any]:
        """Return plain values by field name, ready for JSON, in the order of `FIELDS`."""
        return {name: getattr(self, name) for name in FIELDS}


SEED_FIELDS = ("seed", "split_seed")  # what a group's runs may differ in

PRESETS: dict[str, RunConfig] = {
    arch.name: RunConfig(arch=arch.name, **arch.preset) for arch in ARCHITECTURES.values()
}


TUTORIAL = ("onehot-rnn", "embedding-rnn", "lstm", "gru")  # the presets of the tutorial itself


def preset(name: str, **changes: Any) -> RunConfig:
    """Return the usual settings of an architecture, with `changes`. Raises InvalidField."""
    if name not in PRESETS:
        raise InvalidField("preset", name, " or ".join(PRESETS), "choose one of these")
    for field in changes:
        if field not in FIELDS:
            raise InvalidField("field", field, "a setting of a run", "see `rnnlab train --help`")
    return dataclasses.replace(PRESETS[name], **changes)


def parse_config(texts: Mapping[str, str], *, preset_name: str | None = None) -> RunConfig:
    """Return the config that texts from a URL or a command line describe.

    Fields left out have the value of the preset of that name, else of the given `arch`'s preset,
    else of the LSTM's. Raises InvalidField for an unknown field or a value outside its bounds.
    """
    unknown = [name for name in texts if name not in FIELDS]
    if unknown:
        raise InvalidField("field", unknown[0], "a setting of a run", "leave it out")
    values = {name: FIELDS[name].parse(text) for name, text in texts.items()}
    return preset(preset_name or values.get("arch", "lstm"), **values)


def required(value: Value | None) -> Value:
    """Return a field's value where the architecture uses it. Raises ValueError for None."""
    if value is None:
        raise ValueError("this field has no meaning for the architecture")
    return value
