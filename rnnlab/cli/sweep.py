"""The commands that tune architectures over ranges until a budget is used up, and compare them."""

import argparse

from rnnlab.cli import study, study_actions
from rnnlab.cli.open_lab import open_lab
from rnnlab.cli.output import say
from rnnlab.studies import StudySpec
from rnnlab.study import plan, ranges


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


def pause(options: argparse.Namespace) -> int:
    """Pause a sweep: what is in training goes on, and nothing new begins."""
    lab = open_lab(to_change=True)
    found = study_actions.find(lab, options)
    lab.pause_sweep(found.id)
    say(
        f"{found.name} ({found.id}) is paused: runs in training go on, and no new one begins. "
        f"Continue it with `rnnlab sweep resume {found.id}`."
    )
    return study_actions.print_state(lab, found, options)


def budget(options: argparse.Namespace) -> int:
    """Change the budget of a sweep that still searches."""
    lab = open_lab(to_change=True)
    changed = lab.set_budget(
        study_actions.find(lab, options).id,
        runs=None if options.runs is None else ranges.RUNS.parse(options.runs),
        minutes=None if options.minutes is None else ranges.MINUTES.parse(options.minutes),
    )
    say(
        f"{changed.name} ({changed.id}) searches each architecture with "
        f"{ranges.budget_words(changed.spec)}. {study_actions.progress(lab, changed).sentence}."
    )
    return study_actions.print_state(lab, changed, options)


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
