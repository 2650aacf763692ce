"""The commands that evaluate runs on labelled reviews, compare them, and report the comparison."""

import argparse
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from rnnlab.cli.labelled_reviews import (
    check_choices,
    load_reviews,
    name_reviews,
    print_remarks,
    say_remarks,
)
from rnnlab.cli.open_lab import open_lab
from rnnlab.cli.output import print_json, say, say_damaged
from rnnlab.compare.margin import DEFAULT_MARGIN, MARGIN
from rnnlab.errors import DamagedRun, RunNotFound
from rnnlab.format import plural
from rnnlab.runs import Run, trained

if TYPE_CHECKING:
    from rnnlab.compare.groups import Group
    from rnnlab.datasets.labelled import LabelledReviews
    from rnnlab.evaluation.predictions import JudgingPart, Predictions
    from rnnlab.lab import Lab


def evaluate(options: argparse.Namespace) -> int:
    """Evaluate runs on labelled reviews that they were not trained on."""
    check_choices(options)
    lab = open_lab()
    chosen = _find_runs(lab, options)
    reviews = load_reviews(lab, chosen.runs, options)
    predictions, damaged = _predict(lab, chosen, reviews)
    say_damaged(damaged)
    if options.json:
        from rnnlab.report import documents

        count = reviews.left_out_count
        evaluations = [documents.evaluation(run, left_out=count) for run in predictions]
        evaluations += [documents.damaged_evaluation(run, left_out=count) for run in damaged]
        print_json(evaluations[0] if len(evaluations) == 1 else evaluations)
        say_remarks(reviews)
    else:
        from rnnlab.cli import evaluation_tables

        runs = _without(chosen.runs, damaged)
        evaluation_tables.evaluations(runs, predictions, on=name_reviews(options))
        print_remarks(reviews)
        _print_balance({of_run.name: [of_run] for of_run in predictions})
    return 0


def compare(options: argparse.Namespace) -> int:
    """Compare runs, or groups of runs, and say how certain the result is."""
    margin = DEFAULT_MARGIN if options.margin is None else MARGIN.parse(options.margin)
    check_choices(options)
    lab = open_lab()
    chosen = _find_runs(lab, options)
    part = _part(chosen.runs, options)
    reviews = None
    if part is None:
        reviews = load_reviews(lab, chosen.runs, options)
        all_predictions, damaged = _predict(lab, chosen, reviews)
    else:
        from rnnlab.evaluation.predictions import dataset_finder, load_sound_predictions

        all_predictions, damaged = load_sound_predictions(
            lab.store,
            chosen.runs,
            part,
            dataset_of=dataset_finder(lab.home),
            named=chosen.named,
        )
    say_damaged(damaged)
    runs = _without(chosen.runs, damaged)
    from rnnlab.compare import ranking, wording
    from rnnlab.compare.side import Side
    from rnnlab.errors import DataError

    predictions = {of_run.run: of_run for of_run in all_predictions}
    groups = _groups(runs, pool_versions=options.pool_versions)
    lab_runs = _lab_runs(lab, groups)
    evaluated, refused = None, None
    try:
        sides = [
            Side.from_group(
                group,
                [predictions[run.id] for run in group.runs],
                lab_runs,
                other_splits=[predictions[run.id] for run in group.other_splits],
            )
            for group in groups.values()
        ]
        evaluated = ranking.evaluate_sides(sides, margin=margin)
    except DataError as error:
        refused = str(error)
    if options.json:
        from rnnlab.report import documents

        verdicts = evaluated and evaluated.verdicts
        print_json(
            documents.comparison(
                runs, groups, predictions, verdicts, refused=refused, damaged=damaged
            )
        )
        say_remarks(reviews)
    else:
        from rnnlab.cli import evaluation_tables

        on = name_reviews(options) if part is None else f"the {_PARTS[part]}"
        evaluation_tables.comparison(groups, predictions, evaluated, refused=refused, on=on)
        print_remarks(reviews)
        if part == "test":
            print(wording.beside_validation(list(groups.values())))
        if evaluated:
            _print_balance({side.name: side.learned_runs for side in evaluated.sides})
    return 0


_PARTS = {
    "validation": "validation reviews",
    "test": "test reviews",
    "imdb-test": "IMDB test reviews",
}


def _part(runs: Sequence[Run], options: argparse.Namespace) -> "JudgingPart | None":
    """Return the part of the runs' own reviews to compare on; None for reviews from elsewhere."""
    if options.csv is not None:
        return None
    if options.on is None:
        from rnnlab.evaluation.predictions import judging_part

        return judging_part(runs)
    return options.on if options.on in _PARTS else None


