"""Prints presets, costs, runs and classifications on stdout."""

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NoReturn

from rich import box
from rich.console import Console
from rich.table import Table

from rnnlab import format, params
from rnnlab.cli.output import plain
from rnnlab.compare.groups import group_id
from rnnlab.config import FIELDS, PRESETS, RunConfig, preset_label
from rnnlab.dataset_names import dataset_name
from rnnlab.runs import HISTORY_KEYS, Epoch, Run

if TYPE_CHECKING:
    from rnnlab.estimate import Estimate
    from rnnlab.inference.classify import Result

PIPE_WIDTH = 160  # columns where there is no terminal to ask
SHOWN_UNKNOWN = 12  # words


class Stdout(Console):
    """A console on stdout that prints names and reviews as they are: no markup, no emoji codes."""

    def __init__(self) -> None:
        width = None if sys.stdout.isatty() else PIPE_WIDTH
        super().__init__(markup=False, emoji=False, highlight=False, width=width)

    def on_broken_pipe(self) -> NoReturn:
        """Raise, instead of ending the process as rich does."""
        raise BrokenPipeError  # for `main`; rich would exit with 1, as if a run had failed


def presets() -> None:
    """Print the presets: the fields in which they differ, and below those that they share."""
    values = {
        name: {getattr(config, name) for config in PRESETS.values()} - {None} for name in FIELDS
    }
    differ = [name for name, used in values.items() if len(used) > 1 and name != "arch"]
    table = new_table("preset", "network", ">parameters", *(f">{name}" for name in differ))
    for name, config in PRESETS.items():
        table.add_row(
            name,
            preset_label(name),
            format.count(params.parameters(config)),
            *(_value(getattr(config, field)) for field in differ),
        )
    shared = [f"{name} {_value(*used)}" for name, used in values.items() if len(used) == 1]
    console = Stdout()
    console.print(table)
    console.print("Shared settings: " + ", ".join(shared) + ".", soft_wrap=True)


def cost(config: RunConfig, estimate: "Estimate", *, reviews: int) -> None:
    """Print the layer table of a network, and what training it on that many reviews would cost."""
    console = Stdout()
    console.print(_layers(config))
    unit = "in one go" if config.epochs is None else "an epoch"
    console.print(
        f"Input: {format.size(params.input_bytes(config, reviews))} as fed to the network, "
        f"{format.size(params.one_hot_bytes(config, reviews))} as a plain one-hot array.\n"
        f"Training: about {format.size(estimate.memory_bytes)} of memory and "
        f"{format.duration(estimate.seconds_per_epoch)} {unit} ({estimate.rests_on}).",
        soft_wrap=True,
    )


def runs(selected: Sequence[Run], *, state: str | None) -> None:
    """Print the runs, one a line; `state` is the one they were selected by."""
    if not selected:
        which = f"No runs are {state}" if state else "There are no runs yet"
        print(f"{which}: start one with `rnnlab train --preset lstm`.")
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
    for run in selected:
        table.add_row(
            run.id,
            plain(run.name),
            str(run.state),
            run.config.arch,
            format.count(run.parameters),
            f"{run.epochs_done} of {run.config.epochs_planned}",
            _value(run.best_epoch),
            format.loss(run.best_val_loss),
            format.percent(run.best_val_accuracy),
            format.duration(run.seconds),
            group_id(run.config),
        )
    Stdout().print(table)


def run(run: Run, epochs: Iterable[Epoch]) -> None:
    """Print one run: settings, layers, epochs, versions, and how it ended."""
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
            format.loss(epoch.loss),
            format.percent(epoch.accuracy),
            format.loss(epoch.val_loss),
            format.percent(epoch.val_accuracy),
            format.duration(epoch.seconds),
            "best" if epoch.epoch == run.best_epoch else "",
        )
    if history.rows:
        console.print(history)
    if run.versions:
        versions = ", ".join(f"{name} {version}" for name, version in run.versions.items())
        console.print(f"Trained with {versions}.", soft_wrap=True)
    if run.owner:
        console.print(plain(f"Owner: {run.owner}."), soft_wrap=True)
    summary(run)


def summary(run: Run) -> None:
    """Print a run's state and how it ended, in a line or two."""
    console = Stdout()
    line = " ".join(
        filter(None, [f"{run.name} ({run.id}) is {run.state}.", run.ending(), run.resumed])
    )
    console.print(plain(line), soft_wrap=True)
    if run.best_epoch is not None:
        console.print(
            f"Best epoch {run.best_epoch}: val_loss {format.loss(run.best_val_loss)}, "
            f"val_accuracy {format.percent(run.best_val_accuracy)}. "
            f"Epochs done: {run.epochs_done} of {run.config.epochs_planned}, "
            f"in {format.duration(run.seconds)}.",
            soft_wrap=True,
        )
    elif run.state.active:
        console.print(f"Run `rnnlab show {run.id}` to see its progress.", soft_wrap=True)


def classification(results: Sequence["Result"]) -> None:
    """Print how each run classifies a text, and which words it does not know."""
    table = new_table("run", "id", "arch", ">positive", "label", ">unknown words", ">cut words")
    for result in results:
        table.add_row(
            plain(result.name),
            result.run,
            result.arch,
            format.percent(result.probability),
            result.label or "no words",
            format.count(len(result.reading.unknown)),
            format.count(result.reading.cut),
        )
    console = Stdout()
    console.print(table)
    for result in results:
        if result.reading.all_unknown:
            line = f"{result.name} knows none of the words it reads."
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
            format.count(row.parameters),
            format.count(row.bytes),
        )
    total = params.parameters(config)
    table.add_section()
    table.add_row("total", "", format.count(total), format.count(total * params.FLOAT_BYTES))
    return table


def new_table(*columns: str) -> Table:
    """Return a table; a column whose title begins with ">" is aligned right."""
    table = Table(box=box.SIMPLE_HEAD)
    for column in columns:
        right = column.startswith(">")
        table.add_column(column.removeprefix(">"), justify="right" if right else "left")
    return table


def _value(value: object) -> str:
    """Format a field's value as it can be typed; a dash for none."""
    if value is None:
        return format.NONE
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:g}"
    return plain(dataset_name(str(value)))
