"""The compared groups, evaluated on labelled reviews.

Owns which reviews they are evaluated on: their test set, the validation reviews, a set that no run
was trained on, or the viewer's own file.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import streamlit as st

from rnnlab.compare import ranking, wording
from rnnlab.compare.disagreements import Words
from rnnlab.compare.groups import Group
from rnnlab.compare.margin import DEFAULT_MARGIN, MARGIN
from rnnlab.compare.ranking import Evaluated
from rnnlab.compare.side import Side
from rnnlab.config import RunConfig
from rnnlab.dataset_names import dataset_name
from rnnlab.datasets import Dataset, outside
from rnnlab.datasets.labelled import LabelledReviews
from rnnlab.errors import DamagedRun, DataError, RnnlabError
from rnnlab.evaluation import predictions
from rnnlab.evaluation.predictions import IMDB_TEST, OwnPart
from rnnlab.runs import Run
from ui import reviews, roles, theme
from ui.compare import loading, state, upload
from ui.compare.loading import Sound
from ui.reader import Snapshot

TEST, VALIDATION = "test", "validation"
OWN: dict[str, OwnPart] = {TEST: "test", VALIDATION: "validation"}  # of the runs' own split
CSV = "csv"


@dataclass(frozen=True, eq=False)
class EvaluatedReviews:
    """Labelled reviews, how the groups do on them, and their texts.

    `groups` are those that were asked for, without the runs that are `damaged`.
    """

    groups: tuple[Group[Run], ...]
    damaged: tuple[DamagedRun, ...]
    evaluated: Evaluated
    label: str  # "5,000 validation reviews"
    text: Callable[[int], str]  # of a review, by its place among them
    load_words: Callable[[], Words]

    @cached_property
    def words(self) -> Words:
        """The reviews' words; loaded when they are first asked for."""
        return self.load_words()


def select_reviews(groups: Sequence[Group[Run]]) -> str:
    """Show which reviews can be selected; return the set's name.

    A file of one's own is offered to those who may upload one.
    """
    runs = [run for group in groups for run in group.runs]
    has_test = all(run.has_test_reviews for run in runs)
    offered = {VALIDATION: True, TEST: has_test, CSV: roles.may_change()}
    labels = {
        name: label
        for name, label in _labels().items()
        if (offered[name] if name in offered else outside.available(name))
    }
    default = predictions.judging_part(runs)
    state.adopt_default_reviews(default, list(labels))
    name = st.segmented_control(
        "Evaluated on",
        list(labels),
        format_func=labels.__getitem__,
        default=default,
        required=True,
        key=state.ON,
        bind="query-params",
        wrap=True,
        help="The validation reviews stopped the training and selected each run's best epoch, so "
        "results on them are optimistic. The other reviews played no part in training or in any "
        "choice.",
    )
    return name


def warn_of_optimism(name: str, groups: Sequence[Group[Run]]) -> None:
    """Say that the validation reviews are optimistic where the groups have others.

    Beside test reviews, say what the groups reach on the validation reviews.
    """
    default = predictions.judging_part([run for group in groups for run in group.runs])
    if name == TEST and (words := wording.beside_validation(groups)):
        st.caption(theme.markdown(words))
    if name == VALIDATION and default != VALIDATION:
        st.caption(
            "These results are optimistic: the validation reviews also stopped the training and "
            "selected each run's best epoch."
        )


def select_margin() -> float:
    """Show the margin below which two models count as equally good; return it in points."""
    return st.number_input(
        f"{MARGIN.label}, points",
        MARGIN.low,
        float(MARGIN.high),
        DEFAULT_MARGIN,
        0.1,
        format="%.1f",
        key="margin",
        bind="query-params",
        width=150,
        help=f"{MARGIN.help} The shaded band of the chart shows it.",
    )


def load_reviews(name: str, groups: Sequence[Group[Run]]) -> LabelledReviews | None:
    """Return the reviews of a set, showing the place for a file; None where there are none yet.

    The groups' own reviews come with their dataset, so they are None here. Of a file, those are
    left out that the runs were trained on or selected by. Raises RnnlabError where reviews cannot
    be read.
    """
    if name in OWN:
        return None
    if name != CSV:
        return outside.load(name)
    uploaded = upload.uploaded_reviews()
    return loading.without_seen(uploaded, groups) if uploaded else None


