"""The compared runs' predictions for labelled reviews, computed once per server and kept.

Owns which reviews they are evaluated on: those of the validation set, a set that no run was
trained on, or the viewer's own file.
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
from ui.compare import state
from ui.reader import get_lab

VALIDATION, CSV = "validation", "csv"


@dataclass(frozen=True, eq=False)
class EvaluatedReviews:
    """Labelled reviews, how the sides do on them, and their texts."""

    evaluated: Evaluated
    label: str  # "5,000 validation reviews"
    text: Callable[[int], str]  # of a review, by its place among them
    load_words: Callable[[], Words]

    @cached_property
    def words(self) -> Words:
        """The reviews' words; loaded when they are first asked for."""
        return self.load_words()


def select_reviews() -> tuple[str, LabelledReviews | None]:
    """Show which reviews can be selected; return the set's name, and the reviews if they are here.

    Shows the place for a file too. The validation reviews come with the runs' dataset, so they are
    None here. Raises RnnlabError where reviews cannot be read.
    """
    labels = {
        name: label
        for name, label in _labels().items()
        if name in (VALIDATION, CSV) or outside.available(name)
    }
    name = st.segmented_control(
        "Evaluated on",
        list(labels),
        format_func=labels.__getitem__,
        default=VALIDATION,
        required=True,
        key="on",
        bind="query-params",
        wrap=True,
        help="The validation reviews also selected each run's best epoch, so results on them are "
        "optimistic. No run was trained or tuned on the others.",
    )
    if name == VALIDATION:
        return name, None
    return name, _uploaded() if name == CSV else outside.load(name)


def evaluate(
    groups: Sequence[Group[Run]], name: str, labelled_reviews: LabelledReviews | None
) -> EvaluatedReviews | None:
    """Evaluate the groups on the selected reviews; None while those are being prepared.

    Raises DataError where they cannot be paired review by review, RnnlabError for a damaged store.
    """
    if name == VALIDATION:
        evaluation = _on_validation(groups)
    elif labelled_reviews is None:
        return None
    else:
        evaluation = _on_labelled(groups, labelled_reviews)
    if evaluation:
        state.sides()[name] = {
            _members(group): side
            for group, side in zip(groups, evaluation.evaluated.sides, strict=True)
        }
    return evaluation


def by_review_set(groups: Sequence[Group[Run]]) -> dict[str, list[Side | None]]:
    """Return the sides that this viewer has seen, by the reviews' label; in the groups' order."""
    labels = _labels()
    return {
        labels[name]: [sides.get(_members(group)) for group in groups]
        for name, sides in state.sides().items()
        if any(_members(group) in sides for group in groups)
    }


def _labels() -> dict[str, str]:
    return {VALIDATION: "Validation"} | outside.OUTSIDE | {CSV: "Your own CSV"}


def _on_validation(groups: Sequence[Group[Run]]) -> EvaluatedReviews | None:
    names = {run.config.dataset for group in groups for run in group.runs}
    if len(names) > 1:
        raise DataError(
            f"these runs have different validation reviews ({' and '.join(sorted(names))}), so "
            "they cannot be paired: compare their curves, choose runs of one dataset, or evaluate "
            "them on other reviews"
        )
    (name,) = names
    dataset = reviews.load(name)
    if dataset is None:
        return None
    predictions_of = {
        run.id: _validation(run.id, home.store_url(), run, dataset)
        for group in groups
        for run in group.runs
    }
    rows = np.asarray(dataset.validation_rows)
    return EvaluatedReviews(
        _evaluate(groups, predictions_of),
        f"{len(rows):,} validation reviews",
        lambda place: dataset.text(rows[place]),
        lambda: _words_of_rows(dataset.fingerprint, dataset),
    )


def _on_labelled(
    groups: Sequence[Group[Run]], labelled_reviews: LabelledReviews
) -> EvaluatedReviews:
    runs = [run for group in groups for run in group.runs]
    ids = tuple(run.id for run in runs)
    fingerprint = labelled_reviews.fingerprint
    all_predictions = _outside(ids, home.store_url(), fingerprint, runs, labelled_reviews)
    dataset = reviews.load(runs[0].config.dataset)
    return EvaluatedReviews(
        _evaluate(groups, {of_run.run: of_run for of_run in all_predictions}),
        f"{len(labelled_reviews.texts):,} reviews that no run was trained on",
        lambda place: labelled_reviews.texts[place],
        lambda: _words_of_texts(fingerprint, labelled_reviews, dataset),
    )


def _evaluate(groups: Sequence[Group[Run]], predictions_of: dict[str, Predictions]) -> Evaluated:
    sides = tuple(
        Side.from_group(group, [predictions_of[run.id] for run in group.runs]) for group in groups
    )
    members = ((group.name, _members(group)) for group in groups)
    return _evaluate_sides((sides[0].runs[0].reviews, *members), sides)


def _members(group: Group[Run]) -> state.Members:
    return tuple(run.id for run in group.runs)


def _uploaded() -> LabelledReviews | None:
    """Show the place for a file; return its reviews, read once. None where there is none."""
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
    reasons = "; ".join(
        f"{group.count:,} × {group.reason} (first on line {group.line:,})"
        for group in labelled_reviews.left_out
    )
    rows = format.plural(labelled_reviews.left_out_count, "row")
    return theme.markdown(f"{rows} skipped: {reasons}.")


@st.cache_resource(show_spinner=False, max_entries=400)
def _validation(run_id: str, store: str, _run: Run, _dataset: Dataset) -> Predictions:
    return predictions.load_predictions(get_lab().store, _run, _dataset)


@st.cache_resource(show_spinner="The models are reading the reviews …", max_entries=8)
def _outside(
    run_ids: tuple[str, ...],
    store: str,
    fingerprint: str,
    _runs: Sequence[Run],
    _labelled: LabelledReviews,
) -> tuple[Predictions, ...]:
    classifiers = [Classifier.load(get_lab().store, run) for run in _runs]
    return predictions.predict_texts(classifiers, _labelled)


@st.cache_resource(show_spinner=False, max_entries=50)
def _evaluate_sides(key: tuple, _sides: tuple[Side, ...]) -> Evaluated:
    return ranking.evaluate_sides(_sides)


@st.cache_resource(show_spinner=False, max_entries=4)
def _words_of_rows(fingerprint: str, _dataset: Dataset) -> Words:
    return Words.from_rows(_dataset, np.asarray(_dataset.validation_rows))


@st.cache_resource(show_spinner=False, max_entries=4)
def _words_of_texts(
    fingerprint: str, _labelled: LabelledReviews, _dataset: Dataset | None
) -> Words:
    if _dataset is None:
        raise RnnlabError("The training reviews are being prepared: try again in a moment.")
    return Words.from_texts(_labelled.texts, _dataset.vocabulary, cut=_labelled.cut)
