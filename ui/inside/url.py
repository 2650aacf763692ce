"""What is looked at on the Inside page, kept in the URL alone: a link shows the same."""

from collections.abc import Callable, Sequence

import streamlit as st


def picked(name: str, options: Sequence[str], default: str) -> str:
    """Return what the URL says under `name` if it is one of the options, else the default."""
    value = st.query_params.get(name, default)
    return value if value in options else default


def widget(name: str, options: Sequence[str], default: str) -> tuple[str, Callable[[], None]]:
    """Return the key of a widget that shows what the URL says, and its `on_change`.

    The URL stays without the default, which may differ from text to text.
    """
    key = f"inside_{name}"
    st.session_state[key] = picked(name, options, default)

    def write() -> None:
        put(name, st.session_state[key], default)

    return key, write


def put(name: str, value: str | None, default: str | None = None) -> None:
    """Write a value into the URL; None or the default takes it out."""
    if value is None or value == default:
        st.query_params.pop(name, None)
    else:
        st.query_params[name] = value
