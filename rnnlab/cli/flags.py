"""What can be typed: the commands, and a flag for each field of a run's config."""

import argparse

from rnnlab.cli import commands, compare, export
from rnnlab.config import ARCHITECTURES, FIELDS, PRESETS
from rnnlab.runs import RunState

_NAMES = ", ".join(PRESETS)


def parser() -> argparse.ArgumentParser:
    """The parser of all commands; each puts its function into `command`."""
    top = argparse.ArgumentParser(
        prog="python -m rnnlab",
        description="Train recurrent networks on text, compare them, and let them judge a review.",
        allow_abbrev=False,
    )
    adder = top.add_subparsers(required=True, metavar="COMMAND", title="commands")

    def add(name, command, about: str, *, json: bool = True, **more) -> argparse.ArgumentParser:
        sub = adder.add_parser(name, help=about, description=about, allow_abbrev=False, **more)
        sub.set_defaults(command=command)
        if json:
            sub.add_argument("--json", action="store_true", help="print one JSON document")
        return sub

    def add_run(name, command, about: str, *, json: bool = False) -> argparse.ArgumentParser:
        sub = add(name, command, about, json=json)
        sub.add_argument("run", metavar="RUN", help="its id, the start of its id, or its name")
        return sub

    add("presets", commands.presets, "List the presets with their parameter counts.")

    usage = "%(prog)s (--preset NAME | --arch NAME) [FIELDS]"
    about = "Show the layer table of a network and what training it will cost. Trains nothing."
    _add_config(add("params", commands.params, about, usage=f"{usage} [--json]"))

    about = (
        "Train a network in the background and watch it. On a terminal Ctrl-C asks whether to "
        "stop the run or leave it in the background; elsewhere it stops the run."
    )
    train = add(
        "train",
        commands.train,
        about,
        usage=f"{usage} [--seeds N] [--name NAME] [--detach] [--json]",
    )
    train.add_argument("--name", help="what to call the run; several are numbered")
    train.add_argument(
        "--seeds",
        metavar="N",
        help="train N runs that differ in seed alone, from --seed on; none that is trained already",
    )
    train.add_argument("--detach", action="store_true", help="do not wait for its end")
    _add_config(train)

    runs = add("runs", commands.runs, "List all runs, the newest first.")
    runs.add_argument("--state", help="only those that are " + ", ".join(RunState))

    add_run("show", commands.show, "Show all there is to say of a run.", json=True)
    add_run("stop", commands.stop, "Stop a run at its next batch.")
    add_run("resume", commands.resume, "Go on with an interrupted run after its last epoch.")
    delete = add_run("delete", commands.delete, "Delete a run with all that it produced.")
    delete.add_argument("--yes", action="store_true", help="do not ask")

    about = "Let trained runs judge whether a review is positive."
    classify = add("classify", commands.classify, about)
    review = classify.add_mutually_exclusive_group(required=True)
    review.add_argument("--text", help="the review")
    review.add_argument("--file", help="a UTF-8 text file with the review; - for standard input")
    classify.add_argument(
        "--run", nargs="+", action="extend", metavar="RUN", help="all finished runs when left out"
    )

    about = "Write all that a run yields into a folder: network, weights, history, code."
    export_run = add_run("export", export.export, about, json=True)
    export_run.add_argument("--to", metavar="DIR", required=True, help="a new or empty folder")

    about = "Train a run's config again, and say whether it gives the same to the last bit."
    reproduce = add_run("reproduce", export.reproduce, about, json=True)
    reproduce.add_argument("--detach", action="store_true", help="do not wait for its end")

    about = "Let runs judge labelled reviews that they were not trained on."
    _add_judged(add("evaluate", compare.evaluate, about), required=True)

    about = "Say which runs, or groups of runs over seeds, are better, and how surely."
    _add_judged(add("compare", compare.compare, about), required=False)

    about = "Write a comparison of runs as one HTML file: findings, tables, interactive charts."
    report = add("report", compare.report, about)
    _add_runs(report)
    report.add_argument("--html", metavar="FILE", required=True, help="the file to write")

    worker = add("worker", commands.worker, "Train queued runs as they come.", json=False)
    worker.add_argument("--once", action="store_true", help="end after at most one run")
    return top


def _add_judged(parser: argparse.ArgumentParser, *, required: bool) -> None:
    """Which runs are judged, and on which reviews."""
    _add_runs(parser)
    which = parser.add_mutually_exclusive_group(required=required)
    which.add_argument("--csv", metavar="FILE", help="columns text and label; - for standard input")
    help = "rotten-tomatoes or imdb-test"
    if not required:
        help += "; the validation reviews when neither is given"
    which.add_argument("--on", metavar="NAME", help=help)


def _add_runs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "run",
        nargs="+",
        metavar="RUN",
        help="a run's id or name, a group's id, or an architecture's name for all of its runs",
    )


def _add_config(parser: argparse.ArgumentParser) -> None:
    """A flag for each field. Their texts are parsed, and bounded, by `config.FIELDS` alone."""
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--preset", metavar="NAME", help=f"start from these settings: {_NAMES}")
    which.add_argument("--arch", metavar="NAME", help="the network: " + ", ".join(ARCHITECTURES))
    fields = parser.add_argument_group("fields", "What is left out is as in the preset.")
    for field in FIELDS.values():
        if field.name == "arch":
            continue
        options = {"dest": field.name, "metavar": field.limit.replace(" or ", "|")}
        if field.kind is bool:
            options |= {"nargs": "?", "const": "true"}
        flag = f"--{field.name.replace('_', '-')}"
        fields.add_argument(flag, help=field.help.replace("%", "%%"), **options)
        if "_" in field.name:
            fields.add_argument(f"--{field.name}", help=argparse.SUPPRESS, **options)
