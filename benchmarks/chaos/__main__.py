"""`make chaos`: one table, promise by promise; the exit code is 1 where one is broken."""

import argparse
import importlib
import os
import signal
import sys
import time
import traceback

from rich.console import Console
from rich.table import Table

from benchmarks.chaos.promises import Effort, Row
from rnnlab import format

TRIALS = {
    "kills": "Killed processes",
    "stops": "Stops",
    "faults": "Faults of the store",
    "hours": "Hours",
    "viewers": "Viewers",
}


def main() -> int:
    """Run the trials that were asked for, and print one table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.chaos", description=__doc__)
    parser.add_argument("--only", default=",".join(TRIALS), help="trials, comma between them")
    parser.add_argument("--short", action="store_true", help="a little of each, in half a minute")
    parser.add_argument("--seed", type=int, default=None, help="of what is random")
    parser.add_argument("--scale", type=float, default=1.0, help="0.1 makes a tenth of the trials")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what was started is ended, too
    names = options.only.split(",")
    if unknown := [name for name in names if name not in TRIALS]:
        parser.error(f"--only must name {', '.join(TRIALS)}, got {', '.join(unknown)}")
    seed = options.seed if options.seed is not None else time.time_ns() % 100_000
    effort = Effort(options.short, seed, options.scale)
    console = Console(width=max(Console().width, 140))
    console.print(f"Seed {seed}: the same trials again with --seed {seed}", style="dim")
    rows: dict[str, list[Row]] = {}
    began_s = time.perf_counter()
    for name in names:
        console.print(f"{TRIALS[name]} ({name}) ...", style="dim")
        rows[name] = tried(name, effort)
    console.print(table(rows))
    every = [row for trial in rows.values() for row in trial]
    broken, blind = (sum(not getattr(row, name) for row in every) for name in ("met", "can_fail"))
    console.print(
        f"{len(every) - broken} of {format.plural(len(every), 'promise')} kept, {blind} checks "
        f"that cannot fail. Took {format.duration(time.perf_counter() - began_s)}; load at the "
        f"end {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores."
    )
    return 1 if broken or blind else 0


def tried(name: str, effort: Effort) -> list[Row]:
    """A trial's rows. Where it breaks down, its last row says so, and the others still run."""
    rows: list[Row] = []
    try:
        rows.extend(importlib.import_module(f"benchmarks.chaos.{name}").measure(effort))
    except Exception as error:
        traceback.print_exc()
        rows.append(
            Row("the rest of this trial", f"{type(error).__name__}: {error}", "runs", False, True)
        )
    return rows


def table(rows: dict[str, list[Row]]) -> Table:
    """All rows, trial by trial."""
    drawn = Table(title="Promises", show_lines=True)
    for column, ratio in (("promise", 5), ("goal", 2), ("figure", 5), ("", 1), ("can fail", 1)):
        drawn.add_column(column, ratio=ratio, no_wrap=column in ("", "can fail"))
    for name, trial in rows.items():
        drawn.add_row(f"[bold]{TRIALS[name]}[/bold]", end_section=True)
        for row in trial:
            met = "[green]met[/green]" if row.met else "[red]broken[/red]"
            can_fail = "yes" if row.can_fail else "[red]no[/red]"
            drawn.add_row(row.promise, row.goal, row.figure, met, can_fail)
    return drawn


if __name__ == "__main__":
    sys.exit(main())
