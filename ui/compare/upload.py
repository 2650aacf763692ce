"""A viewer's own labelled reviews: the place for the file, and what was read of it."""

import hashlib
from dataclasses import replace

import streamlit as st

from rnnlab import format
from rnnlab.datasets.labelled import LabelledReviews
from rnnlab.datasets.reading import limits, reviews
from rnnlab.datasets.reading.encodings import MAX_MB
from rnnlab.datasets.reading.reviews import Choices
from rnnlab.errors import NotAllowed
from ui import roles, theme
from ui.compare import state


def uploaded_reviews() -> LabelledReviews | None:
    """Show the place for a file; return its reviews, read once. None where there is none.

    Raises NotAllowed for viewers who may only watch; `ui.limits` takes no file of theirs, either.
    """
    if not roles.may_change():
        raise NotAllowed("You are watching: only whoever presents can compare the models on a file")
    file = st.file_uploader(
        "A file with a column of reviews and a column of labels: CSV, JSON lines, Parquet, packed "
        "or not",
        type=[*limits.FILE_TYPES],
        max_upload_size=MAX_MB,
        key="compare_file",
        on_change=state.forget_upload,  # a new file takes its place, and its × ends its use
    )
    kept = state.upload()
    if file is None:
        return _kept_reviews(kept) if kept else None
    choices = _choices()
    content = file.getvalue()
    digest = hashlib.sha256(content).hexdigest()
    if not kept or (kept.digest, kept.choices) != (digest, choices):
        state.forget_upload()  # a file that is refused leaves no older one behind
        read = replace(reviews.read(content, choices), name=file.name)
        kept = state.Upload(digest, choices, read)
        state.keep_upload(kept)
    return kept.reviews


def _kept_reviews(kept: state.Upload) -> LabelledReviews:
    """Name the file that is in use since an earlier visit of the page, with a button to end that.

    Streamlit's own place for the file is empty then.
    """
    with st.container(horizontal=True, vertical_alignment="center", key="compare_file_kept"):
        st.markdown(f":material/description: In use: **{theme.markdown(kept.reviews.name)}**")
        if st.button("Stop using it", icon=":material/close:", key="compare_file_forget"):
            state.forget_upload()
            st.rerun()
    return kept.reviews


def has_file() -> bool:
    """Return whether this viewer's own reviews are there, be they checked yet or not."""
    return state.upload() is not None


def _choices() -> Choices:
    """Show what may be said of a file that is not understood by itself, and return it."""
    with st.popover("Columns, labels and encoding", icon=":material/table_chart:"):
        st.caption("Leave a field empty to have it detected.")
        values = [
            st.text_input(label, key=f"compare_file_{field}", max_chars=200, help=words).strip()
            for field, label, words in (
                ("text_column", "Column of reviews", "Its name in the first line of the file."),
                ("label_column", "Column of labels", "Its name in the first line of the file."),
                ("positive", "Positive label", "The other label is negative."),
                ("encoding", "Encoding", "Where the file is not Unicode, such as cp949."),
            )
        ]
    return Choices(*(value or None for value in values))


def describe(labelled_reviews: LabelledReviews) -> str:
    """Say how the file was read and which rows were skipped, as Markdown; empty for no remark."""
    sentences = [theme.markdown(remark) for remark in labelled_reviews.remarks]
    return " ".join(filter(None, [*sentences, _skipped_rows(labelled_reviews)]))


def _skipped_rows(labelled_reviews: LabelledReviews) -> str:
    if not labelled_reviews.left_out:
        return ""
    reasons = "; ".join(group.description for group in labelled_reviews.left_out)
    rows = format.plural(labelled_reviews.left_out_count, "row")
    return theme.markdown(f"{rows} skipped: {reasons}.")
