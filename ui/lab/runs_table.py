"""The table of all runs: filters, rows, and which of them are selected."""

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from rnnlab import format
from rnnlab.config import ARCHITECTURES
from rnnlab.runs import Run, RunState
from ui import theme

if TYPE_CHECKING:
    from pandas.io.formats.style import Styler

LABELS = {name: arch.label for name, arch in ARCHITECTURES.items()}
DOTS = {  # a cell holds plain text or a picture, hence the colour as a picture
    name: "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='20' height='20'>"
    f"<circle cx='10' cy='10' r='5' fill='%23{arch.color[1:]}'/></svg>"
    for name, arch in ARCHITECTURES.items()
}
ROW_PX = 40
MOST_ROWS = 16
MOST_BOLD = 200  # rows


def filters(runs: Sequence[Run]) -> tuple[Run, ...]:
    """The runs that the filters let through, as the person set them."""
    find, by_arch, by_state = st.columns([2, 3, 3])
    text = find.text_input(
        "Find", placeholder="Name", icon=":material/search:", key="runs_find", live=True
    )
    archs = by_arch.multiselect(
        "Architecture", list(LABELS), format_func=LABELS.get, placeholder="All", key="runs_archs"
    )
    states = by_state.multiselect(
        "State", list(map(str, RunState)), placeholder="All", key="runs_states"
    )
    return matching(runs, text=text or "", archs=archs, states=states)


def matching(
    runs: Sequence[Run], *, text: str = "", archs: Sequence[str] = (), states: Sequence[str] = ()
) -> tuple[Run, ...]:
    """The runs whose name or id holds the text, of these architectures and states (empty: all)."""
    text = text.strip().casefold()
    return tuple(
        run
        for run in runs
        if (text in run.name.casefold() or text in run.id)
        and (not archs or run.config.arch in archs)
        and (not states or run.state in states)
    )


def show(runs: Sequence[Run]) -> tuple[Run, ...]:
    """Draw the runs as a table; gives back those whose rows are selected."""
    # Rows are selected by their place, so another set of runs has to be another table: else a
    # run that moved up would be selected in the stead of its neighbour.
    ids = hashlib.sha256(",".join(run.id for run in runs).encode()).hexdigest()[:12]
    event = st.dataframe(
        bold(frame(runs), "name"),
        key=f"runs_{ids}",
        on_select="rerun",
        selection_mode="multi-row",
        hide_index=True,
        column_config=_columns(),
        placeholder="–",
        row_height=ROW_PX,
        height=ROW_PX * (min(len(runs), MOST_ROWS) + 1),
        alt="All runs with their settings, best figures, time and state",
    )
    return tuple(runs[row] for row in event.selection.rows if row < len(runs))


def bold(frame: pd.DataFrame, column: str) -> "pd.DataFrame | Styler":
    """The table with a pinned column bold in the strongest ink: Streamlit pales what is pinned,
    so that it looks disabled.

    A long table stays as it is, since pandas styles a cell at a time: of the 0.9 s in which the
    page with 1,000 runs was drawn, 0.7 s were for this.
    """
    if len(frame) > MOST_BOLD:
        return frame
    return frame.style.set_properties([column], color=theme.strong(), **{"font-weight": "700"})


def frame(runs: Sequence[Run]) -> pd.DataFrame:
    """A row for each run; the figures of an active run are left to the live area."""
    return pd.DataFrame([_row(run) for run in runs], columns=list(_columns()))


def _row(run: Run) -> dict:
    done = not run.state.active and run.best_epoch is not None
    config = run.config
    return {
        "name": run.name,
        "color": DOTS[config.arch],
        "arch": LABELS[config.arch],
        "state": str(run.state),
        "val_accuracy": 100 * run.best_val_accuracy if done else None,
        "val_loss": run.best_val_loss if done else None,
        "best_epoch": run.best_epoch if done else None,
        "epochs_done": None if run.state.active else run.epochs_done,
        "minutes": run.seconds / 60 if not run.state.active else None,
        "parameters": run.parameters,
        "vocab_size": config.vocab_size,
        "maxlen": config.maxlen,
        "learning_rate": None
        if config.learning_rate is None
        else format.learning_rate(config.learning_rate),
        "embedding_dim": config.embedding_dim,
        "units": config.units,
        "layers": config.layers,
        "bidirectional": config.bidirectional,
        "dropout": config.dropout,
        "batch_size": config.batch_size,
        "epochs": config.epochs,
        "patience": config.patience,
        "optimizer": config.optimizer,
        "truncating": config.truncating,
        "dataset": config.dataset,
        "seed": None if config.seed is None else str(config.seed),
        "backend": config.backend,
    }


def _columns() -> dict:
    number, text = st.column_config.NumberColumn, st.column_config.TextColumn
    whole = {"format": "localized"}
    return {
        "name": text("Name", pinned=True, width=150),
        "color": st.column_config.ImageColumn("", width=36),
        "arch": text("Architecture"),
        "state": text("State"),
        "val_accuracy": number(
            "Accuracy", width=95, format="%.1f %%", help="Validation, best epoch"
        ),
        "val_loss": number("Loss", width=85, format="%.4f", help="Validation, best epoch"),
        "best_epoch": number("Best epoch", **whole),
        "epochs_done": number("Epochs", help="Finished", **whole),
        "minutes": number("Time", width=95, format="%.1f min"),
        "parameters": number("Parameters", **whole),
        "vocab_size": number("Vocabulary", **whole),
        "maxlen": number("Length", **whole),
        "learning_rate": text("Learning rate", alignment="right"),
        "embedding_dim": number("Embedding", **whole),
        "units": number("Units", **whole),
        "layers": number("Layers", **whole),
        "bidirectional": st.column_config.CheckboxColumn("Bidirectional"),
        "dropout": number("Dropout", format="%.2f"),
        "batch_size": number("Batch", **whole),
        "epochs": number("Epochs, at most", **whole),
        "patience": number("Patience", **whole),
        "optimizer": text("Optimizer"),
        "truncating": text("Cut from"),
        "dataset": text("Dataset"),
        "seed": text("Seed", alignment="right"),
        "backend": text("Backend"),
    }
