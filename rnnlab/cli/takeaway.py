"""The commands that take a run out of the lab."""

import argparse
from pathlib import Path

from rnnlab.cli.output import print_json, say


def export(options: argparse.Namespace) -> int:
    """Write all that a run yields into a folder."""
    from rnnlab import export
    from rnnlab.lab import Lab

    lab = Lab()
    lab.look_after()  # a dead worker's run is not running
    run = lab.store.find(options.run)
    folder = Path(options.to)
    files = export.write(lab.store, run, folder)
    if options.json:
        print_json({"run": run.id, "folder": str(folder.expanduser().resolve()), "files": files})
    else:
        say(f"{run.name} ({run.id}) is written to {options.to}:")
        print("\n".join(files))
    return 0
