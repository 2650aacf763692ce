"""The commands that export a run, or check that training it again gives the same."""

import argparse
from pathlib import Path

from rnnlab.cli.open_lab import open_lab
from rnnlab.cli.output import plain, print_json, say


def export(options: argparse.Namespace) -> int:
    """Write all files of a run into a folder."""
    from rnnlab.export import run_files

    lab = open_lab()
    run = lab.store.find(options.run)
    folder = Path(options.to)
    files = run_files.write(lab.store, run, folder)
    if options.json:
        print_json({"run": run.id, "folder": str(folder.expanduser().resolve()), "files": files})
    else:
        say(f"{run.name} ({run.id}) was exported to {options.to}:")
        print("\n".join(files))
    return 0


def reproduce(options: argparse.Namespace) -> int:
    """Train a run's config again and, unless detached, say whether the result is the same."""
    from rnnlab.cli import watch
    from rnnlab.compare import reproduction
    from rnnlab.runs import RunState

    lab = open_lab(to_change=True, owner=options.owner)
    original = lab.store.find(options.run)
    with watch.Interrupts() as interrupts:
        run, code = lab.reproduce(original), 0
        if not options.detach:
            run, code = watch.until_ended(lab, run, interrupts)
    comparison = None
    if run.state is RunState.FINISHED:
        comparison = reproduction.compare_with_original(lab.store, run)
    if options.json:
        from rnnlab.report import documents

        print_json(documents.reproduction(run, lab.store.epochs(run.id), comparison))
    say(f"{run.name} ({run.id}) is {run.state}. {run.ending()}".strip())
    if comparison:
        (say if options.json else print)(plain(comparison.sentence))
    elif not run.state.active:
        say(f"There is nothing to compare with {original.name} ({original.id}).")
    return code
