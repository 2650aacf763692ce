"""The command that checks labelled reviews before anything is trained or judged on them."""

import argparse
import json
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from rnnlab.cli.labelled_reviews import choices_of, read_source, seen_by
from rnnlab.cli.open_lab import open_lab
from rnnlab.cli.output import print_json
from rnnlab.dataset_names import dataset_name
from rnnlab.errors import InvalidField, RnnlabError
from rnnlab.fields import BUILT_IN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rnnlab.datasets.health.card import HealthCard, Seen
    from rnnlab.datasets.health.checked import Checked
    from rnnlab.datasets.reading.rows import LabelledRows
    from rnnlab.lab import Lab

Report = Callable[[float], None]
_CHOICES = ("text_column", "label_column", "positive", "encoding")
_REPORT_S = 0.2


def check(options: argparse.Namespace) -> int:
    """Check a file, a dataset of one's own or a built-in one."""
    from rnnlab.report import health as documents

    lab = open_lab()
    name = options.source
    try:
        with _progress(options) as report:
            checked, read, health = _health(lab, options, report)
    except RnnlabError as error:
        if options.json:
            print_json(documents.failure(_title(name), error))
        raise
    if options.json:
        print_json({**documents.card(_title(name), checked, health), **read})
    else:
        from rnnlab.cli import health_tables

        health_tables.card(_title(name), checked, health, read)
    return 0


def acted_on(
    lab: "Lab", rows: "LabelledRows", keys: "Sequence[str]", *, part_column: str | None
) -> "LabelledRows":
    """Return rows once these findings of their card are acted on. Raises InvalidField."""
    from rnnlab.datasets.health import acting, card
    from rnnlab.datasets.health.checked import from_rows

    checked = from_rows(rows, part_column=part_column)
    return acting.act(rows, card.make(checked, seen_by_runs=_seen(lab)), keys)


def _health(
    lab: "Lab", options: argparse.Namespace, report: Report
) -> "tuple[Checked, dict[str, Any], HealthCard]":
    from rnnlab import datasets
    from rnnlab.config import RunConfig
    from rnnlab.datasets import outside
    from rnnlab.datasets.health import card
    from rnnlab.datasets.health.checked import from_reviews, from_rows, of_dataset
    from rnnlab.datasets.reading.columns import find_column
    from rnnlab.datasets.reading.rows import read_rows
    from rnnlab.datasets.reading.trees import PART
    from rnnlab.report import health as documents

    dataset_id = _dataset_id(lab, options.source)
    if dataset_id is not None:
        _refuse_choices(options)
        config = RunConfig(dataset=dataset_id)
        dataset = datasets.load(config.dataset_id, lab.home)
        checked = of_dataset(dataset, config)
        report(0.4)
        return checked, {}, card.make(checked, seen_by_runs=(), report=report)
    if options.source in outside.OUTSIDE and not Path(options.source).exists():
        _refuse_choices(options)
        checked = from_reviews(outside.load(options.source))
        return checked, {}, card.make(checked, seen_by_runs=_seen(lab), report=report)
    others = [] if options.split_column is None else [options.split_column]
    report(0.02)
    # The file itself is not kept: its texts take as much again.
    rows = read_rows(read_source(options.source, flag="file"), choices_of(options), others=others)
    report(0.15)
    column = options.split_column or (PART if PART in rows.others else None)
    if options.split_column is not None:
        find_column(rows.header, options.split_column)
    checked = from_rows(rows, part_column=column, report=lambda share: report(0.15 + 0.3 * share))
    health = card.make(checked, seen_by_runs=_seen(lab), report=report)
    return checked, documents.understood(rows), health


def _refuse_choices(options: argparse.Namespace) -> None:
    for field in (*_CHOICES, "split_column"):
        if getattr(options, field) is not None:
            remedy = "name a file, or leave it out"
            raise InvalidField(field, getattr(options, field), "left out for a dataset", remedy)


def _dataset_id(lab: "Lab", source: str) -> str | None:
    """Return the dataset that is named; None for a file, which goes before."""
    if source == "-" or "\0" in source or Path(source).expanduser().exists():
        return None
    if source in BUILT_IN:
        return source
    from rnnlab.errors import DatasetNotFound

    try:
        return lab.store.datasets.find(source).id
    except DatasetNotFound:
        return None


def _seen(lab: "Lab") -> "list[Seen]":
    """Return the datasets that runs of this lab were trained on, with the rows they have seen.

    Those that came with rnnlab count: a file of IMDB reviews holds what they know.
    """
    from rnnlab.datasets import synthetic
    from rnnlab.runs import trained

    every = (*lab.store.runs(), *lab.store.starters.all())
    runs = [run for run in trained(every) if not synthetic.is_synthetic(run.config.dataset_id)]
    return [
        (f"the dataset {dataset_name(dataset.name)}", dataset, rows)
        for dataset, rows in seen_by(lab, runs)
    ]


def _title(source: str) -> str:
    return "standard input" if source == "-" else PurePath(source).name or source


@contextmanager
def _progress(options: argparse.Namespace) -> "Iterator[Report]":
    """Yield what is told how much is done: a bar on a terminal, lines of JSON if asked for."""
    if options.progress_lines:
        last = [0.0]

        def report(share: float) -> None:
            if time.monotonic() - last[0] > _REPORT_S:
                last[0] = time.monotonic()
                print(json.dumps({"progress": round(share, 3)}), file=sys.stderr, flush=True)

        yield report
    elif sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import Progress

        with Progress(console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task("Checking", total=1.0)
            yield lambda share: progress.update(task, completed=share)
    else:
        yield lambda share: None