def report(options: argparse.Namespace) -> int:
    """Write a comparison of runs as one self-contained HTML file."""
    lab = open_lab()
    chosen = _find_runs(lab, options)
    from rnnlab.cli import files
    from rnnlab.report import comparison
    from rnnlab.report.compared import compare_runs

    files.check_writable(options.html, flag="html")
    all_runs = lab.store.runs()
    compared = compare_runs(
        lab,
        chosen.runs,
        all_runs=all_runs,
        named=chosen.named,
        pool_versions=options.pool_versions,
    )
    say_damaged(compared.damaged)
    runs = _without(chosen.runs, compared.damaged)
    html = comparison.render_html(compared, now=time.time())
    path = files.write(options.html, html.encode(), flag="html")
    if options.json:
        from rnnlab.report import documents

        print_json(
            {
                "runs": [run.id for run in runs],
                "html": str(path),
                "title": compared.title,
                **documents.left_out(compared.damaged),
            }
        )
    say(f"{compared.title}. The report is in {options.html}.")
    return 0


class _Chosen(NamedTuple):
    """Runs to evaluate, each once; `named` are the ids of those that were named by themselves."""

    runs: list[Run]
    named: set[str]


def _find_runs(lab: "Lab", options: argparse.Namespace) -> _Chosen:
    """Return the runs that were named by name, id, group or architecture."""
    from rnnlab.compare import find

    all_runs, starters = lab.store.runs(), lab.store.starters.all()
    trained_runs = trained(all_runs)
    selected: dict[str, Run] = {}
    named = set()
    for text in options.run:
        members: Sequence[Run] = ()
        if meaning := find.other_meaning(text, trained_runs):
            say(meaning)
        if not any(text in (run.id, run.name) for run in (*all_runs, *starters)):
            try:
                members = find.find_runs(text, trained_runs)
            except RunNotFound:  # none of one's own, or several groups
                if any(find.is_named(text, run) for run in trained_runs):
                    raise
                members = find.find_runs(text, starters)
                say(
                    f"No run of yours is called {text}: {plural(len(members), 'run')} that came "
                    "with rnnlab stand in."
                )
        if not members:
            members = [lab.store.find(text)]
            named.add(members[0].id)
        selected |= {run.id: run for run in members}
    return _Chosen(list(selected.values()), named)


def _without(runs: Sequence[Run], damaged: Sequence[DamagedRun]) -> list[Run]:
    """Return the runs without those that are damaged."""
    left_out = {error.run for error in damaged}
    return [run for run in runs if run.id not in left_out]


def _predict(
    lab: "Lab", chosen: _Chosen, reviews: "LabelledReviews"
) -> "tuple[list[Predictions], list[DamagedRun]]":
    """Predict the reviews with each run; also return those that are left out as damaged."""
    from rnnlab.evaluation.predictions import predict_texts
    from rnnlab.inference.classify import Classifier
    from rnnlab.inference.damaged import load_sound

    classifiers, damaged = load_sound(
        chosen.runs, lambda run: Classifier.load(lab.store, run), named=chosen.named
    )
    return list(predict_texts(list(classifiers.values()), reviews)), damaged


def _groups(runs: Sequence[Run], *, pool_versions: bool) -> "dict[str, Group[Run]]":
    """Return the groups to compare, by their id, or by that of their run if it is alone.

    Runs that differ only in their seed are one group; if all runs do, each is compared by itself.
    """
    from rnnlab.compare.groups import Group, as_compared, group_runs

    groups = as_compared(group_runs(runs, pool_versions=pool_versions))
    if len(groups) == 1:
        (group,) = groups
        members = (*group.runs, *group.repeats, *group.stopped, *group.other_versions)
        groups = tuple(Group(group.id, run.name, (run,)) for run in members)
    return {group.id if group.seeds > 1 else group.runs[0].id: group for group in groups}


def _lab_runs(lab: "Lab", groups: "Mapping[str, Group[Run]]") -> Sequence[Run]:
    """Return the lab's runs; none if runs of one group are compared with one another."""
    several = len({group.id for group in groups.values()}) > 1
    return lab.store.runs() if several else ()


def _print_balance(predictions: "Mapping[str, Sequence[Predictions]]") -> None:
    """Print what the balance of the reviews' labels means for the accuracies."""
    from rnnlab.compare import balance

    for sentence in balance.remarks(predictions):
        print(sentence)
