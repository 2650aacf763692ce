"""What can be typed of sweeps: the command that starts one, and those for one that exists."""

import argparse
from collections.abc import Callable

from rnnlab.cli import sweep
from rnnlab.cli.field_flags import PRESET_NAMES, add_fields
from rnnlab.cli.study_actions import delete, resume, show, stop
from rnnlab.cli.worker_flags import add_owner
from rnnlab.study import plan, ranges


def add_sweep(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the command that starts a sweep, within it those for one that exists, and its process."""
    about = (
        "Tune several architectures over ranges of settings with the same budget, then compare "
        "them: sample settings (Optuna's TPE), choose on the validation reviews, train the best "
        "setting and the default of each architecture on fresh seeds, and compare them on test "
        "reviews that chose nothing. Ctrl-C as in `rnnlab train`."
    )
    start = add(
        "sweep",
        sweep.sweep,
        about,
        usage="%(prog)s --arch NAME [--arch NAME ...] [--range FIELD=LOW..HIGH ...] "
        "[--runs N | --minutes M] [--seeds N] [--fresh-seeds N] [--no-prune] [FIELDS] "
        "[--name NAME] [--owner NAME] [--detach] [--json]\n"
        "       %(prog)s list\n"
        "       %(prog)s show|pause|resume|budget|stop|delete SWEEP",
    )
    start.add_argument(
        "--arch",
        action="append",
        metavar="NAME",
        help=f"an architecture to tune, once for each: {PRESET_NAMES}",
    )
    start.add_argument(
        "--range",
        action="append",
        metavar="FIELD=LOW..HIGH",
        help="a field and its values, once for each: units=8..64, or a list as in "
        f"optimizer=adam,rmsprop (default: {' and '.join(ranges.DEFAULT_RANGES)})",
    )
    _add_budget(start, "per architecture", default=f" (default: {ranges.DEFAULT_RUNS})")
    start.add_argument(
        "--seeds",
        metavar="N",
        help=f"seeds of each setting in the search (default: {ranges.DEFAULT_SEEDS})",
    )
    start.add_argument(
        "--fresh-seeds",
        metavar="N",
        help="seeds of each winner and each default in the comparison "
        f"(default: {plan.DEFAULT_FRESH_SEEDS})",
    )
    start.add_argument(
        "--no-prune",
        action="store_true",
        help="train every run to its end, even one that has fallen below the median",
    )
    start.add_argument("--name", help="the sweep's name")
    add_owner(start)
    start.add_argument("--detach", action="store_true", help="do not wait for it to end")
    add_fields(
        start,
        about="Fields left out keep each preset's value; a field with a range starts from it, and "
        "the winner is compared with it. --seed is the first of the search.",
        leave_out=("arch", "test_set"),
    )
    adder = start.add_subparsers(metavar="ACTION", title="sweeps that exist", prog="rnnlab sweep")
    for name, command, words in (
        ("list", sweep.sweeps, "List all sweeps, newest first."),
        ("show", show, "Show what a sweep found."),
        ("pause", sweep.pause, "Begin nothing new; what is in training goes on."),
        ("resume", resume, "Continue a sweep that was paused or stopped, or has failed."),
        ("budget", sweep.budget, "Change the budget of a sweep that still searches."),
        ("stop", stop, "Stop a sweep and the runs that it queued."),
        ("delete", delete, "Delete a sweep; its runs stay."),
    ):
        action = adder.add_parser(name, help=words, description=words, allow_abbrev=False)
        action.set_defaults(command=command, kind="sweep")
        if name != "list":
            action.add_argument(
                "study", metavar="SWEEP", help="its id, the start of it, or its name"
            )
        if name == "budget":
            _add_budget(action, "per architecture", required=True)
        if name != "delete":
            action.add_argument("--json", action="store_true", help="print one JSON document")
    add("coordinator", sweep.coordinator, "Coordinate running sweeps.", json=False)


def _add_budget(
    parser: argparse.ArgumentParser, of_what: str, *, default: str = "", required: bool = False
) -> None:
    which = parser.add_mutually_exclusive_group(required=required)
    which.add_argument(
        "--runs", metavar="N", help=f"the budget {of_what}, in runs of the search{default}"
    )
    which.add_argument(
        "--minutes", metavar="M", help=f"the budget {of_what}, in minutes of training"
    )
