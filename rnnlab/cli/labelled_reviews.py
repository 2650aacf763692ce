"""The labelled reviews that commands evaluate runs on: a person's file, or a built-in set."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rnnlab.cli.output import say
from rnnlab.dataset_names import dataset_name
from rnnlab.errors import InvalidField
from rnnlab.runs import Run

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np

    from rnnlab.datasets import Dataset
    from rnnlab.datasets.labelled import LabelledReviews
    from rnnlab.datasets.reading.rows import Choices
    from rnnlab.datasets.reading.trees import Tree
    from rnnlab.lab import Lab


def check_choices(options: argparse.Namespace) -> None:
    """Raise InvalidField for a choice about a file where there is none."""
    for field in ("text_column", "label_column", "positive", "encoding"):
        value = getattr(options, field)
        if value is not None and options.csv is None:
            raise InvalidField(field, value, "left out without --csv", "name a file with --csv")


def load_reviews(lab: "Lab", runs: Sequence[Run], options: argparse.Namespace) -> "LabelledReviews":
    """Load the labelled reviews of a file, without those that a run has seen, or a built-in set."""
    from rnnlab.datasets import outside

    if options.csv is None:
        return outside.load(options.on)
    from rnnlab.datasets.reading import reviews

    content = read_source(options.csv, flag="csv")
    return _without_seen(lab, runs, reviews.read(content, choices_of(options)))


def read_source(name: str, *, flag: str) -> "bytes | Tree":
    """Return a file's bytes, or a folder's reviews; "-" is standard input. Raises RnnlabError."""
    from rnnlab.cli import files
    from rnnlab.datasets.reading import limits, trees

    path = Path(name).expanduser()
    if name != "-" and "\0" not in name and path.is_dir():
        return trees.read_folder(path)
    remedy = "give fewer reviews at once"
    return files.read(name, flag=flag, limit_mb=limits.MAX_MB, remedy=remedy)


def choices_of(options: argparse.Namespace) -> "Choices":
    """Return what the flags say of a file."""
    from rnnlab.datasets.reading.rows import Choices

    return Choices(options.text_column, options.label_column, options.positive, options.encoding)


def seen_by(lab: "Lab", runs: Sequence[Run]) -> "Iterator[tuple[Dataset, np.ndarray]]":
    """Yield each dataset of the runs, with the rows that train or select one of them.

    Say which cannot be read, and so is not checked.
    """
    from rnnlab.datasets import overlap
    from rnnlab.errors import DataError
    from rnnlab.evaluation.predictions import dataset_finder
    from rnnlab.tokenizers import cutter

    find = dataset_finder(lab.home)
    for name in sorted({run.config.dataset_id for run in runs}):
        of_dataset = [run for run in runs if run.config.dataset_id == name]
        try:
            dataset = find(of_dataset[0])
            cutter(dataset.tokenizer)("")  # whose package may be missing
        except DataError as error:
            say(f"Not checked against the reviews of the dataset {dataset_name(name)}: {error}.")
            continue
        yield dataset, overlap.seen_rows(dataset, [run.config for run in of_dataset])


def _without_seen(lab: "Lab", runs: Sequence[Run], reviews: "LabelledReviews") -> "LabelledReviews":
    """Leave out what the runs were trained on or selected by."""
    from rnnlab.datasets import lengths, overlap

    for dataset, rows in seen_by(lab, runs):
        reviews = lengths.with_remark(overlap.without_seen(reviews, dataset, rows), dataset)
    return reviews


def name_reviews(options: argparse.Namespace) -> str:
    """Return the name of the reviews, as it is read after "on"."""
    if options.csv is not None:
        return "standard input" if options.csv == "-" else options.csv
    from rnnlab.datasets import outside

    return outside.OUTSIDE[options.on]


def _remarks(reviews: "LabelledReviews | None") -> str:
    """Return a line for each remark on how reviews were read, and why rows were left out."""
    if reviews is None:
        return ""
    left_out = (f"Left out: {rows.description}." for rows in reviews.left_out)
    return "".join(f"{line}\n" for line in (*reviews.remarks, *left_out))


def say_remarks(reviews: "LabelledReviews | None") -> None:
    """Say on stderr how the reviews were read, and why rows were left out."""
    for line in _remarks(reviews).splitlines():
        say(line)


def print_remarks(reviews: "LabelledReviews | None") -> None:
    """Print on stdout what `say_remarks` says on stderr."""
    print(_remarks(reviews), end="")
