"""What the compared runs say of labelled reviews, read once per server and kept."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import streamlit as st

from rnnlab import evaluate, home, standing
from rnnlab.disagree import Words
from rnnlab.errors import DataError
from rnnlab.evaluate import Predictions
from rnnlab.groups import Group
from rnnlab.runs import Run
from rnnlab.standing import Judged
from rnnlab.verdict import Side
from ui import reviews
from ui.lab import get_lab


class Reviewed(NamedTuple):
    """Labelled reviews and what is to be said of the sides that judged them."""

    judged: Judged
    words: Words
    text: Callable[[int], str]  # of a review, by its place among them


def judge(groups: Sequence[Group[Run]]) -> Reviewed | None:
    """The groups judged on their validation reviews; None while those are being prepared.

    Raises DataError where they cannot be paired review by review, RnnlabError for a damaged store.
    """
    names = {run.config.dataset for group in groups for run in group.runs}
    if len(names) > 1:
        raise DataError(
            f"these runs were validated on different reviews ({' and '.join(sorted(names))}), so "
            "they cannot be paired: compare their curves, or choose runs of one dataset"
        )
    (name,) = names
    dataset = reviews.load(name)
    if dataset is None:
        return None
    sides = tuple(
        Side(
            group.name,
            tuple(_validation(run.id, home.store_url(), run, dataset) for run in group.runs),
            len(group.repeats),
        )
        for group in groups
    )
    key = tuple((side.name, *(run.run for run in side.runs)) for side in sides)
    rows = np.asarray(dataset.validation_rows)
    return Reviewed(
        _judged(key, sides),
        _words(dataset.fingerprint, dataset),
        lambda place: dataset.text(rows[place]),
    )


@st.cache_resource(show_spinner=False, max_entries=400)
def _validation(run_id: str, store: str, _run: Run, _dataset) -> Predictions:
    return evaluate.stored(get_lab().store, _run, _dataset)


@st.cache_resource(show_spinner=False, max_entries=50)
def _judged(key: tuple, _sides: tuple[Side, ...]) -> Judged:
    return standing.judge(_sides)


@st.cache_resource(show_spinner=False, max_entries=4)
def _words(fingerprint: str, _dataset) -> Words:
    return Words.of_dataset(_dataset, np.asarray(_dataset.validation_rows))
