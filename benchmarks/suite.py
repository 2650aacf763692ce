"""The benchmark suite: `make bench`. One table, each row with its goal, figure and verdict.

Figures are ratios within one run, or medians with minimum and maximum, of the machine that it runs
on; let it have the machine to itself. Writes `.rnnlab/bench/results.json` after each section.
"""

import argparse
import importlib
import json
import os
import platform
import signal
import sys
import time
import traceback

from rich.console import Console
from rich.table import Table

from benchmarks import harness
from benchmarks.harness import Effort, Row
from rnnlab import machine

SECTIONS = {
    "training": "Against the notebook",
    "same": "The same results",
    "growth": "Growth",
    "floor": "Distance from the floor",
    "streaming": "What streaming costs",
    "start": "Click on Train",
    "inference": "Inference",
    "inside": "Word by word",
    "reading": "Your own file",
    "screen": "Screen",
    "viewers": "Viewers",
}
COLORS = {"met": "green", "missed": "red", "unclear": "yellow", "failed": "red"}


def main() -> None:
    """Measure the sections that were asked for, and print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default=",".join(SECTIONS), help="sections, comma between them")
    parser.add_argument("--smoke", action="store_true", help="see that it works; figures are void")
    parser.add_argument("--full", action="store_true", help="train the whole job plainly, too")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # workers and servers are ended, too
    names = options.only.split(",")
    if unknown := [name for name in names if name not in SECTIONS]:
        parser.error(f"--only must name {', '.join(SECTIONS)}, got {', '.join(unknown)}")
    effort = Effort(options.smoke, options.full)
    found: dict[str, list[Row]] = {}
    taken_s: dict[str, float] = {}
    console = Console(width=max(Console().width, 140))
    began_s = time.perf_counter()
    for name in names:
        console.print(f"{SECTIONS[name]} ({name}) ...", style="dim")
        section_began_s = time.perf_counter()
        found[name] = measured(name, effort)
        taken_s[name] = time.perf_counter() - section_began_s
        write(found, taken_s, effort)
    console.print(table(found, effort))
    for line in footer(found, taken_s):
        console.print(line)
    console.print(f"{(time.perf_counter() - began_s) / 60:.1f} minutes in all.")


def measured(name: str, effort: Effort) -> list[Row]:
    """A section's rows. Where it breaks down, its last row says so, and the others still run."""
    rows: list[Row] = []
    try:
        rows.extend(importlib.import_module(f"benchmarks.{name}").measure(effort))
    except Exception as error:
        traceback.print_exc()
        rows.append(
            Row(
                "the rest of this section",
                "not measured",
                verdict="failed",
                note=f"{type(error).__name__}: {error}",
            )
        )
    return rows


def table(found: dict[str, list[Row]], effort: Effort) -> Table:
    """All rows, section by section."""
    title = "Benchmarks" + (" (smoke: the figures mean nothing)" if effort.smoke else "")
    drawn = Table(title=title, show_lines=True)
    for column, ratio in (("what", 4), ("goal", 2), ("figure", 3), ("verdict", 1), ("how", 6)):
        drawn.add_column(column, ratio=ratio, no_wrap=column == "verdict")
    for name, rows in found.items():
        drawn.add_row(f"[bold]{SECTIONS[name]}[/bold]", end_section=True)
        for row in rows:
            color = COLORS.get(row.verdict, "default")
            verdict = f"[{color}]{row.verdict}[/{color}]"
            drawn.add_row(row.what, row.goal, row.figure, verdict, row.note)
    return drawn


def footer(found: dict[str, list[Row]], taken_s: dict[str, float]) -> list[str]:
    """How many goals were met, on what, and where the time went."""
    verdicts = [row.verdict for rows in found.values() for row in rows if row.verdict]
    took = ", ".join(f"{name} {seconds:.0f} s" for name, seconds in taken_s.items())
    return [
        f"{verdicts.count('met')} of {len(verdicts)} goals met. Load at the end: "
        f"{os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.",
        f"Took: {took}.",
    ]


def write(found: dict[str, list[Row]], taken_s: dict[str, float], effort: Effort) -> None:
    """Keep what was measured so far as JSON."""
    document = {
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "effort": effort._asdict(),
        "machine": {
            "cores": os.cpu_count(),
            "memory_bytes": machine.memory_bytes(),
            "processor": platform.processor() or platform.machine(),
            **machine.versions(),
        },
        "seconds": taken_s,
        "rows": {name: [row._asdict() for row in rows] for name, rows in found.items()},
    }
    harness.FOLDER.mkdir(parents=True, exist_ok=True)
    (harness.FOLDER / "results.json").write_text(json.dumps(document, indent=1, default=str))


if __name__ == "__main__":
    main()
