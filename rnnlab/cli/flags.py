"""What can be typed: the commands, and a flag for each field of a run's config."""

import argparse
from collections.abc import Callable
from typing import NoReturn

import rnnlab
from rnnlab.cli import (
    commands,
    compare,
    doctor,
    explain,
    export,
    inside,
    starters,
    study,
)
from rnnlab.cli.dashboard_flags import add_dashboard
from rnnlab.cli.data_flags import add_data, add_file_choices
from rnnlab.cli.field_flags import add_config
from rnnlab.cli.store_flags import add_store
from rnnlab.cli.study_flags import add_study
from rnnlab.cli.sweep_flags import add_sweep
from rnnlab.cli.worker_flags import add_owner, add_workers
from rnnlab.compare.margin import DEFAULT_MARGIN
from rnnlab.runs import RunState

Command = Callable[[argparse.Namespace], int]


class _Version(argparse.Action):
    """Prints the installed version and exits; looked up only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        print(f"rnnlab {version()}")
        parser.exit()


def version() -> str:
    """Return the version of the installed distribution, in a checkout that of the package."""
    from importlib import metadata

    try:
        return metadata.version("rnnlab")
    except metadata.PackageNotFoundError:
        return rnnlab.__version__


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands; each puts its function into `command`."""
    top = argparse.ArgumentParser(
        prog="rnnlab",
        description="Train recurrent networks on text, compare them, and classify reviews.",
        allow_abbrev=False,
    )
    top.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    adder = top.add_subparsers(required=True, metavar="COMMAND", title="commands")

    def add(
        name: str, command: Command, about: str, *, json: bool = True, usage: str | None = None
    ) -> argparse.ArgumentParser:
        sub = adder.add_parser(name, help=about, description=about, usage=usage, allow_abbrev=False)
        sub.set_defaults(command=command)
        if json:
            sub.add_argument("--json", action="store_true", help="print one JSON document")
        return sub

    def add_run(
        name: str, command: Command, about: str, *, json: bool = False
    ) -> argparse.ArgumentParser:
        sub = add(name, command, about, json=json)
        sub.add_argument("run", metavar="RUN", help="its id, the start of its id, or its name")
        return sub

    add_dashboard(add)
    add("presets", commands.presets, "List the presets with their parameter counts.")

    usage = "%(prog)s (--preset NAME | --arch NAME) [FIELDS]"
    about = "Show a network's layers and what training it would cost, without training it."
    add_config(add("params", commands.params, about, usage=f"{usage} [--json]"))

    about = (
        "Train a network in the background and follow its progress. In a terminal, Ctrl-C asks "
        "whether to stop the run or leave it training; without a terminal it stops the run."
    )
    train = add(
        "train",
        commands.train,
        about,
        usage=f"{usage} [--seeds N] [--name NAME] [--owner NAME] [--detach] [--json]",
    )
    train.add_argument("--name", help="the run's name; several runs are numbered")
    train.add_argument(
        "--seeds",
        metavar="N",
        help="train N runs that differ only in their seed, counting up from --seed; seeds that "
        "are trained already are skipped",
    )
    train.add_argument("--detach", action="store_true", help="do not wait for it to end")
    add_owner(train)
    add_config(train)

    runs = add("runs", commands.runs, "List all runs, newest first.")
    runs.add_argument("--state", help="only runs that are " + ", ".join(RunState))

    add_run("show", commands.show, "Show everything about a run.", json=True)
    add_run("stop", commands.stop, "Stop a run at its next batch.")
    add_run(
        "resume",
        commands.resume,
        "Continue an interrupted or stopped run after its last finished epoch.",
    )
    delete = add_run("delete", commands.delete, "Delete a run and everything it produced.")
    delete.add_argument("--yes", action="store_true", help="do not ask for confirmation")

    about = "Classify a review as positive or negative with trained runs."
    classify = add("classify", commands.classify, about)
    review = classify.add_mutually_exclusive_group(required=True)
    review.add_argument("--text", help="the review")
    review.add_argument("--file", help="a UTF-8 text file with the review; - for standard input")
    classify.add_argument(
        "--run",
        nargs="+",
        action="extend",
        metavar="RUN",
        help="the runs to ask (default: all finished runs)",
    )

    about = "Show what each word of a review does to a run's answer."
    explained = add_run("explain", explain.explain, about, json=True)
    review = explained.add_mutually_exclusive_group(required=True)
    review.add_argument("--text", help="the review")
    review.add_argument("--file", help="a UTF-8 text file with the review; - for standard input")
    explained.add_argument(
        "--states", action="store_true", help="with --json: every state and gate at each word"
    )
    about = "Show a recurrent network's resting points, memory, and use of word order."
    add_run("inside", inside.inside, about, json=True)

    about = "Export a run to a folder: network, weights, history and code."
    export_run = add_run("export", export.export, about, json=True)
    export_run.add_argument("--to", metavar="DIR", required=True, help="a new or empty folder")

    about = "Train a run's settings again and check whether the result is bit-identical."
    reproduce = add_run("reproduce", export.reproduce, about, json=True)
    reproduce.add_argument("--detach", action="store_true", help="do not wait for it to end")
    add_owner(reproduce)

    about = "Evaluate runs on labelled reviews that they were not trained on."
    _add_reviews(add("evaluate", compare.evaluate, about), required=True)

    about = "Find out which run, or which group of seeds, is better, and how certain that is."
    comparing = add("compare", compare.compare, about)
    _add_reviews(comparing, required=False)
    _add_pooling(comparing)
    comparing.add_argument(
        "--margin",
        metavar="POINTS",
        help="models closer than this count as equally good, in points of accuracy "
        f"(default: {DEFAULT_MARGIN:g})",
    )

    about = "Write a comparison of runs as one HTML file: findings, tables and interactive charts."
    report = add("report", compare.report, about)
    _add_runs(report)
    _add_pooling(report)
    report.add_argument("--html", metavar="FILE", required=True, help="the file to write")

    add_data(add)
    add_study(add)
    add_sweep(add)
    _add_starters(add)
    add("studies", study.studies, "List all studies, newest first.")

    about = "Check the lab: home, store, files, workers, caches and packages."
    checking = add("doctor", doctor.doctor, about)
    checking.add_argument("--repair", action="store_true", help="first do what is safe")

    add_workers(add)
    add_store(add)
    return top


