"""The commands that tune architectures with the same budget and compare the winners."""

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rnnlab.cli import study_actions
from rnnlab.cli.commands import take_dataset
from rnnlab.cli.open_lab import open_lab
from rnnlab.cli.output import print_json, say
from rnnlab.config import FIELDS, RunConfig, preset
from rnnlab.studies import Study, StudySpec

if TYPE_CHECKING:
    from rnnlab.lab import Lab


def study(options: argparse.Namespace) -> int:
    """Start a study and, unless detached, follow it until it ends."""
    return start_and_follow(options, _spec(options))


def start_and_follow(options: argparse.Namespace, spec: StudySpec) -> int:
    """Start a study of this spec and, unless detached, follow it until it ends."""
    lab = open_lab(to_change=True, owner=options.owner)
    _say_cost(lab, spec)
    started = lab.start_study(spec, name=options.name)
    say(f"{started.name} ({started.id}) is running.")
    if options.detach:
        return study_actions.print_result(lab, started.id, json=options.json)
    from rnnlab.cli import watch, watch_study

    with watch.Interrupts() as interrupts:
        code = watch_study.until_ended(lab, started.id, interrupts)
    study_actions.print_result(lab, started.id, json=options.json)
    return code


def studies(options: argparse.Namespace) -> int:
    """List all studies."""
    lab = open_lab()
    return print_list(lab, lab.store.studies.all(), options)


def print_list(lab: "Lab", listed: Sequence[Study], options: argparse.Namespace) -> int:
    """Print these studies, one a line."""
    each = [study_actions.progress(lab, study) for study in listed]
    if options.json:
        from rnnlab.report.study import study_line

        print_json([study_line(*pair) for pair in zip(listed, each, strict=True)])
    else:
        from rnnlab.cli import study_tables

        study_tables.studies(listed, each)
    return 0


def _spec(options: argparse.Namespace) -> StudySpec:
    """Return the study that the flags describe; mention the fields that no architecture uses."""
    from rnnlab.study import plan

    bases, given = bases_of(options)
    grid = None
    if options.learning_rates is not None:
        grid = {"learning_rate": plan.parse_values("learning_rate", options.learning_rates)}
    return plan.make_spec(bases, grid=grid, first_seed=given.get("seed"), **counts_of(options))


def counts_of(options: argparse.Namespace) -> dict[str, int]:
    """Return the numbers of seeds that are given."""
    from rnnlab.study import plan

    return {
        field.name: field.parse(text)
        for field in (plan.SEEDS, plan.FRESH_SEEDS)
        if (text := getattr(options, field.name)) is not None
    }


def bases_of(options: argparse.Namespace) -> tuple[list[RunConfig], dict[str, Any]]:
    """Return the architectures' settings, and the fields that are given.

    Mentions the fields that no architecture uses.
    """
    texts = {
        name: text
        for name in FIELDS
        if name != "arch" and (text := getattr(options, name, None)) is not None
    }
    take_dataset(texts)
    texts.pop("test_set", None)  # every study has one
    given: dict[str, Any] = {name: FIELDS[name].parse(text) for name, text in texts.items()}
    bases = [preset(arch, **given) for arch in options.arch or ()]
    for name in given:
        if bases and all(name in base.architecture.unused for base in bases):
            say(f"rnnlab: {', '.join(base.arch for base in bases)} ignores {name}")
    return bases, given


def _say_cost(lab: "Lab", spec: StudySpec) -> None:
    from rnnlab.study import cost
    from rnnlab.worker.launch import worker_limit

    existing = lab.store.runs()
    say(cost.cost(spec, lab.estimate, existing=existing, workers=worker_limit()).sentence)
