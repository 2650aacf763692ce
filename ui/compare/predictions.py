"""What the compared runs say of labelled reviews, read once per server and kept.

Owns which reviews they are judged on: those of the validation set, a set that no run was trained
on, or the viewer's own file. Session state keys: `compare_csv`, `compare_seen`.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import streamlit as st

from rnnlab import format, home
from rnnlab.compare import ranking
from rnnlab.compare.disagreements import Words
from rnnlab.compare.groups import Group
from rnnlab.compare.ranking import Evaluated
from rnnlab.compare.verdict import Side
from rnnlab.datasets import Dataset, labelled, outside
from rnnlab.datasets.labelled import LabelledReviews
from rnnlab.errors import DataError, RnnlabError
from rnnlab.evaluation import predictions
from rnnlab.evaluation.predictions import Predictions
from rnnlab.inference.classify import Classifier
from rnnlab.runs import Run
from ui import reviews, theme
from ui.reader import get_lab

VALIDATION, CSV = "validation", "csv"


@dataclass(frozen=True, eq=False)
class Reviewed:
    """Labelled reviews, what is to be said of the sides that judged them, and their texts."""

    evaluated: Evaluated
    label: str  # "5,000 validation reviews"
    text: Callable[[int], str]  # of a review, by its place among them
    read_words: Callable[[], Words]

    @cached_property
    def words(self) -> Words:
        """The reviews' words; read when they are first asked for."""
        return self.read_words()


def choose() -> tuple[str, LabelledReviews | None]:
    """Which reviews the person wants, and those that are not of the validation set.

    Draws the control, and the place for a file. Raises RnnlabError where they cannot be read.
    """
    labels = {VALIDATION: "Validation"}
    labels |= {name: label for name, label in outside.OUTSIDE.items() if outside.available(name)}
    labels[CSV] = "Your own CSV"
    on = st.segmented_control(
        "Judged on",
        list(labels),
        format_func=labels.get,
        default=VALIDATION,
        required=True,
        key="on",
        bind="query-params",
        wrap=True,
        help="The validation reviews chose each run's best epoch, so they flatter. No run has "
        "seen the others.",
    )
    if on == VALIDATION:
        return on, None
    return on, _uploaded() if on == CSV else outside.load(on)


def evaluate(
    groups: Sequence[Group[Run]], on: str, uploaded: LabelledReviews | None
) -> Reviewed | None:
    """The groups judged on the chosen reviews; None while those are not at hand.

    Raises DataError where they cannot be paired review by review, RnnlabError for a damaged store.
    """
    if on == VALIDATION:
        found = _on_validation(groups)
    elif uploaded is None:
        return None
    else:
        found = _on_labelled(groups, uploaded)
    if found:
        seen = st.session_state.setdefault("compare_seen", {})
        seen[on] = {
            _members(group): side for group, side in zip(groups, found.evaluated.sides, strict=True)
        }
    return found


def by_review_set(groups: Sequence[Group[Run]]) -> dict[str, list[Side | None]]:
    """What this viewer has seen the groups say, by the reviews' label; in the groups' order."""
    seen = st.session_state.get("compare_seen", {})
    labels = {VALIDATION: "Validation"} | outside.OUTSIDE | {CSV: "Your own CSV"}
    return {
        labels[on]: [sides.get(_members(group)) for group in groups]
        for on, sides in seen.items()
        if any(_members(group) in sides for group in groups)
    }


def _on_validation(groups: Sequence[Group[Run]]) -> Reviewed | None:
    names = {run.config.dataset for group in groups for run in group.runs}
    if len(names) > 1:
        raise DataError(
            f"these runs were validated on different reviews ({' and '.join(sorted(names))}), so "
            "they cannot be paired: compare their curves, choose runs of one dataset, or judge "
            "them on other reviews"
        )
    (name,) = names
    dataset = reviews.load(name)
    if dataset is None:
        return None
    said = {
        run.id: _validation(run.id, home.store_url(), run, dataset)
        for group in groups
        for run in group.runs
    }
    rows = np.asarray(dataset.validation_rows)
    return Reviewed(
        _judged(groups, said),
        f"{len(rows):,} validation reviews",
        lambda place: dataset.text(rows[place]),
        lambda: _words_of_rows(dataset.fingerprint, dataset),
    )


