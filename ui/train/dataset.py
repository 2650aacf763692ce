"""Which reviews a run of the Train form reads: a built-in dataset, or one of the viewer's own."""

from collections.abc import Callable

import streamlit as st

from rnnlab.config import FIELDS, RunConfig
from rnnlab.dataset_names import dataset_name
from rnnlab.datasets.own.record import OwnDataset, is_own
from rnnlab.errors import InvalidField
from ui.reader import snapshot
from ui.train import keys

FIELD = FIELDS["dataset"]


def find(text: str) -> str:
    """Return the id of the dataset that a URL names by its id or name. Raises InvalidField."""
    text = text.strip()
    for own in snapshot().datasets:
        if text in (own.id, own.name):
            return own.id
    if is_own(text):
        remedy = "add its file on the page Data, or open the lab that has it"
        raise InvalidField(FIELD.name, text, "a dataset of this lab", remedy)
    return text


def chosen() -> OwnDataset | None:
    """Return the form's dataset if it is one of the viewer's own."""
    dataset_id = st.session_state.get(keys.field(FIELD.name))
    return next((own for own in snapshot().datasets if own.id == dataset_id), None)


def in_front() -> bool:
    """Return whether the choice is worth a place among the first fields: there are own datasets."""
    current = st.session_state.get(keys.field(FIELD.name), RunConfig().dataset)
    return bool(snapshot().datasets) or is_own(current)


def control(on_change: Callable[[], None]) -> None:
    """Draw the choice of the dataset, one's own first."""
    key = keys.field(FIELD.name)
    options = [*(own.id for own in snapshot().datasets), *FIELD.choices]
    current = st.session_state.get(key, RunConfig().dataset)
    if current not in options:  # deleted meanwhile; training says so
        options.append(current)
    st.selectbox(
        FIELD.label,
        options,
        format_func=dataset_name,
        help=FIELD.help,
        key=key,
        on_change=on_change,
        filter_mode=None,
    )
