"""What can be typed about workers, and about whose the runs are that they train."""

import argparse
from collections.abc import Callable

from rnnlab.cli import commands


def add_workers(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the command that is a worker."""
    worker = add("worker", commands.worker, "Train queued runs as they arrive.", json=False)
    worker.add_argument("--once", action="store_true", help="exit after at most one run")


def add_owner(parser: argparse.ArgumentParser) -> None:
    """Add the flag that says whose a run is."""
    parser.add_argument(
        "--owner",
        metavar="NAME",
        help="whose it is; owners take turns when runs wait (default: RNNLAB_OWNER, else your "
        "login name)",
    )