def evaluate(
    groups: Sequence[Group[Run]],
    name: str,
    labelled_reviews: LabelledReviews | None,
    *,
    lab: Snapshot,
    margin: float,
) -> EvaluatedReviews | None:
    """Evaluate the groups on the selected reviews; None while those are being prepared.

    `lab` has the runs that have failed or were not chosen, which verdicts name; `margin` is in
    points of accuracy. Raises DataError where they cannot be paired review by review, DamagedRun
    where all runs are damaged, RnnlabError for a damaged store.
    """
    if name in OWN:
        evaluation = _on_part(groups, OWN[name], lab=lab, margin=margin)
    elif labelled_reviews is None:
        return None
    else:
        evaluation = _on_labelled(groups, name, labelled_reviews, lab=lab, margin=margin)
    if evaluation:
        state.sides()[name] = {
            _members(group): side
            for group, side in zip(evaluation.groups, evaluation.evaluated.sides, strict=True)
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
    own = {TEST: "Test reviews", VALIDATION: "Validation reviews"}
    return own | outside.OUTSIDE | {CSV: "Your own CSV"}


def _on_part(
    groups: Sequence[Group[Run]], part: OwnPart, *, lab: Snapshot, margin: float
) -> EvaluatedReviews | None:
    names = {run.config.dataset_id for group in groups for run in group.runs}
    if len(names) > 1:
        called = " and ".join(sorted(map(dataset_name, names)))
        raise DataError(
            f"these runs have different validation reviews ({called}), so they "
            "cannot be paired: compare their curves, choose runs of one dataset, or evaluate "
            "them on other reviews"
        )
    (name,) = names
    dataset = reviews.load(name)
    if dataset is None:
        return None
    sound = loading.without_damaged(
        groups,
        lambda runs: loading.of_part(runs, part, dataset),
        needed=lambda group: (*group.runs, *group.other_splits),
    )
    config = sound.groups[0].config
    rows = dataset.split(config).part(part)
    return EvaluatedReviews(
        sound.groups,
        sound.damaged,
        _evaluate(sound, lab=lab, margin=margin),
        predictions.describe_part(part, len(rows)),
        lambda place: dataset.text(rows[place]),
        lambda: _words_of_rows(
            dataset.fingerprint, config.split_seed, part, len(rows), config, dataset
        ),
    )


def _on_labelled(
    groups: Sequence[Group[Run]],
    name: str,
    labelled_reviews: LabelledReviews,
    *,
    lab: Snapshot,
    margin: float,
) -> EvaluatedReviews:
    fingerprint, count = labelled_reviews.fingerprint, len(labelled_reviews.texts)
    if name == IMDB_TEST:
        sound = loading.without_damaged(groups, lambda runs: loading.imdb_test(runs, fingerprint))
        label = predictions.describe_part(IMDB_TEST, count)
    else:
        sound = loading.without_damaged(
            groups, lambda runs: loading.of_labelled(runs, labelled_reviews)
        )
        of_file = f" of {labelled_reviews.name}" if labelled_reviews.name else ""
        label = f"{count:,} reviews{of_file} that no run was trained on"
    dataset = reviews.load(sound.groups[0].config.dataset_id)
    return EvaluatedReviews(
        sound.groups,
        sound.damaged,
        _evaluate(sound, lab=lab, margin=margin),
        label,
        lambda place: labelled_reviews.texts[place],
        lambda: _words_of_texts(fingerprint, labelled_reviews, dataset),
    )


def _evaluate(sound: Sound, *, lab: Snapshot, margin: float) -> Evaluated:
    predictions_of = sound.predictions
    sides = tuple(
        Side.from_group(
            group,
            [predictions_of[run.id] for run in group.runs],
            lab.by_group.get(group.id, ()),
            other_splits=[
                predictions_of[run.id] for run in group.other_splits if run.id in predictions_of
            ],
        )
        for group in sound.groups
    )
    parts = (
        (side.name, side.left_out, *(run.run for run in (*side.runs, *side.other_splits)))
        for side in sides
    )
    return _evaluate_sides((margin, sides[0].runs[0].reviews, *parts), sides, margin)


def _members(group: Group[Run]) -> state.Members:
    return tuple(run.id for run in group.runs)


@st.cache_resource(show_spinner=False, max_entries=50)
def _evaluate_sides(key: tuple, _sides: tuple[Side, ...], _margin: float) -> Evaluated:
    return ranking.evaluate_sides(_sides, margin=_margin)


@st.cache_resource(show_spinner=False, max_entries=4)
def _words_of_rows(
    fingerprint: str,
    split_seed: int,
    part: OwnPart,
    count: int,
    _config: RunConfig,
    _dataset: Dataset,
) -> Words:
    return Words.from_rows(_dataset, _dataset.split(_config).part(part))


@st.cache_resource(show_spinner=False, max_entries=4)
def _words_of_texts(
    fingerprint: str, _labelled: LabelledReviews, _dataset: Dataset | None
) -> Words:
    if _dataset is None:
        raise RnnlabError("The training reviews are being prepared: try again in a moment.")
    return Words.from_texts(_labelled.texts, _dataset.vocabulary, cut=_labelled.cut)
