"""The text of a page in its URL: it survives a reload, and a link shows the same."""

import streamlit as st

MAX_URL_TEXT = 2_000  # characters; browsers and servers refuse URLs that are much longer


def adopt(key: str, *, sample: str = "") -> None:
    """Put the URL's text, or a sample, into a field that is still empty of a session's own."""
    if key not in st.session_state:
        st.session_state[key] = st.query_params.get("text", sample)


def keep(text: str, *, sample: str = "") -> None:
    """Write the text into the URL; not the sample, nor one that is too long."""
    if text and text != sample and len(text) <= MAX_URL_TEXT:
        st.query_params["text"] = text
    else:
        st.query_params.pop("text", None)
