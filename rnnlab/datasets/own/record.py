"""What is known of a dataset of one's own without its reviews: its id, its name, its description.

Owns how such a dataset is called and which splits it may have. Reads and writes nothing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, get_args

from rnnlab import format
from rnnlab.errors import InvalidField
from rnnlab.fields import BUILT_IN, OWN_ID
from rnnlab.names import checked_name

SplitKind = Literal["random", "group", "time", "column"]
SPLIT_KINDS: tuple[SplitKind, ...] = get_args(SplitKind)
PART_NAMES = ("train", "validation", "test")
# The parts of a split as files and folders write them, in lower case.
PART_WORDS = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("validation", "valid", "val", "dev", "development"), "validation"),
    **dict.fromkeys(("test", "testing"), "test"),
}


@dataclass(frozen=True)
class SplitChoice:
    """How a dataset is split, and by which column of its file. Raises InvalidField.

    "random" draws a fifth of each label; "group" keeps the reviews with one value of the column on
    one side; "time" holds out the latest; "column" takes each review's part from the column.
    """

    kind: SplitKind | str = "random"
    column: str | None = None

    def __post_init__(self) -> None:
        if self.kind not in SPLIT_KINDS:
            raise InvalidField(
                "split", self.kind, format.listing(SPLIT_KINDS, "or"), "choose one of these"
            )
        if self.kind == "random" and self.column is not None:
            remedy = "choose the split group, time or column, or leave the column out"
            raise InvalidField("split_column", self.column, "left out for a random split", remedy)
        if self.kind != "random" and not self.column:
            remedy = "name the column of the file with split_column"
            raise InvalidField("split_column", self.column, f"given for split {self.kind}", remedy)

    @property
    def words(self) -> str:
        """The split in words: "random, both labels alike"."""
        return {
            "random": "random, both labels alike",
            "group": f"by group ({self.column})",
            "time": f"by time ({self.column})",
            "column": f"given by the column {self.column}",
        }[self.kind]


RANDOM = SplitChoice()


class PartCounts(NamedTuple):
    """How many reviews train, validate and test a run. `test` counts a given test part alone."""

    train: int
    validation: int
    test: int = 0


@dataclass(frozen=True)
class OwnDataset:
    """A dataset of one's own as it stood when it was read; `created_at` in seconds since 1970, UTC.

    `description` is plain JSON: where the reviews come from and how they were read ("source",
    "choices", "remarks", "left_out"), "reviews", "positives", "parts" (their counts with split seed
    42), "split", "tokenizer", and "version_of", the id of the dataset that it was made from.
    """

    id: str
    name: str
    fingerprint: str
    created_at: float
    description: Mapping[str, Any]

    @property
    def reviews(self) -> int:
        """The number of its reviews."""
        return int(self.description["reviews"])

    @property
    def positives(self) -> int:
        """The number of its positive reviews."""
        return int(self.description["positives"])

    @property
    def parts(self) -> PartCounts:
        """How its reviews are split without a test set that a run asks for."""
        return PartCounts(*(int(self.description["parts"][name]) for name in PART_NAMES))

    @property
    def gives_test(self) -> bool:
        """Whether it has a test part that no run is trained on or selected by."""
        return self.parts.test > 0

    @property
    def split(self) -> SplitChoice:
        """How it is split."""
        return SplitChoice(**self.description["split"])

    @property
    def tokenizer(self) -> str:
        """How its texts are cut into words."""
        return str(self.description.get("tokenizer", "words"))

    @property
    def version_of(self) -> str | None:
        """The id of the dataset that it is a new version of."""
        return self.description.get("version_of")


def own_id(fingerprint: str) -> str:
    """Return the id of the dataset with this fingerprint."""
    return f"own-{fingerprint[:12]}"


def is_own(dataset: str) -> bool:
    """Return whether this is the id of a dataset of one's own."""
    return re.fullmatch(OWN_ID, dataset) is not None


def checked_dataset_name(text: str) -> str:
    """Return the name of a dataset as it is stored. Raises InvalidField like `checked_name`.

    A name that means a built-in dataset or an id is refused too.
    """
    name = checked_name(text)
    folded = name.casefold()
    if folded in BUILT_IN or is_own(folded):
        raise InvalidField(
            "name", text, "other than a built-in dataset's or an id", f"call it my {name}"
        )
    return name
