"""The number boxes of the Train form, and the sliders beside them."""

import bisect
import functools
from collections.abc import Callable
from typing import Any, Literal

import streamlit as st

from rnnlab.errors import InvalidField
from rnnlab.field import Field
from ui.number_box import exact, number_box
from ui.train import keys

STOPS = (1, 1.5, 2, 3, 5, 7)  # of each decade that a slider stops at
DECADES = range(-9, 7)  # those of all fields


def with_slider(field: Field, *, on_change: Callable[[], None]) -> None:
    """Draw a slider over the decades beside a box for the exact value, which is the truth."""
    drag = keys.slider(field.name)
    st.session_state[drag], stops = _stops(
        field, exact(field, st.session_state[keys.field(field.name)])
    )
    with st.container(
        horizontal=True, vertical_alignment="bottom", key=f"{drag}_row", gap="medium"
    ):
        st.select_slider(
            field.label,
            stops,
            key=drag,
            help=f"{field.help} {field.limit}.",
            on_change=_take_drag,
            args=(field.name, on_change),
        )
        box(field, on_change=on_change, collapsed=True, width=132)


def _stops(field: Field, value: Any) -> tuple[Any, list]:
    """Return the slider's value, and its stops: round values of each decade, and the value."""
    stops = list(_round_values(field))
    if not _is_valid(field, value):
        return stops[len(stops) // 2], stops
    value = field.check(value)
    if value not in stops:
        bisect.insort(stops, value)
    return value, stops


@functools.cache
def _round_values(field: Field) -> tuple[Any, ...]:
    """Return the round values of each decade within the field's bounds, in order."""
    values = {field.kind(float(f"{step}e{power}")) for power in DECADES for step in STOPS}
    return tuple(sorted(value for value in values if _is_valid(field, value)))


def _is_valid(field: Field, value: Any) -> bool:
    try:
        field.check(value)
    except InvalidField:
        return False
    return True


def _take_drag(name: str, on_change: Callable[[], None]) -> None:
    on_change()
    st.session_state[keys.field(name)] = st.session_state[keys.slider(name)]


def box(
    field: Field,
    *,
    on_change: Callable[[], None],
    collapsed: bool = False,
    width: int | Literal["stretch"] = "stretch",
) -> None:
    """Draw the box of a field's exact value; the slider beside it may hold its label."""
    number_box(
        field,
        key=keys.field(field.name),
        help=f"{field.help} {field.limit}.",
        on_change=on_change,
        label_visibility="collapsed" if collapsed else "visible",
        width=width,
    )
