"""The commands of the runs that came with rnnlab: list them, hide them, show them again."""

import argparse

from rnnlab.cli.open_lab import open_lab
from rnnlab.cli.output import print_json, say


def starters(options: argparse.Namespace) -> int:
    """List the runs that came with rnnlab."""
    runs = open_lab().store.starters.all()
    if options.json:
        from rnnlab.report import documents

        print_json([documents.run_line(run) for run in runs])
    elif not runs:
        say("They are hidden: `rnnlab starters show` brings them back.")
    else:
        from rnnlab.cli import tables

        tables.runs(runs, state=None)
    return 0


def show(options: argparse.Namespace) -> int:
    """Bring the runs that came with rnnlab back into the lab."""
    lab = open_lab(to_change=True)
    lab.show_starters()
    say(f"{len(lab.store.starters.all())} runs that came with rnnlab are shown.")
    return 0


def hide(options: argparse.Namespace) -> int:
    """Take the runs that came with rnnlab out of the lab."""
    open_lab(to_change=True).hide_starters()
    say("The runs that came with rnnlab are hidden: `rnnlab starters show` brings them back.")
    return 0
