"""What can be typed of stores."""

import argparse
from collections.abc import Callable

from rnnlab.cli import store


def add_store(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the command that takes a lab from one store to another."""
    about = "Move a lab to another store, as from a file to a team's PostgreSQL server, or back."
    stores = add("store", store.stores, about, json=False)
    adder = stores.add_subparsers(metavar="ACTION", title="actions", prog="rnnlab store")
    words = (
        "Copy all runs, studies and datasets into another store. What is there and equal is passed "
        "over, so that it can be repeated; what is there and differs is left as it is. The first "
        "store stays as it is."
    )
    copy = adder.add_parser("copy", help=words, description=words, allow_abbrev=False)
    copy.set_defaults(command=store.copy)
    for name, metavar in (("source", "FROM"), ("target", "TO")):
        copy.add_argument(
            name,
            metavar=metavar,
            help="a home, a file lab.db, or a URL; others on this machine may see a command line: "
            "keep a password in ~/.pgpass or PGPASSWORD",
        )
    copy.add_argument("--json", action="store_true", help="print one JSON document")
