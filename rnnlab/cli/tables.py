"""What the command line prints for people, on stdout."""

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.table import Table

from rnnlab import params
from rnnlab.cli.output import duration, percent, plain
from rnnlab.compare.groups import group_id
from rnnlab.config import FIELDS, PRESETS, RunConfig
from rnnlab.runs import HISTORY_KEYS, Epoch, Run

if TYPE_CHECKING:
    from rnnlab.estimate import Estimate
    from rnnlab.inference.classify import Result

PIPE_WIDTH = 160  # columns where there is no terminal to ask
SHOWN_UNKNOWN = 12  # words


class Stdout(Console):
    """Names and reviews are printed as they are: no markup, no emoji codes."""

    def __init__(self) -> None:
        width = None if sys.stdout.isatty() else PIPE_WIDTH
        super().__init__(markup=False, emoji=False, highlight=False, width=width)

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError  # for `main`; rich would exit with 1, as if a run had failed


def presets() -> None:
    """The presets: the fields in which they differ, and below those they share."""
    values = {
        name: {getattr(config, name) for config in PRESETS.values()} - {None} for name in FIELDS
    }
    differ = [name for name, found in values.items() if len(found) > 1 and name != "arch"]
    table = new_table("preset", "network", ">parameters", *(f">{name}" for name in differ))
    for name, config in PRESETS.items():
        table.add_row(
            name,
            config.architecture.label,
            f"{params.parameters(config):,}",
            *(_value(getattr(config, field)) for field in differ),
        )
    shared = [f"{name} {_value(*found)}" for name, found in values.items() if len(found) == 1]
    console = Stdout()
    console.print(table)
    console.print("Where they have it: " + ", ".join(shared) + ".", soft_wrap=True)


def cost(config: RunConfig, estimate: "Estimate") -> None:
    """The layer table of a network, with what training it will cost."""
    console = Stdout()
    console.print(_layers(config))
    unit = "in one go" if config.epochs is None else "an epoch"
    console.print(
        f"Input: {_size(params.input_bytes(config))} as it is fed, "
        f"{_size(params.one_hot_bytes(config))} as naive one-hot.\n"
        f"Training: about {_size(estimate.memory_bytes)} of memory and "
        f"{duration(estimate.seconds_per_epoch)} {unit} ({estimate.rests_on}).",
        soft_wrap=True,
    )


def runs(found: Sequence[Run], *, state: str | None) -> None:
    """All runs, one a line."""
    if not found:
        which = f"No run is {state}" if state else "There is no run yet"
        print(f"{which}: start one with `python -m rnnlab train --preset lstm`.")
        return
    table = new_table(
        "id",
        "name",
        "state",
        "arch",
        ">parameters",
        ">epochs",
        ">best epoch",
        ">val_loss",
        ">val_accuracy",
        ">time",
        "group",
    )
    for run in found:
        table.add_row(
            run.id,
            plain(run.name),
            str(run.state),
            run.config.arch,
            f"{run.parameters:,}",
            f"{run.epochs_done} of {run.config.epochs_planned}",
            _value(run.best_epoch),
            "" if run.best_val_loss is None else f"{run.best_val_loss:.4f}",
            percent(run.best_val_accuracy),
            duration(run.seconds),
            group_id(run.config),
        )
    Stdout().print(table)


def run(run: Run, epochs: Iterable[Epoch]) -> None:
    """One run: settings, layers, epochs, versions, and how it ended."""
    console = Stdout()
    settings = new_table("field", ">value")
    for name, value in run.config.to_dict().items():
        settings.add_row(name, _value(value))
    console.print(settings)
    console.print(_layers(run.config))
    history = new_table(">epoch", *(f">{key}" for key in HISTORY_KEYS), ">time", "")
    for epoch in epochs:
        history.add_row(
            str(epoch.epoch),
            f"{epoch.loss:.4f}",
            percent(epoch.accuracy),
            f"{epoch.val_loss:.4f}",
            percent(epoch.val_accuracy),
            duration(epoch.seconds),
            "best" if epoch.epoch == run.best_epoch else "",
        )
    if history.rows:
        console.print(history)
    if run.versions:
        versions = ", ".join(f"{name} {version}" for name, version in run.versions.items())
        console.print(f"Trained with {versions}.", soft_wrap=True)
    summary(run)


def summary(run: Run) -> None:
    """A run's state and how it ended, in a line or two."""
    console = Stdout()
    line = f"{run.name} ({run.id}) is {run.state}. {run.ending()}".strip()
    console.print(plain(line), soft_wrap=True)
    if run.best_epoch is not None:
        console.print(
            f"Best epoch {run.best_epoch}: val_loss {run.best_val_loss:.4f}, val_accuracy "
            f"{percent(run.best_val_accuracy)}. Epochs done: {run.epochs_done} of "
            f"{run.config.epochs_planned}, in {duration(run.seconds)}.",
            soft_wrap=True,
        )
    elif run.state.active:
        console.print(f"`python -m rnnlab show {run.id}` tells how far it is.", soft_wrap=True)


def classification(results: Sequence["Result"]) -> None:
    """What each run says of a text, and what it could not read."""
    table = new_table("run", "id", "arch", ">positive", "label", ">unknown words", ">cut words")
    for result in results:
        table.add_row(
            plain(result.name),
            result.run,
            result.arch,
            percent(result.probability),
            result.label or "no word",
            f"{len(result.reading.unknown):,}",
            f"{result.reading.cut:,}",
        )
    console = Stdout()
    console.print(table)
    for result in results:
        if result.reading.all_unknown:
            line = f"{result.name} knows none of the words that it reads."
        elif result.reading.unknown:
            words = result.reading.unknown
            more = ", …" if len(words) > SHOWN_UNKNOWN else ""
            line = f"{result.name} does not know: {', '.join(words[:SHOWN_UNKNOWN])}{more}"
        else:
            continue
        console.print(plain(line), soft_wrap=True)


def _layers(config: RunConfig) -> Table:
    table = new_table("layer (type)", "output shape", ">parameters", ">bytes")
    for row in params.layers(config):
        table.add_row(
            f"{row.name} ({row.type})",
            str(row.output_shape),
            f"{row.parameters:,}",
            f"{row.bytes:,}",
        )
    total = params.parameters(config)
    table.add_section()
    table.add_row("total", "", f"{total:,}", f"{total * params.FLOAT_BYTES:,}")
    return table


def new_table(*columns: str) -> Table:
    """A table; a column whose title begins with ">" is aligned right."""
    table = Table(box=box.SIMPLE_HEAD)
    for column in columns:
        right = column.startswith(">")
        table.add_column(column.removeprefix(">"), justify="right" if right else "left")
    return table


def _value(value: object) -> str:
    """A field's value as it can be typed; a dash for none."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:g}"
    return str(value)


def _size(count: int) -> str:
    """Bytes as "8.0 MB" or "4.8 GB" (powers of ten)."""
    return f"{count / 1e9:,.1f} GB" if count >= 1e9 else f"{count / 1e6:,.1f} MB"
