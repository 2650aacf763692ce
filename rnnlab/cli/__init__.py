"""The command line: `python -m rnnlab COMMAND`.

Owns flags, exit codes and what goes where: with --json one document on stdout and nothing else;
messages and progress on stderr. 0 done, 1 the run failed, 2 bad usage or a bad value, 130 Ctrl-C.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from rnnlab.config import ARCHITECTURES, FIELDS, PRESETS, RunConfig, parse_config
from rnnlab.errors import RnnlabError
from rnnlab.runs import RunState

MAX_FILE_MB = 10


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code of a command line."""
    options = _parser().parse_args(arguments)
    try:
        code = options.command(options)
        sys.stdout.flush()
        return code
    except RnnlabError as error:
        say(f"rnnlab: {error}")
        return 2
    except BrokenPipeError:
        # Whoever read our output has seen enough; keep Python from complaining at its exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def say(message: str) -> None:
    """Put a message on stderr."""
    print(message, file=sys.stderr, flush=True)


def print_json(document: object) -> None:
    """Print one JSON document on stdout."""
    print(json.dumps(document, indent=1, allow_nan=False, ensure_ascii=False))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m rnnlab", description="Compare recurrent networks on text."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, command, about: str, *, as_json: bool = True) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=about, description=about)
        sub.set_defaults(command=command)
        if as_json:
            sub.add_argument("--json", action="store_true", help="print one JSON document")
        return sub

    add("presets", _presets, "List the tutorial's presets with their parameter counts.")
    _add_config(add("params", _params, "Show the layer table of a network, before training."))

    train = add("train", _train, "Train a network in the background and watch it.")
    _add_config(train)
    train.add_argument("--name", help="what to call the run")
    train.add_argument("--detach", action="store_true", help="do not wait for its end")

    runs = add("runs", _runs, "List all runs, the newest first.")
    runs.add_argument("--state", choices=[str(state) for state in RunState])

    for name, command, about in (
        ("show", _show, "Show all there is to say of a run."),
        ("stop", _stop, "Stop a run at its next batch."),
        ("resume", _resume, "Go on with an interrupted run after its last finished epoch."),
        ("delete", _delete, "Delete a run with all that it produced."),
    ):
        sub = add(name, command, about, as_json=name == "show")
        sub.add_argument("run", metavar="RUN", help="its id, the start of its id, or its name")
        if name == "delete":
            sub.add_argument("--yes", action="store_true", help="do not ask")

    classify = add("classify", _classify, "Ask trained runs whether a review is positive.")
    source = classify.add_mutually_exclusive_group(required=True)
    source.add_argument("--text", help="the review")
    source.add_argument("--file", help="a UTF-8 text file with the review; - for standard input")
    classify.add_argument(
        "--run", nargs="+", action="extend", metavar="RUN", help="all finished runs when left out"
    )

    worker = add("worker", _worker, "Train queued runs until none is left.", as_json=False)
    worker.add_argument("--once", action="store_true", help="end after one run, or if none waits")
    return parser


def _add_config(parser: argparse.ArgumentParser) -> None:
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--preset", choices=list(PRESETS), help="start from the tutorial's settings")
    which.add_argument("--arch", choices=list(ARCHITECTURES), help="the network to train")
    for field in FIELDS.values():
        if field.name == "arch":
            continue
        flags = dict.fromkeys([f"--{field.name.replace('_', '-')}", f"--{field.name}"])
        bare = {"nargs": "?", "const": "true"} if field.kind is bool else {}
        parser.add_argument(
            *flags,
            dest=field.name,
            metavar=field.limit.replace(" or ", "|"),
            help=field.help.replace("%", "%%"),
            **bare,
        )


def _config(options: argparse.Namespace) -> RunConfig:
    """The config that the flags describe. Raises InvalidField."""
    given = {name: getattr(options, name) for name in FIELDS if getattr(options, name) is not None}
    config = parse_config(given, preset_name=options.preset)
    for name in sorted(config.architecture.unused & given.keys()):
        say(f"rnnlab: {name} has no meaning for {config.arch}; it is left out")
    return config


def _lab():
    from rnnlab.lab import Lab

    lab = Lab()
    lab.look_after()  # so that no dead worker's run is shown as running
    return lab


