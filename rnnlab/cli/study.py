"""The commands that tune architectures with the same budget and compare the winners."""

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rnnlab.cli.commands import take_dataset
from rnnlab.cli.open_lab import open_lab
from rnnlab.cli.output import confirmed, print_json, say, say_damaged
from rnnlab.config import FIELDS, RunConfig, preset
from rnnlab.studies import Study, StudySpec

if TYPE_CHECKING:
    from rnnlab.lab import Lab
    from rnnlab.study.cost import Progress


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
        return print_study(lab, started.id, json=options.json)
    from rnnlab.cli import watch, watch_study

    with watch.Interrupts() as interrupts:
        code = watch_study.until_ended(lab, started.id, interrupts)
    print_study(lab, started.id, json=options.json)
    return code


def studies(options: argparse.Namespace) -> int:
    """List all studies."""
    lab = open_lab()
    return print_list(lab, lab.store.studies.all(), options)


def print_list(lab: "Lab", listed: Sequence[Study], options: argparse.Namespace) -> int:
    """Print these studies, one a line."""
    each = [progress(lab, study) for study in listed]
    if options.json:
        from rnnlab.report.study import study_line

        print_json([study_line(*pair) for pair in zip(listed, each, strict=True)])
    else:
        from rnnlab.cli import study_tables

        study_tables.studies(listed, each)
    return 0


def show(options: argparse.Namespace) -> int:
    """Show what a study found."""
    lab = open_lab()
    return print_study(lab, lab.store.studies.find(options.study).id, json=options.json)


def stop(options: argparse.Namespace) -> int:
    """Stop a study and the runs that it queued."""
    lab = open_lab(to_change=True)
    stopped = lab.store.studies.find(options.study)
    lab.stop_study(stopped.id)
    say(
        f"{stopped.name} ({stopped.id}) was stopped. What is trained is kept: continue it with "
        f"`rnnlab study resume {stopped.id}`."
    )
    return 0


def resume(options: argparse.Namespace) -> int:
    """Continue a study that was stopped, failed, or lost runs."""
    lab = open_lab(to_change=True)
    resumed = lab.resume_study(lab.store.studies.find(options.study).id)
    say(f"{resumed.name} ({resumed.id}) is {resumed.state}. {progress(lab, resumed).sentence}.")
    return 0


def delete(options: argparse.Namespace) -> int:
    """Delete a study; its runs stay."""
    store = open_lab(to_change=True).store
    deleted = store.studies.find(options.study)
    question = f"Delete the study {deleted.name} ({deleted.id})? Its runs stay."
    if not confirmed(question):
        say("Nothing was deleted.")
        return 0
    store.studies.delete(deleted.id)
    say(f"{deleted.name} ({deleted.id}) was deleted. Its runs stay.")
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


def progress(lab: "Lab", study: Study) -> "Progress":
    """Return how far a study is."""
    from rnnlab.study import cost
    from rnnlab.worker.launch import worker_limit

    runs = lab.store.studies.with_runs(study.id)[1]
    return cost.progress(study, runs, lab.estimate, workers=worker_limit())


def print_study(lab: "Lab", study_id: str, *, json: bool) -> int:
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