def _on_labelled(groups: Sequence[Group[Run]], uploaded: LabelledReviews) -> Reviewed:
    runs = [run for group in groups for run in group.runs]
    key = tuple(run.id for run in runs)
    said = _outside(key, home.store_url(), uploaded.fingerprint, runs, uploaded)
    dataset = reviews.load(runs[0].config.dataset)
    return Reviewed(
        _judged(groups, {one.run: one for one in said}),
        f"{len(uploaded.texts):,} reviews that no run was trained on",
        lambda place: uploaded.texts[place],
        lambda: _words_of_texts(uploaded.fingerprint, uploaded, dataset),
    )


def _judged(groups: Sequence[Group[Run]], said: dict[str, Predictions]) -> Evaluated:
    sides = tuple(
        Side(group.name, tuple(said[run.id] for run in group.runs), len(group.repeats))
        for group in groups
    )
    reviewed = sides[0].runs[0].reviews
    return _judge((reviewed, *((group.name, _members(group)) for group in groups)), sides)


def _members(group: Group[Run]) -> tuple[str, ...]:
    return tuple(run.id for run in group.runs)


def _uploaded() -> LabelledReviews | None:
    """The reviews of the viewer's file, read once; None where there is none."""
    file = st.file_uploader(
        "A CSV with the columns text and label (0 or 1, neg or pos, negative or positive)",
        type=["csv", "tsv", "txt"],
        max_upload_size=labelled.MAX_MB,
        key="compare_file",
    )
    kept = st.session_state.get("compare_csv")
    if file is None:
        return kept[1] if kept else None
    content = file.getvalue()
    digest = hashlib.sha256(content).hexdigest()
    if not kept or kept[0] != digest:
        st.session_state.compare_csv = kept = (digest, labelled.read(content))
    return kept[1]


def left_out(uploaded: LabelledReviews) -> str:
    """How many rows were left out and why, as Markdown; empty where none was."""
    if not uploaded.left_out:
        return ""
    why = "; ".join(
        f"{one.count:,} × {one.reason} (first on line {one.line:,})" for one in uploaded.left_out
    )
    rows = format.plural(uploaded.left_out_count, "row")
    return theme.markdown(f"{rows} left out: {why}.")


@st.cache_resource(show_spinner=False, max_entries=400)
def _validation(run_id: str, store: str, _run: Run, _dataset: Dataset) -> Predictions:
    return predictions.load_predictions(get_lab().store, _run, _dataset)


@st.cache_resource(show_spinner="The networks read the reviews …", max_entries=8)
def _outside(
    run_ids: tuple[str, ...],
    store: str,
    fingerprint: str,
    _runs: Sequence[Run],
    _labelled: LabelledReviews,
) -> tuple[Predictions, ...]:
    readers = [Classifier.load(get_lab().store, run) for run in _runs]
    return predictions.predict_texts(readers, _labelled)


@st.cache_resource(show_spinner=False, max_entries=50)
def _judge(key: tuple, _sides: tuple[Side, ...]) -> Evaluated:
    return ranking.evaluate_sides(_sides)


@st.cache_resource(show_spinner=False, max_entries=4)
def _words_of_rows(fingerprint: str, _dataset: Dataset) -> Words:
    return Words.from_rows(_dataset, np.asarray(_dataset.validation_rows))


@st.cache_resource(show_spinner=False, max_entries=4)
def _words_of_texts(
    fingerprint: str, _labelled: LabelledReviews, _dataset: Dataset | None
) -> Words:
    if _dataset is None:
        raise RnnlabError("The training reviews are being prepared, once: try again in a moment.")
    return Words.from_texts(_labelled.texts, _dataset.vocabulary, cut=_labelled.cut)
