"""What each command does: it takes the parsed flags and returns the exit code."""

import argparse
from typing import TYPE_CHECKING

from rnnlab import format
from rnnlab.characters import half_character
from rnnlab.cli import files
from rnnlab.cli.open_lab import open_lab
from rnnlab.cli.output import confirmed, print_json, say, say_damaged
from rnnlab.config import FIELDS, PRESETS, RunConfig, parse_config, preset
from rnnlab.errors import InvalidField, RnnlabError, RunNotFound
from rnnlab.fields import BUILT_IN
from rnnlab.runs import Run, RunState

if TYPE_CHECKING:
    from rnnlab.lab import Lab

MAX_REVIEW_MB = 10


def presets(options: argparse.Namespace) -> int:
    """List the presets."""
    if options.json:
        from rnnlab.report import documents

        print_json([documents.preset(name) for name in PRESETS])
    else:
        from rnnlab.cli import tables

        tables.presets()
    return 0


def params(options: argparse.Namespace) -> int:
    """Show a network's layers and what training it would cost."""
    config = _config(options)
    from rnnlab.estimate import reviews_of
    from rnnlab.lab import Lab

    lab = Lab()
    cost, reviews = lab.estimate(config), reviews_of(config, lab.parts(config)).train
    if options.json:
        from rnnlab.report import documents

        print_json(documents.cost(config, cost, reviews=reviews))
    else:
        from rnnlab.cli import tables

        tables.cost(config, cost, reviews=reviews)
    return 0


def train(options: argparse.Namespace) -> int:
    """Queue a run and, unless detached, follow it until it ends."""
    config = _config(options)
    lab = open_lab(to_change=True, owner=options.owner)
    if options.seeds is not None:
        return _train_seeds(lab, config, options)
    if options.detach:
        run, code = lab.train(config, name=options.name), 0
    else:
        from rnnlab.cli import watch

        with watch.Interrupts() as interrupts:
            run, code = watch.until_ended(lab, lab.train(config, name=options.name), interrupts)
    if options.json:
        from rnnlab.report import documents

        print_json(documents.run(run, lab.store.epochs(run.id)))
        say(f"{run.name} ({run.id}) is {run.state}. {run.ending()}".strip())
    else:
        from rnnlab.cli import tables

        tables.summary(run)
        _say_held_back(lab, run)
    return code


def _say_held_back(lab: "Lab", run: Run) -> None:
    """Print how a run does on its test reviews, if it has any."""
    if run.is_trained and run.has_test_reviews:
        from rnnlab.evaluation import held_back
        from rnnlab.evaluation.predictions import dataset_finder

        evaluated = held_back.evaluate(lab.store, run, dataset_finder(lab.home)(run))
        if evaluated:
            print(evaluated.sentence)


def runs(options: argparse.Namespace) -> int:
    """List the runs."""
    states = None if options.state is None else [_state(options.state)]
    selected = []
    for run in open_lab().store.refresh_runs(()):
        if not isinstance(run, Run):
            say(str(run))
        elif not run.is_starter and (states is None or run.state in states):
            selected.append(run)
    if options.json:
        from rnnlab.report import documents

        print_json([documents.run_line(run) for run in selected])
    else:
        from rnnlab.cli import tables

        tables.runs(selected, state=options.state)
    return 0


def show(options: argparse.Namespace) -> int:
    """Show one run."""
    lab = open_lab()
    store = lab.store
    run = store.find(options.run)
    if options.json:
        from rnnlab.report import documents

        epochs, ratios = store.epochs(run.id), store.update_ratios(run.id)
        by_layer = documents.update_ratios(ratios, epochs)
        shown = {"owner": run.owner or None, "update_ratios": by_layer}
        print_json({**documents.run(run, epochs), **shown})
    else:
        from rnnlab.cli import tables

        tables.run(run, store.epochs(run.id))
        _say_held_back(lab, run)
    return 0


def stop(options: argparse.Namespace) -> int:
    """Ask a run to stop."""
    lab = open_lab(to_change=True)
    run = lab.store.find(options.run)
    lab.stop(run.id)
    if lab.store.get(run.id).state is RunState.STOPPED:
        say(f"{run.name} ({run.id}) was stopped.")
    else:
        say(f"{run.name} ({run.id}) will stop at its next batch.")
    return 0


def resume(options: argparse.Namespace) -> int:
    """Have an interrupted or a stopped run go on."""
    lab = open_lab(to_change=True)
    run = lab.store.find(options.run)
    if run.state is RunState.QUEUED:
        say(f"{run.name} ({run.id}) is queued already. {run.resumed}".strip())
        return 0
    resumed = lab.resume(run.id)
    if resumed.id != run.id:
        say(f"{run.name} ({run.id}) was stopped and stays as it is: another run goes on from it.")
    if resumed.state is RunState.FINISHED:
        say(f"{resumed.name} ({resumed.id}) has the same settings and is finished already.")
        return 0
    say(
        f"{resumed.name} ({resumed.id}) is queued and will continue after epoch "
        f"{resumed.epochs_done}."
    )
    return 0


