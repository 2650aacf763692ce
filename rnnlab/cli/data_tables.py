"""Prints datasets of one's own on stdout."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rnnlab import format, tokenizers
from rnnlab.cli.output import plain
from rnnlab.cli.tables import Stdout, new_table
from rnnlab.datasets.labelled import SkippedRows
from rnnlab.datasets.own.unknown import sentence

if TYPE_CHECKING:
    from rnnlab.datasets.own.record import OwnDataset


def listing(datasets: Sequence[tuple["OwnDataset", int]]) -> None:
    """Print datasets with how many runs each has, one a line."""
    if not datasets:
        print("There are no datasets yet: add one with `rnnlab data add FILE --name NAME`.")
        return
    columns = ("id", "name", ">reviews", ">positive", ">train", ">validation", ">test", "split")
    table = new_table(*columns, "tokenizer", ">runs")
    for dataset, runs in datasets:
        parts = (format.count(count) if count else "" for count in dataset.parts)
        table.add_row(
            dataset.id,
            plain(dataset.name),
            format.count(dataset.reviews),
            format.percent(dataset.positives / dataset.reviews),
            *parts,
            plain(dataset.split.words),
            tokenizers.label(dataset.tokenizer),
            format.count(runs),
        )
    Stdout().print(table)


def card(dataset: "OwnDataset") -> Iterable[str]:
    """Yield a dataset's facts, a line each."""
    parts = dataset.parts
    test = f", {parts.test:,} test" if parts.test else ""
    positive = format.percent(dataset.positives / dataset.reviews)
    yield plain(f"{dataset.name}: {dataset.reviews:,} reviews, {positive} of them positive.")
    yield plain(
        f"Split: {dataset.split.words}: {parts.train:,} train, {parts.validation:,} validation"
        f"{test}."
    )
    if unknown := dataset.description.get("unknown"):
        yield plain(sentence(unknown))
    for remark in dataset.description["remarks"]:
        yield plain(remark)
    for rows in dataset.description["left_out"]:
        yield plain(f"Left out: {SkippedRows(**rows).description}.")