def _presets(options: argparse.Namespace) -> int:
    from rnnlab import params

    if options.json:
        print_json(
            [
                {
                    "name": name,
                    "parameters": params.parameters(config),
                    "config": config.to_dict(),
                }
                for name, config in PRESETS.items()
            ]
        )
        return 0
    from rnnlab.cli import tables

    tables.presets()
    return 0


def _params(options: argparse.Namespace) -> int:
    from rnnlab import estimate, params, show

    config = _config(options)
    if options.json:
        print_json(
            {
                "config": config.to_dict(),
                "layers": show.layers(config),
                "parameters": params.parameters(config),
                "bytes": params.parameters(config) * params.FLOAT_BYTES,
                "input_bytes": params.input_bytes(config),
                "one_hot_bytes": params.one_hot_bytes(config),
                "memory_bytes": estimate.memory_bytes(config),
            }
        )
        return 0
    from rnnlab.cli import tables

    tables.layers(config)
    return 0


def _train(options: argparse.Namespace) -> int:
    from rnnlab import show
    from rnnlab.cli import tables, watch

    config = _config(options)
    lab = _lab()
    run = lab.train(config, name=options.name)
    code = 0
    if not options.detach:
        code = watch.until_ended(lab, run)
        run = lab.store.get(run.id)
    if options.json:
        print_json(show.run(run, lab.store.epochs(run.id)))
    else:
        tables.summary(run)
    return code


def _runs(options: argparse.Namespace) -> int:
    from rnnlab import show
    from rnnlab.cli import tables

    runs = _lab().store.runs([RunState(options.state)] if options.state else None)
    if options.json:
        print_json([show.line(run) for run in runs])
    else:
        tables.runs(runs)
    return 0


def _show(options: argparse.Namespace) -> int:
    from rnnlab import show
    from rnnlab.cli import tables

    store = _lab().store
    run = store.find(options.run)
    if options.json:
        print_json(show.run(run, store.epochs(run.id)))
    else:
        tables.run(run, store.epochs(run.id))
    return 0


def _stop(options: argparse.Namespace) -> int:
    lab = _lab()
    run = lab.store.find(options.run)
    lab.stop(run.id)
    say(f"{run.name} ({run.id}) stops at its next batch.")
    return 0


def _resume(options: argparse.Namespace) -> int:
    lab = _lab()
    run = lab.store.find(options.run)
    lab.resume(run.id)
    say(f"{run.name} ({run.id}) is queued again and goes on after epoch {run.epochs_done}.")
    return 0


def _delete(options: argparse.Namespace) -> int:
    store = _lab().store
    run = store.find(options.run)
    if sys.stdin.isatty() and not options.yes:
        from rich.prompt import Confirm

        if not Confirm.ask(f"Delete {run.name} ({run.id}) with all that it produced?"):
            say("Nothing was deleted.")
            return 0
    store.delete(run.id)
    say(f"{run.name} ({run.id}) is deleted.")
    return 0


def _classify(options: argparse.Namespace) -> int:
    from rnnlab import show
    from rnnlab.classify import Classifier, classify
    from rnnlab.cli import tables

    text = options.text if options.file is None else _read(options.file)
    store = _lab().store
    if options.run:
        runs = [store.find(text) for text in options.run]
    else:
        runs = store.runs([RunState.FINISHED])
    if not runs:
        raise RnnlabError("no run is finished yet: train one with `python -m rnnlab train`")
    results = classify(text, [Classifier.of(store, run) for run in runs])
    if options.json:
        print_json(show.classification(text, results))
    else:
        tables.classification(results)
    return 0


def _read(name: str) -> str:
    """The text of a file, or of standard input for "-". Raises RnnlabError."""
    limit = MAX_FILE_MB * 1_000_000
    try:
        if name == "-":
            content = sys.stdin.buffer.read(limit + 1)
        else:
            with Path(name).open("rb") as file:
                content = file.read(limit + 1)
    except OSError as error:
        raise RnnlabError(
            f"--file must be a readable text file, got {name} ({error.strerror}): check the path"
        ) from error
    if len(content) > limit:
        raise RnnlabError(f"--file must be at most {MAX_FILE_MB} MB, {name} is larger: shorten it")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RnnlabError(
            f"--file must be UTF-8 text, byte {error.start:,} of {name} is not: save it as UTF-8"
        ) from error


def _worker(options: argparse.Namespace) -> int:
    from rnnlab import worker

    worker.main(once=options.once)
    return 0