def delete(options: argparse.Namespace) -> int:
    """Delete a run, after asking for confirmation in a terminal."""
    store = open_lab(to_change=True).store
    run = store.find_any(options.run)
    question = f"Delete {run.name} ({run.id}) and everything it produced?"
    if not options.yes and not confirmed(question):
        say("Nothing was deleted.")
        return 0
    store.delete(run.id)
    say(f"{run.name} ({run.id}) was deleted.")
    return 0


def classify(options: argparse.Namespace) -> int:
    """Classify a text with trained runs."""
    review = read_review(options)
    lab = open_lab()
    if options.run:
        selected = tuple({run.id: run for run in map(lab.store.find, options.run)}.values())
        named = {run.id for run in selected}
    else:
        selected, named = lab.store.runs([RunState.FINISHED]), set()
        if not selected and (selected := lab.store.starters.all()):
            say("No run of yours has finished: these models came with rnnlab.")
    if not selected:
        raise RunNotFound(
            "there is no finished run to classify with: train one with `rnnlab train --preset lstm`"
        )
    from rnnlab.inference.classify import Classifier, classify
    from rnnlab.inference.damaged import load_sound

    classifiers, damaged = load_sound(
        selected, lambda run: Classifier.load(lab.store, run), named=named
    )
    say_damaged(damaged)
    results = classify(review, classifiers.values())
    if results[0].reading.blank:
        say("This text contains no words, so there is nothing to classify.")
    if options.json:
        from rnnlab.report import documents

        print_json(documents.classification(review, results, damaged))
    else:
        from rnnlab.cli import tables

        tables.classification(results)
    return 0


def _train_seeds(lab: "Lab", config: RunConfig, options: argparse.Namespace) -> int:
    """Queue runs that differ only in their seed; follow them unless detached."""
    from rnnlab.lab import SEEDS

    before = {run.id for run in lab.store.runs()}
    selected, code = lab.train_seeds(config, SEEDS.parse(options.seeds), name=options.name), 0
    for run in selected:
        if run.id in before:
            state = "trained" if run.state is RunState.FINISHED else run.state
            what = config.arch if run.config.seed is None else f"seed {run.config.seed}"
            say(f"{what} is already {state}: {run.name} ({run.id})")
    if not options.detach:
        from rnnlab.cli import watch

        with watch.Interrupts() as interrupts:
            selected, code = watch.until_all_ended(lab, selected, interrupts)
    if options.json:
        from rnnlab.report import documents

        print_json({"runs": [documents.run(run, lab.store.epochs(run.id)) for run in selected]})
    else:
        from rnnlab.cli import tables

        tables.runs(selected, state=None)
    return code


def _config(options: argparse.Namespace) -> RunConfig:
    """Return the config that the flags describe; mention the fields that it ignores."""
    if options.preset is not None:
        preset(options.preset)  # an empty name is no preset either
    given = {name: getattr(options, name) for name in FIELDS if getattr(options, name) is not None}
    take_dataset(given)
    config = parse_config(given, preset_name=options.preset)
    for name in given:
        if name in config.architecture.unused:
            say(f"rnnlab: {config.arch} ignores {name}")
    return config


def take_dataset(given: dict[str, str]) -> None:
    """Replace the name of a dataset of one's own by its id; ask for its test part if it has one.

    given: the texts of fields, by name. Raises InvalidField, DatasetNotFound.
    """
    text = given.get("dataset", "").strip()
    if "dataset" not in given or text in BUILT_IN:
        return
    from rnnlab.errors import DatasetNotFound

    try:
        own = open_lab().store.datasets.find(text)
    except DatasetNotFound:
        FIELDS["dataset"].parse(text)  # says which there are
        raise
    given["dataset"] = own.id
    if own.gives_test:
        given.setdefault("test_set", "true")


def _state(text: str) -> RunState:
    if text not in list(RunState):
        raise InvalidField(
            "state", text, format.listing(tuple(RunState), "or"), "choose one of these"
        )
    return RunState(text)


def read_review(options: argparse.Namespace) -> str:
    """Return the text of the flags `--text` and `--file`, "-" for stdin. Raises RnnlabError."""
    if options.file is None:
        place = half_character(options.text)
        if place is not None:
            raise RnnlabError(
                f"text must be UTF-8, character {place + 1:,} is not: save the review as UTF-8 and "
                "give it with --file"
            )
        return options.text
    name = options.file
    content = files.read(name, flag="file", limit_mb=MAX_REVIEW_MB, remedy="shorten the review")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RnnlabError(
            f"file must be UTF-8 text, byte {error.start + 1:,} of {name!r} is not: "
            "save it as UTF-8"
        ) from error
