"""The session state of the Compare page: each key that it writes, and who reads it.

A widget that is bound to the URL keeps its own value (`key=…, bind="query-params"`). The rest is
here. `RUNS` and `ON` are widgets' keys too, so they may be written only before those are drawn.
"""

from typing import NamedTuple

import streamlit as st

from rnnlab.compare.side import Side
from rnnlab.datasets.labelled import LabelledReviews
from rnnlab.datasets.reading.reviews import Choices

RUNS = "compare_runs"  # ids of the selected groups and single runs
ON = "on"  # the reviews that they are evaluated on; in the URL under this name
_DEFAULT_ON = "compare_default_on"  # those that the selection is evaluated on unless told otherwise
_URL = "compare_url"  # the `runs` of the URL that `RUNS` stands for
_UNKNOWN = "compare_unknown"  # ids in the URL that fit no trained run
_CHOICE = "compare_choice"  # what the viewer has selected, or the URL has named
_UPLOAD = "compare_upload"
_SIDES = "compare_sides"
_PACKING = "compare_packing"
_ZIP = "compare_zip"

Members = tuple[str, ...]  # the ids of a group's runs


class Upload(NamedTuple):
    """The viewer's own reviews, the SHA-256 of their file, and how it was to be read."""

    digest: str
    choices: Choices
    reviews: LabelledReviews


class Archive(NamedTuple):
    """A packed ZIP, and the key of the comparison that is in it."""

    key: tuple
    content: bytes


def selected() -> list[str]:
    """Return the ids of the selected groups and runs."""
    return st.session_state[RUNS]


def matches_url() -> bool:
    """Whether the URL still names what is selected."""
    return RUNS in st.session_state and st.query_params.get("runs", "") == st.session_state[_URL]


def select(ids: list[str], *, unknown: list[str]) -> None:
    """Select these ids and write them to the URL; `unknown` are those that fit no trained run."""
    st.session_state[RUNS] = ids
    write_url()
    st.session_state[_UNKNOWN] = unknown


def arriving() -> bool:
    """Whether the page is opened anew: the state of a widget ends with its page."""
    return RUNS not in st.session_state


def kept_choice() -> list[str]:
    """Return what the viewer has chosen on an earlier visit of the page."""
    return st.session_state.get(_CHOICE, [])


def keep_choice() -> None:
    """Remember what is selected, for the next visit of the page."""
    st.session_state[_CHOICE] = list(selected())


def take_choice() -> None:
    """Write to the URL what the viewer has selected, and remember it."""
    write_url()
    keep_choice()


def keep(ids: list[str]) -> None:
    """Select these of the selected ids; the URL still names all of them.

    They are sent to the browser in each run: one that still loads the picker's code would take what
    the last run did not send for an empty selection.
    """
    st.session_state[RUNS] = ids


def write_url() -> None:
    """Write the selected ids to the URL."""
    url = ",".join(selected())
    st.query_params["runs"] = st.session_state[_URL] = url
    st.session_state[_UNKNOWN] = []


def unknown() -> list[str]:
    """Return the ids in the URL that fit no trained run."""
    return st.session_state[_UNKNOWN]


def adopt_default_reviews(default: str, available: list[str]) -> None:
    """Evaluate on the default of a new selection, unless the viewer chose other reviews."""
    shown, last_default = st.session_state.get(ON), st.session_state.get(_DEFAULT_ON)
    if shown is not None and (shown not in available or shown == last_default):
        st.session_state[ON] = default
    st.session_state[_DEFAULT_ON] = default


def upload() -> Upload | None:
    """Return the viewer's own reviews, if there are any."""
    return st.session_state.get(_UPLOAD)


def keep_upload(uploaded: Upload) -> None:
    """Keep the viewer's own reviews for the session."""
    st.session_state[_UPLOAD] = uploaded


def forget_upload() -> None:
    """Forget the viewer's own reviews, and what models did on them."""
    st.session_state.pop(_UPLOAD, None)
    sides().pop("csv", None)


def sides() -> dict[str, dict[Members, Side]]:
    """Return all sides that this viewer has seen evaluated, by review set and members."""
    return st.session_state.setdefault(_SIDES, {})


def is_packing(key: tuple) -> bool:
    """Whether the viewer asked for a ZIP of the comparison with this key."""
    return st.session_state.get(_PACKING) == key


def pack(key: tuple) -> None:
    """Note that the viewer asked for a ZIP of the comparison with this key."""
    st.session_state[_PACKING] = key


def archive(key: tuple) -> Archive | None:
    """Return the packed ZIP of the comparison with this key."""
    packed = st.session_state.get(_ZIP)
    return packed if packed and packed.key == key else None


def keep_archive(packed: Archive) -> None:
    """Keep a packed ZIP for the session; nothing is being packed any more."""
    st.session_state[_ZIP] = packed
    st.session_state[_PACKING] = None
