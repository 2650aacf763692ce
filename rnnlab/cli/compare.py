"""The commands that judge runs: how well each does on labelled reviews, and which is better."""

import argparse
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rnnlab.cli.output import print_json, say
from rnnlab.runs import Run, trained

if TYPE_CHECKING:
    from rnnlab.compare.groups import Group
    from rnnlab.datasets.labelled import LabelledReviews
    from rnnlab.evaluation.predictions import Predictions
    from rnnlab.lab import Lab


def evaluate(options: argparse.Namespace) -> int:
    """Let runs judge labelled reviews that they were not trained on."""
    lab, runs = _runs(options)
    reviews = _reviews(options)
    from rnnlab.evaluation.predictions import predict_texts
    from rnnlab.inference.classify import Classifier

    said = predict_texts([Classifier.load(lab.store, run) for run in runs], reviews)
    if options.json:
        from rnnlab.report import documents

        evaluations = [documents.evaluation(one, left_out=reviews.left_out_count) for one in said]
        print_json(evaluations[0] if len(evaluations) == 1 else evaluations)
        _say_left_out(reviews)
    else:
        from rnnlab.cli import evaluation_tables

        evaluation_tables.evaluations(runs, said, on=_on(options))
        print(_left_out(reviews), end="")
    return 0


def compare(options: argparse.Namespace) -> int:
    """Say which of several runs, or groups of them, is better, and how surely."""
    lab, runs = _runs(options)
    if options.csv is None and options.on is None:
        reviews, said = None, _on_validation(lab, runs)
    else:
        from rnnlab.evaluation.predictions import predict_texts
        from rnnlab.inference.classify import Classifier

        reviews = _reviews(options)
        said = predict_texts([Classifier.load(lab.store, run) for run in runs], reviews)
    from rnnlab.compare import ranking
    from rnnlab.compare.verdict import Side
    from rnnlab.errors import DataError

    sides = _sides(said)
    found, refused = None, None
    try:
        found = ranking.evaluate_sides(
            [Side(one.name, one.runs, len(one.repeats)) for one in sides.values()]
        )
    except DataError as error:
        refused = str(error)
    if options.json:
        from rnnlab.report import documents

        print_json(documents.comparison(runs, sides, found and found.verdicts, refused=refused))
        _say_left_out(reviews)
    else:
        from rnnlab.cli import evaluation_tables

        evaluation_tables.comparison(sides, found, refused=refused, on=_on(options))
        print(_left_out(reviews), end="")
    return 0


def report(options: argparse.Namespace) -> int:
    """Write a comparison of runs as one HTML file that needs nothing else."""
    lab, runs = _runs(options)
    from rnnlab.cli import files
    from rnnlab.report import comparison

    compared = comparison.compare_runs(lab, runs, every=lab.store.runs())
    path = files.write(
        options.html, comparison.render_html(compared, now=time.time()).encode(), flag="html"
    )
    if options.json:
        print_json({"runs": [run.id for run in runs], "html": str(path), "title": compared.title})
    say(f"{compared.title}. The report is in {options.html}.")
    return 0


def _runs(options: argparse.Namespace) -> tuple["Lab", list[Run]]:
    """The lab, and the runs that the person named by name, id, group or architecture."""
    from rnnlab.compare import groups
    from rnnlab.lab import Lab

    lab = Lab()
    lab.reconcile()  # a dead worker's run is not running
    every = lab.store.runs()
    trained_runs = trained(every)
    found: dict[str, Run] = {}
    for text in options.run:
        members: Sequence[Run] = ()
        if not any(text in (run.id, run.name) for run in every):
            members = groups.find_runs(text, trained_runs)
        for run in members or [lab.store.find(text)]:
            found[run.id] = run
    return lab, list(found.values())


def _reviews(options: argparse.Namespace) -> "LabelledReviews":
    """The labelled reviews of the person's file, or of a set by name."""
    if options.csv is None:
        from rnnlab.datasets import outside

        return outside.load(options.on)
    from rnnlab.cli import files
    from rnnlab.datasets import labelled

    limit = labelled.MAX_MB
    return labelled.read(
        files.content(options.csv, flag="csv", limit_mb=limit, remedy="give fewer reviews at once")
    )


def _on(options: argparse.Namespace) -> str:
    """The name of the reviews, to be read after "on"."""
    if options.csv is not None:
        return "standard input" if options.csv == "-" else options.csv
    if options.on is None:
        return "the validation reviews"
    from rnnlab.datasets import outside

    return outside.OUTSIDE[options.on]


def _on_validation(lab: "Lab", runs: Sequence[Run]) -> "list[Predictions]":
    """What each run says of the validation reviews of the dataset that it was trained on."""
    from rnnlab import datasets
    from rnnlab.evaluation import predictions

    loaded: dict[tuple[str, str | None], datasets.Dataset] = {}
    said = []
    for run in runs:
        key = (run.config.dataset, run.manifest.get("dataset_sha256"))
        if key not in loaded:
            loaded[key] = datasets.load(key[0], lab.home, fingerprint=key[1])
        said.append(predictions.load_predictions(lab.store, run, loaded[key]))
    return said


def _sides(said: "Sequence[Predictions]") -> "dict[str, Group[Predictions]]":
    """The sides by the id of their group, or of their run where it is alone.

    Runs that differ in seed alone are one side; where all do, each is a side of its own.
    """
    from rnnlab.compare.groups import Group, group_id, group_runs

    found = group_runs(said)
    if len(found) == 1:
        found = tuple(Group(group_id(one.config), one.name, (one,)) for one in said)
    return {group.id if group.seeds > 1 else group.runs[0].run: group for group in found}


def _left_out(reviews: "LabelledReviews | None") -> str:
    """A line for each reason for which rows were left out."""
    return "".join(
        f"Left out: {one.count:,} × {one.reason} (the first in line {one.line:,}).\n"
        for one in (reviews.left_out if reviews else ())
    )


def _say_left_out(reviews: "LabelledReviews | None") -> None:
    for line in _left_out(reviews).splitlines():
        say(line)
