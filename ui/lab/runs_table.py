"""The table of all runs: filters, rows, and which of them are selected."""

import hashlib
from collections.abc import Sequence
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from rnnlab import format
from rnnlab.config import ARCHITECTURES, FIELDS, SEED_FIELDS
from rnnlab.field import Field
from rnnlab.names import MAX_NAME
from rnnlab.owners import several_owners
from rnnlab.runs import Run, RunState
from ui.dataframe import bold

LABELS = {name: arch.label for name, arch in ARCHITECTURES.items()}
DOTS = {  # a table cell holds text or an image, so the colour is an image
    name: "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='20' height='20'>"
    f"<circle cx='10' cy='10' r='5' fill='%23{arch.color[1:]}'/></svg>"
    for name, arch in ARCHITECTURES.items()
}
ROW_PX = 40
MOST_ROWS = 16


def filters(runs: Sequence[Run]) -> tuple[Run, ...]:
    """Draw the filters; return the runs that pass them."""
    find, by_arch, by_state = st.columns([2, 3, 3])
    text = find.text_input(
        "Find",
        placeholder="Name or owner" if several_owners(runs) else "Name",
        icon=":material/search:",
        max_chars=MAX_NAME,
        key="runs_find",
        live=True,
    )
    archs = by_arch.multiselect(
        "Architecture",
        list(LABELS),
        format_func=LABELS.__getitem__,
        placeholder="All",
        key="runs_archs",
    )
    states = by_state.multiselect(
        "State", list(map(str, RunState)), placeholder="All", key="runs_states"
    )
    return matching(runs, text=text or "", archs=archs, states=states)


def matching(
    runs: Sequence[Run], *, text: str = "", archs: Sequence[str] = (), states: Sequence[str] = ()
) -> tuple[Run, ...]:
    """Return the runs whose name or id contains the text, of these architectures and states.

    So does the owner's name, where there are several. An empty list of architectures or states
    means all of them.
    """
    text, by_owner = text.strip().casefold(), several_owners(runs)
    return tuple(
        run
        for run in runs
        if (
            text in run.name.casefold()
            or text in run.id
            or (by_owner and text in run.owner.casefold())
        )
        and (not archs or run.config.arch in archs)
        and (not states or run.state in states)
    )


def show(runs: Sequence[Run]) -> tuple[Run, ...]:
    """Draw the runs as a table; return those whose rows are selected."""
    # Streamlit remembers selected rows by position. Another set of runs therefore gets another
    # table, or a run that moved up would be selected in place of its neighbor.
    ids = hashlib.sha256(",".join(run.id for run in runs).encode()).hexdigest()[:12]
    event = st.dataframe(
        bold(frame(runs), "name"),
        key=f"runs_{ids}",
        on_select="rerun",
        selection_mode="multi-row",
        hide_index=True,
        column_config=_columns(runs),
        placeholder="–",
        row_height=ROW_PX,
        height=ROW_PX * (min(len(runs), MOST_ROWS) + 1),
        alt="All runs with their settings, best figures, time and state",
    )
    return tuple(runs[row] for row in event.selection.rows if row < len(runs))


def frame(runs: Sequence[Run]) -> pd.DataFrame:
    """Return a row for each run; the figures of an active run are left to the live area."""
    return pd.DataFrame([_row(run) for run in runs], columns=list(_columns(runs)))


def _row(run: Run) -> dict[str, Any]:
    ended = not run.state.active
    accuracy = run.best_val_accuracy if ended else None
    rate = run.config.learning_rate
    seeds = {name: getattr(run.config, name) for name in SEED_FIELDS}
    return {
        **{name: getattr(run.config, name) for name in FIELDS},
        **{name: seed if seed is None else str(seed) for name, seed in seeds.items()},
        "name": run.name,
        "color": DOTS[run.config.arch],
        "arch": LABELS[run.config.arch],
        "state": str(run.state),
        "val_accuracy": None if accuracy is None else 100 * accuracy,
        "val_loss": run.best_val_loss if ended else None,
        "best_epoch": run.best_epoch if ended else None,
        "epochs_done": run.epochs_done if ended else None,
        "minutes": run.seconds / 60 if ended else None,
        "parameters": run.parameters,
        "learning_rate": rate if rate is None else format.learning_rate(rate),
        "owner": run.owner or None,
        "id": run.id,
    }


def _columns(runs: Sequence[Run]) -> dict[str, ColumnConfig]:
    number, text = st.column_config.NumberColumn, st.column_config.TextColumn
    whole = partial(number, format="%,d")
    return {
        "name": text("Name", pinned=True, width=150),
        "color": st.column_config.ImageColumn("", width=36),
        "arch": text("Architecture"),
        "state": text("State"),
        **({"owner": text("Owner")} if several_owners(runs) else {}),
        "val_accuracy": number(
            "Accuracy",
            width=95,
            format="%.1f %%",
            help="On the validation reviews, at the best epoch",
        ),
        "val_loss": number(
            "Loss", width=85, format="%.4f", help="On the validation reviews, at the best epoch"
        ),
        "best_epoch": whole("Best epoch"),
        "epochs_done": whole("Epochs", help="Finished epochs"),
        "minutes": number("Time", width=95, format="%.1f min"),
        "parameters": whole("Parameters"),
        **{name: _setting(field) for name, field in FIELDS.items() if name != "arch"},
        "id": text("Id", width=100, help="Names the run on the command line, and in a download"),
    }


def _setting(field: Field) -> ColumnConfig:
    number, text = st.column_config.NumberColumn, st.column_config.TextColumn
    if field.name in ("learning_rate", *SEED_FIELDS):  # as numbers they get thousands commas
        return text(field.label, alignment="right")
    if field.kind is bool:
        return st.column_config.CheckboxColumn(field.label)
    if field.kind is int:
        return number(field.label, format="%,d")
    if field.kind is float:
        return number(field.label, format="%.2f")
    return text(field.label)
