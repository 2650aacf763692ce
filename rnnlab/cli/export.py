"""The commands that take a run out of the lab, or check that it can be had again."""

import argparse
from pathlib import Path

from rnnlab.cli.output import plain, print_json, say


def export(options: argparse.Namespace) -> int:
    """Write all that a run yields into a folder."""
    from rnnlab.export import run_files
    from rnnlab.lab import Lab

    lab = Lab()
    lab.reconcile()  # a dead worker's run is not running
    run = lab.store.find(options.run)
    folder = Path(options.to)
    files = run_files.write(lab.store, run, folder)
    if options.json:
        print_json({"run": run.id, "folder": str(folder.expanduser().resolve()), "files": files})
    else:
        say(f"{run.name} ({run.id}) is written to {options.to}:")
        print("\n".join(files))
    return 0


def reproduce(options: argparse.Namespace) -> int:
    """Train a run's config again; unless it is left alone, say whether it gives the same."""
    from rnnlab.cli import watch
    from rnnlab.compare import reproduction
    from rnnlab.lab import Lab
    from rnnlab.runs import RunState

    lab = Lab()
    lab.reconcile()
    original = lab.store.find(options.run)
    with watch.Interrupts() as interrupts:
        run, code = lab.reproduce(original), 0
        if not options.detach:
            run, code = watch.until_ended(lab, run, interrupts)
    found = None
    if run.state is RunState.FINISHED:
        found = reproduction.compare_with_original(lab.store, run)
    if options.json:
        from rnnlab.report import documents

        print_json(documents.reproduction(run, lab.store.epochs(run.id), found))
    say(f"{run.name} ({run.id}) is {run.state}. {run.ending()}".strip())
    if found:
        (say if options.json else print)(plain(found.sentence))
    elif not run.state.active:
        say(f"So there is nothing to compare with {original.name} ({original.id}).")
    return code