def _add_starters(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the command that lists the runs that came with rnnlab, and those that hide and show."""
    listing = add("starters", starters.starters, "List the trained runs that came with rnnlab.")
    adder = listing.add_subparsers(metavar="ACTION", title="actions", prog="rnnlab starters")
    for name, command, words in (
        ("hide", starters.hide, "Take them out of the lab."),
        ("show", starters.show, "Bring them back."),
    ):
        action = adder.add_parser(name, help=words, description=words, allow_abbrev=False)
        action.set_defaults(command=command)


def _add_reviews(parser: argparse.ArgumentParser, *, required: bool) -> None:
    """Add the flags for the runs, and for the reviews that they are evaluated on."""
    _add_runs(parser)
    which = parser.add_mutually_exclusive_group(required=required)
    which.add_argument(
        "--csv",
        metavar="FILE",
        help="a file of labelled reviews: CSV, JSON lines, Parquet or lines of fastText, packed or "
        "not, or a folder with pos and neg; - for standard input",
    )
    sets = "rotten-tomatoes or imdb-test"
    if not required:
        sets = (
            "test, validation, rotten-tomatoes or imdb-test (default: test reviews where the runs "
            "have them, else validation)"
        )
    which.add_argument("--on", metavar="NAME", help=f"a built-in set: {sets}")
    add_file_choices(parser)


def _add_pooling(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--pool-versions",
        action="store_true",
        help="count runs that other versions of rnnlab or TensorFlow have trained, too, beside "
        "those of their group",
    )


def _add_runs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "run",
        nargs="+",
        metavar="RUN",
        help="the id or name of a run, the id of a group, or an architecture for all of its runs",
    )
