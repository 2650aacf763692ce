"""What can be typed of studies: the command that starts one, and those for one that exists."""

import argparse
from collections.abc import Callable

from rnnlab.cli import study
from rnnlab.cli.field_flags import PRESET_NAMES, add_fields
from rnnlab.cli.study_actions import delete, resume, show, stop
from rnnlab.cli.worker_flags import add_owner
from rnnlab.study import plan


def add_study(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the command that starts a study, and within it those for a study that exists."""
    about = (
        "Tune several architectures with the same budget, then compare the winners: search a grid "
        "of learning rates, choose on the validation reviews, train each winner on fresh seeds, "
        "and compare them on test reviews that chose nothing. Ctrl-C as in `rnnlab train`."
    )
    start = add(
        "study",
        study.study,
        about,
        usage="%(prog)s --arch NAME [--arch NAME ...] [--learning-rates R,R] [--seeds N] "
        "[--fresh-seeds N] [FIELDS] [--name NAME] [--owner NAME] [--detach] [--json]\n"
        "       %(prog)s show|stop|resume|delete STUDY",
    )
    start.add_argument(
        "--arch",
        action="append",
        metavar="NAME",
        help=f"an architecture to tune, once for each: {PRESET_NAMES}",
    )
    rates = ",".join(f"{rate:g}" for rate in plan.LEARNING_RATES)
    start.add_argument(
        "--learning-rates", metavar="R,R,…", help=f"the rates to search (default: {rates})"
    )
    start.add_argument(
        "--seeds",
        metavar="N",
        help=f"seeds of each setting in the search (default: {plan.DEFAULT_SEEDS})",
    )
    start.add_argument(
        "--fresh-seeds",
        metavar="N",
        help=f"seeds of each winner in the comparison (default: {plan.DEFAULT_FRESH_SEEDS})",
    )
    start.add_argument("--name", help="the study's name")
    add_owner(start)
    start.add_argument("--detach", action="store_true", help="do not wait for it to end")
    add_fields(
        start,
        about="Fields left out keep each preset's value; --seed is the first of the search.",
        leave_out=("arch", "learning_rate", "test_set"),
    )
    adder = start.add_subparsers(metavar="ACTION", title="studies that exist", prog="rnnlab study")
    for name, command, words in (
        ("show", show, "Show what a study found."),
        ("stop", stop, "Stop a study and the runs that it queued."),
        ("resume", resume, "Continue a study that was stopped, failed, or lost runs."),
        ("delete", delete, "Delete a study; its runs stay."),
    ):
        action = adder.add_parser(name, help=words, description=words, allow_abbrev=False)
        action.set_defaults(command=command, kind="study")
        action.add_argument("study", metavar="STUDY", help="its id, the start of it, or its name")
        if name != "delete":
            action.add_argument("--json", action="store_true", help="print one JSON document")
