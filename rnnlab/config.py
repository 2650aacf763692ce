"""What a run is: its checked settings, and the presets of the architectures.

Owns every default; the bounds are those of `rnnlab.fields`. Builds no model and reads no data.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypedDict, TypeVar

from rnnlab import format
from rnnlab.architectures import ARCHITECTURES, Architecture
from rnnlab.errors import InvalidField
from rnnlab.fields import FIELDS
from rnnlab.tasks import TASKS, WITHOUT_TEST_SET

Value = TypeVar("Value")


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
    forget_bias: str | None = "keras"
    recurrent_initializer: str | None = "orthogonal"
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
        if self.test_set and not self.may_hold_out:
            remedy = "its texts repeat, so the test texts would all have been seen in training"
            raise InvalidField("test_set", True, f"false for {self.dataset}", remedy)

    @property
    def architecture(self) -> Architecture:
        """The registered definition that `arch` names."""
        return ARCHITECTURES[self.arch]

    @property
    def dataset_id(self) -> str:
        """Which reviews it reads: the dataset's name, with the length where it is made for one."""
        return f"{self.dataset}-{self.maxlen}" if self.dataset in TASKS else self.dataset

    @property
    def may_hold_out(self) -> bool:
        """Whether a test set can be kept of its dataset."""
        return self.dataset not in WITHOUT_TEST_SET

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

# As in the book that the tutorial follows, which keeps 200 words, and ends with an evaluation on
# reviews that were held back.
BOOK: dict[str, RunConfig] = {
    "book-rnn": RunConfig("onehot-rnn", vocab_size=200, test_set=True),
    "book-lstm": RunConfig("lstm", vocab_size=200, layers=2, dropout=0.3, test_set=True),
}
BOOK_LABELS = {"book-rnn": "As in the book: RNN", "book-lstm": "As in the book: LSTM, 2 layers"}
# Those of the architectures are called after them.
PRESETS: dict[str, RunConfig] = {
    **{arch.name: RunConfig(arch=arch.name, **arch.preset) for arch in ARCHITECTURES.values()},
    **BOOK,
}


TUTORIAL = ("onehot-rnn", "embedding-rnn", "lstm", "gru")  # the presets of the tutorial itself


def preset_label(name: str) -> str:
    """Return what screens call a preset."""
    return BOOK_LABELS.get(name) or ARCHITECTURES[name].label


def preset(name: str, **changes: Any) -> RunConfig:
    """Return the settings of a preset, with `changes`. Raises InvalidField."""
    if name not in PRESETS:
        raise InvalidField(
            "preset", name, format.listing(tuple(PRESETS), "or"), "choose one of these"
        )
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
