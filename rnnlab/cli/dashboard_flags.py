"""What can be typed about the dashboard."""

import argparse
from collections.abc import Callable

from rnnlab.cli import dashboard


def add_dashboard(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the command that opens the dashboard."""
    about = "Open the dashboard in the browser and serve it until Ctrl-C."
    serve = add("dashboard", dashboard.dashboard, about, json=False)
    serve.add_argument(
        "--port", metavar="N", help=f"the port to listen on (default: {dashboard.DEFAULT_PORT})"
    )
    serve.add_argument(
        "--home",
        metavar="DIR",
        help="the lab's folder (default: RNNLAB_HOME, else .rnnlab in the current folder)",
    )
    serve.add_argument(
        "--share",
        action="store_true",
        help="let others open it to watch, compare and classify; a link that is printed once lets "
        "you train and change things",
    )
    serve.add_argument(
        "--address",
        metavar="A",
        help="the address to listen on (default: localhost; with --share: every one of this "
        "machine)",
    )
    serve.add_argument(
        "--host",
        metavar="NAME",
        action="append",
        default=[],
        help="with --share: another name under which people open it, beside this machine's name "
        "and addresses; may be repeated",
    )
