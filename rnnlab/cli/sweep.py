"""The commands that tune architectures over ranges until a budget is used up, and compare them."""

import argparse
from typing import TYPE_CHECKING

from rnnlab.cli import study
from rnnlab.cli.open_lab import open_lab
from rnnlab.cli.output import confirmed, print_json, say
from rnnlab.errors import StudyNotFound
from rnnlab.studies import Study, StudySpec
from rnnlab.study import plan, ranges

if TYPE_CHECKING:
    from rnnlab.lab import Lab


def sweep(options: argparse.Namespace) -> int:
    """Start a sweep and, unless detached, follow it until it ends."""
    spec = _spec(options)
    for line in describe(spec):
        say(line)
    return study.start_and_follow(options, spec)


def sweeps(options: argparse.Namespace) -> int:
    """List all sweeps."""
    lab = open_lab()
    return study.print_list(lab, [s for s in lab.store.studies.all() if s.spec.sweep], options)


def show(options: argparse.Namespace) -> int:
    """Show what a sweep found."""
    lab = open_lab()
    return study.print_study(lab, _find(lab, options).id, json=options.json)


def pause(options: argparse.Namespace) -> int:
    """Pause a sweep: what is in training goes on, and nothing new begins."""
    lab = open_lab(to_change=True)
    found = _find(lab, options)
    lab.pause_sweep(found.id)
    say(
        f"{found.name} ({found.id}) is paused: runs in training go on, and no new one begins. "
        f"Continue it with `rnnlab sweep resume {found.id}`."
    )
    return _document(lab, found, options)


def resume(options: argparse.Namespace) -> int:
    """Continue a sweep that was paused or stopped, failed, or lost runs."""
    lab = open_lab(to_change=True)
    resumed = lab.resume_study(_find(lab, options).id)
    progress = study.progress(lab, resumed)
    say(f"{resumed.name} ({resumed.id}) is {resumed.state}. {progress.sentence}.")
    return _document(lab, resumed, options)


def budget(options: argparse.Namespace) -> int:
    """Change the budget of a sweep that still searches."""
    lab = open_lab(to_change=True)
    changed = lab.set_budget(
        _find(lab, options).id,
        runs=None if options.runs is None else ranges.RUNS.parse(options.runs),
        minutes=None if options.minutes is None else ranges.MINUTES.parse(options.minutes),
    )
    say(
        f"{changed.name} ({changed.id}) searches each architecture with "
        f"{ranges.budget_words(changed.spec)}. {study.progress(lab, changed).sentence}."
    )
    return _document(lab, changed, options)


def stop(options: argparse.Namespace) -> int:
    """Stop a sweep and the runs that it queued."""
    lab = open_lab(to_change=True)
    stopped = _find(lab, options)
    lab.stop_study(stopped.id)
    say(
        f"{stopped.name} ({stopped.id}) was stopped. What is trained is kept: continue it with "
        f"`rnnlab sweep resume {stopped.id}`."
    )
    return _document(lab, stopped, options)


def delete(options: argparse.Namespace) -> int:
    """Delete a sweep; its runs stay."""
    lab = open_lab(to_change=True)
    found = _find(lab, options)
    if not confirmed(f"Delete the sweep {found.name} ({found.id})? Its runs stay."):
        say("Nothing was deleted.")
        return 0
    lab.store.studies.delete(found.id)
    say(f"{found.name} ({found.id}) was deleted. Its runs stay.")
    return 0


def coordinator(options: argparse.Namespace) -> int:
    """Coordinate sweeps until none is left."""
    from rnnlab.worker import coordinator

    coordinator.run()
    return 0


def describe(spec: StudySpec) -> list[str]:
    """Return what a sweep will search, and how many points its ranges hold, in sentences."""
    assert spec.sweep is not None
    searched = "; ".join(ranges.words(name, r) for name, r in spec.sweep.ranges.items())
    lines = [f"Searching {searched}; each architecture with {ranges.budget_words(spec)}."]
    sentences: dict[str, list[str]] = {}
    for base in spec.bases:
        sentences.setdefault(ranges.space_words(spec, base), []).append(
            plan.candidate_name(spec, base)
        )
    lines += [f"{', '.join(names)}: {words}" for words, names in sentences.items()]
    return lines


def _spec(options: argparse.Namespace) -> StudySpec:
    """Return the sweep that the flags describe; mention the fields that no architecture uses."""
    bases, given = study.bases_of(options)
    texts = options.range or ranges.DEFAULT_RANGES
    return ranges.make_sweep(
        bases,
        ranges.parse_ranges(texts),
        runs=None if options.runs is None else ranges.RUNS.parse(options.runs),
        minutes=None if options.minutes is None else ranges.MINUTES.parse(options.minutes),
        first_seed=given.get("seed"),
        prune=not options.no_prune,
        **study.counts_of(options),
    )


def _find(lab: "Lab", options: argparse.Namespace) -> Study:
    """Return the sweep that the command line names. Raises StudyNotFound."""
    found = lab.store.studies.find(options.study)
    if found.spec.sweep is None:
        raise StudyNotFound(
            f"{found.name} ({found.id}) searches a grid: see `rnnlab study show {found.id}`"
        )
    return found


def _document(lab: "Lab", found: Study, options: argparse.Namespace) -> int:
    if options.json:
        from rnnlab.report.study import study_line

        current = lab.store.studies.get(found.id)
        print_json(study_line(current, study.progress(lab, current)))
    return 0
