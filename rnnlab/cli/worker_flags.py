"""What can be typed about workers, and about whose the runs are that they train."""

import argparse
from collections.abc import Callable

from rnnlab.cli import workers


def add_workers(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the command that is a worker, and the one that lists them."""
    about = (
        "Train queued runs as they arrive. With --store or --slots it joins a lab from any machine "
        "and stays until Ctrl-C; the runs that it was training then go on elsewhere."
    )
    worker = add("worker", workers.worker, about, json=False)
    worker.add_argument("--once", action="store_true", help="exit after at most one run")
    worker.add_argument(
        "--store",
        metavar="URL",
        help="the store of the lab to join (default: RNNLAB_STORE). Others on this machine may see "
        "a command line: keep a password in RNNLAB_STORE or in ~/.pgpass",
    )
    worker.add_argument("--slots", metavar="N", help="how many runs to train at once (default: 1)")
    worker.add_argument("--with-parent", action="store_true", help=argparse.SUPPRESS)
    about = "Place workers on the Ray cluster of RNNLAB_EXECUTOR; rnnlab starts this as needed."
    add("place", workers.place, about, json=False)
    add("workers", workers.workers, "List the workers of all machines, and what they train.")


def add_owner(parser: argparse.ArgumentParser) -> None:
    """Add the flag that says whose a run is."""
    parser.add_argument(
        "--owner",
        metavar="NAME",
        help="whose it is; owners take turns when runs wait (default: RNNLAB_OWNER, else your "
        "login name)",
    )
