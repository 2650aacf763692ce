"""The commands on a study or a sweep that exists: show, stop, resume, delete.

A sweep is a study: `rnnlab study` takes both, `rnnlab sweep` a sweep only.
"""

import argparse
from typing import TYPE_CHECKING

from rnnlab.cli.open_lab import open_lab
from rnnlab.cli.output import confirmed, print_json, say, say_damaged
from rnnlab.errors import StudyNotFound
from rnnlab.studies import Study

if TYPE_CHECKING:
    from rnnlab.lab import Lab
    from rnnlab.study.cost import Progress


def show(options: argparse.Namespace) -> int:
    """Show what was found."""
    lab = open_lab()
    return print_result(lab, find(lab, options).id, json=options.json)


def stop(options: argparse.Namespace) -> int:
    """Stop it and the runs that it queued."""
    lab = open_lab(to_change=True)
    stopped = find(lab, options)
    lab.stop_study(stopped.id)
    say(
        f"{stopped.name} ({stopped.id}) was stopped. What is trained is kept: continue it with "
        f"`rnnlab {options.kind} resume {stopped.id}`."
    )
    return print_state(lab, stopped, options)


def resume(options: argparse.Namespace) -> int:
    """Continue it after it was paused or stopped, failed, or lost runs."""
    lab = open_lab(to_change=True)
    resumed = lab.resume_study(find(lab, options).id)
    say(f"{resumed.name} ({resumed.id}) is {resumed.state}. {progress(lab, resumed).sentence}.")
    return print_state(lab, resumed, options)


def delete(options: argparse.Namespace) -> int:
    """Delete it; its runs stay."""
    lab = open_lab(to_change=True)
    deleted = find(lab, options)
    if not confirmed(f"Delete the {options.kind} {deleted.name} ({deleted.id})? Its runs stay."):
        say("Nothing was deleted.")
        return 0
    lab.store.studies.delete(deleted.id)
    say(f"{deleted.name} ({deleted.id}) was deleted. Its runs stay.")
    return 0


def find(lab: "Lab", options: argparse.Namespace) -> Study:
    """Return what the command line names. Raises StudyNotFound."""
    found = lab.store.studies.find(options.study)
    if options.kind == "sweep" and found.spec.sweep is None:
        raise StudyNotFound(
            f"{found.name} ({found.id}) searches a grid: see `rnnlab study show {found.id}`"
        )
    return found


def progress(lab: "Lab", study: Study) -> "Progress":
    """Return how far a study is."""
    from rnnlab.study import cost
    from rnnlab.worker.launch import worker_limit

    runs = lab.store.studies.with_runs(study.id)[1]
    return cost.progress(study, runs, lab.estimate, workers=worker_limit())


def print_state(lab: "Lab", study: Study, options: argparse.Namespace) -> int:
    """Print how a study stands now, for `--json` alone."""
    if options.json:
        from rnnlab.report.study import study_line

        current = lab.store.studies.get(study.id)
        print_json(study_line(current, progress(lab, current)))
    return 0


def print_result(lab: "Lab", study_id: str, *, json: bool) -> int:
    """Print what a study found so far."""
    from rnnlab.study.load import load_result

    result = load_result(lab.store, lab.home, study_id)
    say_damaged(result.damaged)
    done = progress(lab, result.study)
    if json:
        from rnnlab.report.study import study_document

        print_json(study_document(result, done))
    else:
        from rnnlab.cli import study_tables

        study_tables.study(result, done)
    return 0
