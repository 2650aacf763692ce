"""The place for a file, and what is known of it without reading it."""

import hashlib
from typing import NamedTuple

import streamlit as st

from rnnlab.datasets.reading import limits
from ui import roles, theme
from ui.data import keys


class Upload(NamedTuple):
    """A file that a viewer gave: its name, the SHA-256 of its content, and the content."""

    name: str
    digest: str
    content: bytes


def show() -> Upload | None:
    """Draw the place for a file; return what is in it. Viewers who may only watch have none."""
    if not roles.may_change():
        st.info(
            "You are watching: whoever presents can add files of reviews. The cards of the "
            "datasets below are yours to read.",
            icon=":material/visibility:",
        )
        return None
    file = st.file_uploader(
        "Your labelled reviews: CSV, TSV, JSON lines, Parquet, fastText lines, or folders pos and "
        "neg in a zip or tar.gz",
        type=[*limits.FILE_TYPES],
        max_upload_size=limits.MAX_MB,
        key=keys.file_widget(),
        on_change=keys.end_use,  # of the file before it; its × ends its own
    )
    if file is None:
        kept: Upload | None = st.session_state.get(keys.UPLOAD)
        if kept is not None:
            return _kept(kept)
        st.caption(
            "Two columns are enough: one of texts, and one of labels such as 0 and 1, positive and "
            "negative, or stars from 1 to 5. Nothing leaves this machine."
        )
        return None
    digest = st.session_state.get(keys.DIGEST)
    if digest is None or digest[0] != file.file_id:
        found = hashlib.sha256(file.getbuffer()).hexdigest()
        digest = st.session_state[keys.DIGEST] = (file.file_id, found)
    given = st.session_state[keys.UPLOAD] = Upload(file.name, digest[1], file.getvalue())
    return given


def _kept(upload: Upload) -> Upload:
    """Name the file that was given on an earlier visit of the page, with a button to end its use.

    Streamlit's own place for the file is empty then.
    """
    with st.container(horizontal=True, vertical_alignment="center", key="data_file_kept"):
        st.markdown(f":material/description: Open: **{theme.markdown(upload.name)}**")
        st.button(
            "Close it", icon=":material/close:", key="data_file_close", on_click=keys.forget_file
        )
    return upload
