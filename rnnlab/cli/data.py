"""The commands of datasets of one's own: add, list, rename and delete."""

import argparse
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from rnnlab.cli.data_check import acted_on
from rnnlab.cli.labelled_reviews import choices_of, read_source
from rnnlab.cli.open_lab import open_lab
from rnnlab.cli.output import confirmed, print_json, say

if TYPE_CHECKING:
    from rnnlab.datasets.own.record import OwnDataset


def add(options: argparse.Namespace) -> int:
    """Read a file of labelled reviews and keep them as a dataset to train on."""
    from rnnlab.datasets.own.record import SplitChoice, checked_dataset_name
    from rnnlab.datasets.reading.reviews import distinct
    from rnnlab.datasets.reading.rows import read_rows
    from rnnlab.datasets.reading.trees import PART
    from rnnlab.tokenizers import checked_tokenizer

    name = checked_dataset_name(options.name)
    kind = options.split or ("random" if options.split_column is None else "column")
    split = SplitChoice(kind, options.split_column)
    tokenizer = checked_tokenizer(options.tokenizer)
    lab = open_lab(to_change=True)
    choices = choices_of(options)
    others = [] if split.column is None else [split.column]
    rows = read_rows(read_source(options.file, flag="file"), choices, others=others)
    if options.split is None and split.column is None and PART in rows.others:
        split = SplitChoice("column", PART)  # as the folders say
    if options.act_on:
        rows = acted_on(lab, rows, options.act_on, part_column=split.column)
    reviews = distinct(rows)
    source = {
        "file": "standard input" if options.file == "-" else PurePath(options.file).name,
        **{field: value for field, value in choices._asdict().items() if value is not None},
    }
    dataset = lab.add_dataset(reviews, name, split=split, tokenizer=tokenizer, source=source)
    if options.json:
        print_json(document(dataset, runs=lab.store.datasets.runs_of(dataset.id)))
    else:
        from rnnlab.cli import data_tables

        for line in data_tables.card(dataset):
            print(line)
    say(
        f"{dataset.name} ({dataset.id}) is ready: rnnlab train --preset lstm --dataset {dataset.id}"
    )
    return 0


def listing(options: argparse.Namespace) -> int:
    """List the datasets of one's own, newest first."""
    lab = open_lab()
    datasets = [(own, lab.store.datasets.runs_of(own.id)) for own in lab.store.datasets.all()]
    if options.json:
        print_json([document(own, runs=runs) for own, runs in datasets])
    else:
        from rnnlab.cli import data_tables

        data_tables.listing(datasets)
    return 0


def rename(options: argparse.Namespace) -> int:
    """Rename a dataset; its id and its runs stay as they are."""
    datasets = open_lab(to_change=True).store.datasets
    dataset = datasets.find(options.dataset)
    datasets.rename(dataset.id, options.name)
    say(f"{dataset.name} ({dataset.id}) is now called {datasets.get(dataset.id).name}.")
    return 0


def delete(options: argparse.Namespace) -> int:
    """Delete a dataset that no run needs, after asking for confirmation in a terminal."""
    lab = open_lab(to_change=True)
    dataset = lab.store.datasets.find(options.dataset)
    question = f"Delete {dataset.name} ({dataset.id}) and its {dataset.reviews:,} reviews?"
    if not options.yes and not confirmed(question):
        say("Nothing was deleted.")
        return 0
    lab.delete_dataset(dataset.id)
    say(f"{dataset.name} ({dataset.id}) was deleted.")
    return 0


def document(dataset: "OwnDataset", *, runs: int) -> dict[str, Any]:
    """Describe a dataset in JSON."""
    return {
        "id": dataset.id,
        "name": dataset.name,
        "fingerprint": dataset.fingerprint,
        "created_at": dataset.created_at,
        "runs": runs,
        **dataset.description,
    }
