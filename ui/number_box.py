"""A box for the number of a field. What it shows is what its reader gets, however wrong that is.

Given bounds, Streamlit (1.67) marks a number beyond them and keeps the one before: the box would
show one number and the page use another. So the box has none, and takes whole numbers as floats,
whose bounds no hand reaches; `Field.check` refuses what is wrong in a sentence.
"""

from typing import Any

import streamlit as st

from rnnlab.field import Field

STEPS = {"dropout": 0.05}


def number_box(field: Field, *, key: str, default: float | None = None, **options: Any) -> Any:
    """Draw the box; return the number in it, unchecked.

    It starts at the `default`. Without one, the session state has to hold a number, again in each
    run while a browser may still load the box's code: until then it knows the last run alone.
    """
    if default is not None:
        options["value"] = float(default)
    step = STEPS.get(field.name, 1e-5) if field.kind is float else 1.0
    value = st.number_input(
        options.pop("label", field.label), step=step, format="%g", key=key, **options
    )
    return exact(field, value)


def exact(field: Field, value: Any) -> Any:
    """Return the number of a box as an int where the field is of whole numbers and it is one."""
    if field.kind is int and isinstance(value, float) and value.is_integer():
        return int(value)
    return value
