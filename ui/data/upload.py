"""The place for a file, and what is known of it without reading it."""

import hashlib
from typing import NamedTuple

import streamlit as st

from rnnlab.datasets.reading import limits
from ui import roles
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
    )
    if file is None:
        st.caption(
            "Two columns are enough: one of texts, and one of labels such as 0 and 1, positive and "
            "negative, or stars from 1 to 5. Nothing leaves this machine."
        )
        return None
    kept = st.session_state.get(keys.DIGEST)
    if kept is None or kept[0] != file.file_id:
        digest = hashlib.sha256(file.getbuffer()).hexdigest()
        kept = st.session_state[keys.DIGEST] = (file.file_id, digest)
    return Upload(file.name, kept[1], file.getvalue())
