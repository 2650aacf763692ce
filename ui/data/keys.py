"""The session state of the page Data: each key that it writes, and who reads it."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import streamlit as st

FILE = "data_file"  # the widget of the file; `uploads` counts up to empty it
UPLOADS = "data_uploads"
UPLOAD = "data_upload"  # the file, which outlasts its widget when another page is opened
DIGEST = "data_digest"  # of the file with this id: its SHA-256 is computed once
CHOICES = "data_choices"  # what was chosen about the file with this digest
ACT_ON = "data_act_on"  # keys of findings to act on, for the file with this digest
ADDING = "data_adding"  # the job that adds the file
ADDED = "data_added"  # what was added last
OPENED = "dataset"  # the dataset whose card is open; in the URL under this name


class Added(NamedTuple):
    """A dataset that was just added, and settings to train on it with."""

    digest: str
    dataset_id: str
    name: str
    settings: Mapping[str, Any]


def choices(digest: str) -> dict[str, str]:
    """Return what was chosen about a file; a dict that is kept."""
    return _of_file(CHOICES, digest, dict)


def act_on(digest: str) -> set[str]:
    """Return the findings to act on as a file is added; a set that is kept."""
    return _of_file(ACT_ON, digest, set)


def _of_file(key: str, digest: str, make: type) -> Any:
    kept = st.session_state.get(key)
    if kept is None or kept[0] != digest:
        kept = st.session_state[key] = (digest, make())
    return kept[1]


def looking(dataset_id: str) -> str:
    """Return the key of whether this viewer looks for wrong labels of a dataset."""
    return f"data_looking_{dataset_id}"


def shown(dataset_id: str) -> str:
    """Return the key of how many suspicious labels of a dataset are shown."""
    return f"data_shown_{dataset_id}"


def flipped(dataset_id: str, number: int) -> str:
    """Return the key of whether the label of a review is to be flipped."""
    return f"data_flipped_{dataset_id}_{number}"


def file_widget() -> str:
    """Return the key of the place for the file, a new and empty one after each that is removed."""
    return f"{FILE}_{st.session_state.get(UPLOADS, 0)}"


def forget_file() -> None:
    """Remove the file, and what was chosen about it."""
    st.session_state[UPLOADS] = st.session_state.get(UPLOADS, 0) + 1
    for key in (UPLOAD, DIGEST, CHOICES, ACT_ON, ADDING, ADDED):
        st.session_state.pop(key, None)


def end_use() -> None:
    """Remove the file alone, and close the card that is open instead of it."""
    st.session_state.pop(UPLOAD, None)
    st.query_params.pop(OPENED, None)
