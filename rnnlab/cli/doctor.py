"""`doctor`: what is wrong with this lab, and what to do about it."""

import argparse

from rnnlab.cli.output import print_json, say


def doctor(options: argparse.Namespace) -> int:
    """Check the lab, after a repair if one is asked for; return 1 where something is broken."""
    from rnnlab import doctor

    if options.repair:
        for action in doctor.repair() or ("nothing to repair",):
            say(f"Repair: {action}.")
    checks = doctor.examine()
    if options.json:
        print_json([check._asdict() for check in checks])
    else:
        from rnnlab.cli.output import plain
        from rnnlab.cli.tables import Stdout, new_table

        table = new_table("check", "state", "finding", "what to do")
        for check in checks:
            table.add_row(check.name, check.status, plain(check.finding), plain(check.remedy))
        Stdout().print(table)
    return int(any(check.status == "error" for check in checks))
