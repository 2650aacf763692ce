"""What the command line prints for people, on stdout."""

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from rnnlab import estimate, params
from rnnlab.classify import Result
from rnnlab.config import PRESETS, RunConfig
from rnnlab.runs import HISTORY_KEYS, Epoch, Run, RunState


def presets() -> None:
    """The tutorial's presets."""
    table = _table("preset", ">parameters", "layers")
    for name, config in PRESETS.items():
        rows = params.layers(config)
        table.add_row(name, f"{params.parameters(config):,}", " → ".join(row.type for row in rows))
    Console().print(table)


def layers(config: RunConfig) -> None:
    """The layer table of a network, with what training it will cost."""
    table = _table("layer (type)", "output shape", ">parameters", ">bytes")
    for row in params.layers(config):
        shape = ", ".join(str(size) for size in row.output_shape)
        table.add_row(
            f"{row.name} ({row.type})", f"({shape})", f"{row.parameters:,}", f"{row.bytes:,}"
        )
    total = params.parameters(config)
    table.add_section()
    table.add_row("total", "", f"{total:,}", f"{total * params.FLOAT_BYTES:,}")
    console = Console()
    console.print(table)
    console.print(
        f"Input as it is fed {params.input_bytes(config) / 1e6:,.1f} MB, as naive one-hot "
        f"{params.one_hot_bytes(config) / 1e6:,.1f} MB; training needs about "
        f"{estimate.memory_bytes(config) / 1e9:,.1f} GB of memory.",
        highlight=False,
    )


def runs(runs: Sequence[Run]) -> None:
    """All runs, one a line."""
    table = _table(
        "id", "name", "state", "arch", ">parameters", ">epochs", ">best epoch", ">val_loss",
        ">val_accuracy", ">time",
    )  # fmt: skip
    for run in runs:
        table.add_row(
            run.id,
            escape(run.name),
            str(run.state),
            run.config.arch,
            f"{run.parameters:,}",
            f"{run.epochs_done} of {run.config.epochs}",
            "" if run.best_epoch is None else str(run.best_epoch),
            "" if run.best_val_loss is None else f"{run.best_val_loss:.4f}",
            "" if run.best_val_accuracy is None else f"{run.best_val_accuracy:.1%}",
            f"{run.seconds:,.0f} s",
        )
    Console().print(table if runs else "No run yet: start one with `python -m rnnlab train`.")


def run(run: Run, epochs: Iterable[Epoch]) -> None:
    """One run: settings, layers, epochs, and how it ended."""
    console = Console()
    settings = _table("setting", "value")
    for name, value in run.config.to_dict().items():
        settings.add_row(name, "" if value is None else str(value))
    console.print(settings)
    layers(run.config)
    history = _table(">epoch", *(f">{key}" for key in HISTORY_KEYS), ">seconds")
    for epoch in epochs:
        figures = (f"{getattr(epoch, key):.4f}" for key in HISTORY_KEYS)
        history.add_row(str(epoch.epoch), *figures, f"{epoch.seconds:.2f}")
    console.print(history)
    summary(run)


def summary(run: Run) -> None:
    """A run's state and how it ended, in a line or two."""
    console = Console()
    console.print(f"{escape(run.name)} ({run.id}): {run.state}. {escape(run.ending())}")
    if run.best_epoch is not None and run.state is RunState.FINISHED:
        console.print(
            f"Best epoch {run.best_epoch}: val_loss {run.best_val_loss:.4f}, val_accuracy "
            f"{run.best_val_accuracy:.1%}; {run.epochs_done} epochs in {run.seconds:,.1f} s."
        )


def classification(results: Iterable[Result]) -> None:
    """What each run says of a text."""
    table = _table("run", "arch", ">probability", "label", ">unknown words", ">cut words")
    for result in results:
        table.add_row(
            escape(result.name),
            result.arch,
            "no word" if result.probability is None else f"{result.probability:.1%}",
            result.label or "",
            str(len(result.reading.unknown)),
            str(result.reading.cut),
        )
    Console().print(table)


def _table(*columns: str) -> Table:
    """A table; a column whose title begins with ">" is aligned right."""
    table = Table()
    for column in columns:
        right = column.startswith(">")
        table.add_column(column.removeprefix(">"), justify="right" if right else "left")
    return table
