"""A viewer's own labelled reviews: the place for the file, and what was read of it."""

import hashlib

import streamlit as st

from rnnlab import format
from rnnlab.datasets import labelled
from rnnlab.datasets.labelled import LabelledReviews
from ui import roles, theme
from ui.compare import state


def uploaded_reviews() -> LabelledReviews | None:
    """Show the place for a file; return its reviews, read once. None where there is none.

    Those who may only watch a shared dashboard are told so; `ui.limits` takes no file of theirs.
    """
    if not roles.may_change():
        st.info(
            "You are watching: only whoever presents can compare the models on a file.",
            icon=":material/visibility:",
        )
        return None
    file = st.file_uploader(
        "A CSV file with the columns text and label (0 or 1, neg or pos, negative or positive)",
        type=["csv", "tsv", "txt"],
        max_upload_size=labelled.MAX_MB,
        key="compare_file",
    )
    kept = state.upload()
    if file is None:
        return kept.reviews if kept else None
    content = file.getvalue()
    digest = hashlib.sha256(content).hexdigest()
    if not kept or kept.digest != digest:
        kept = state.Upload(digest, labelled.read(content))
        state.keep_upload(kept)
    return kept.reviews


def skipped_rows(labelled_reviews: LabelledReviews) -> str:
    """Say how many rows were skipped and why, as Markdown; empty where none was."""
    if not labelled_reviews.left_out:
        return ""
    reasons = "; ".join(group.description for group in labelled_reviews.left_out)
    rows = format.plural(labelled_reviews.left_out_count, "row")
    return theme.markdown(f"{rows} skipped: {reasons}.")
