"""The compared runs' predictions for labelled reviews, computed once per server and kept.

Owns that damaged runs are left out.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

import streamlit as st

from rnnlab import home
from rnnlab.compare.groups import Group, are_pooled, as_compared, group_runs
from rnnlab.config import RunConfig
from rnnlab.datasets import Dataset, lengths, overlap
from rnnlab.datasets.labelled import LabelledReviews
from rnnlab.errors import DamagedRun
from rnnlab.evaluation import predictions
from rnnlab.evaluation.predictions import IMDB_TEST, OwnPart, Predictions
from rnnlab.inference.classify import Classifier
from rnnlab.inference.damaged import load_each, load_sound
from rnnlab.runs import Run
from rnnlab.store import RunStore
from ui.reader import get_lab
from ui.reviews import load as load_dataset

Loaded = tuple[dict[str, Predictions], list[DamagedRun]]  # by run id, and what could not be


class Sound(NamedTuple):
    """Groups without the runs that are damaged, and the others' predictions by run id."""

    groups: tuple[Group[Run], ...]
    predictions: dict[str, Predictions]
    damaged: tuple[DamagedRun, ...]


def without_damaged(
    groups: Sequence[Group[Run]],
    load: Callable[[Sequence[Run]], Loaded],
    *,
    needed: Callable[[Group[Run]], Sequence[Run]] = lambda group: group.runs,
) -> Sound:
    """Load the predictions of each group's `needed` runs, and leave out those that are damaged.

    A run that repeats a damaged one takes its place. Raises DamagedRun where no run is left.
    """
    loaded: dict[str, Predictions] = {}
    damaged: list[DamagedRun] = []
    while True:
        missing = [run for group in groups for run in needed(group) if run.id not in loaded]
        if not missing:
            return Sound(tuple(groups), loaded, tuple(damaged))
        more, broken = load(missing)
        loaded |= more
        damaged += broken
        left_out = {error.run for error in damaged}
        runs = [run for group in groups for run in group.all_runs if run.id not in left_out]
        if not runs:
            raise damaged[0]
        if broken:
            groups = as_compared(group_runs(runs, pool_versions=are_pooled(groups)))


def of_part(runs: Sequence[Run], part: OwnPart, dataset: Dataset) -> Loaded:
    """Return the runs' predictions for a part of the dataset."""
    url, store = home.store_url(), get_lab().store
    return load_each(runs, lambda run: _of_part(run.id, url, part, run, dataset, store))


def without_seen(reviews: LabelledReviews, groups: Sequence[Group[Run]]) -> LabelledReviews | None:
    """Return the reviews without those that the runs were trained on or selected by.

    None while the runs' datasets are being prepared. Raises DataError where the runs have seen all.
    """
    file = reviews.name
    configs = {run.config for group in groups for run in group.runs}
    for name in sorted({config.dataset_id for config in configs}):
        dataset = load_dataset(name)
        if dataset is None:
            return None
        of_dataset = [config for config in configs if config.dataset_id == name]
        splits = tuple(sorted({(config.split_seed, config.test_set) for config in of_dataset}))
        reviews = _without_seen(
            reviews.fingerprint, dataset.fingerprint, splits, reviews, dataset, of_dataset
        )
    return replace(reviews, name=file)  # the same reviews may have come in another file before


def imdb_test(runs: Sequence[Run], fingerprint: str) -> Loaded:
    """Return the runs' predictions for IMDB's test reviews, whose fingerprint this is."""
    return _imdb_test(_ids(runs), home.store_url(), fingerprint, runs)


def of_labelled(runs: Sequence[Run], labelled: LabelledReviews) -> Loaded:
    """Return the runs' predictions for other reviews."""
    return _of_labelled(_ids(runs), home.store_url(), labelled.fingerprint, runs, labelled)


def _ids(runs: Sequence[Run]) -> tuple[str, ...]:
    return tuple(run.id for run in runs)


@st.cache_resource(show_spinner=False, max_entries=2_000)  # 30 kB each
def _of_part(
    run_id: str, url: str, part: OwnPart, _run: Run, _dataset: Dataset, _store: RunStore
) -> Predictions:
    return predictions.load_predictions(_store, _run, _dataset, part)


@st.cache_resource(show_spinner=False, max_entries=8)
def _without_seen(
    fingerprint: str,
    dataset_fingerprint: str,
    splits: tuple,
    _reviews: LabelledReviews,
    _dataset: Dataset,
    _configs: Sequence[RunConfig],
) -> LabelledReviews:
    unseen = overlap.without_seen(_reviews, _dataset, overlap.seen_rows(_dataset, _configs))
    return lengths.with_remark(unseen, _dataset)


@st.cache_resource(show_spinner="The models are reading the reviews …", max_entries=8)
def _imdb_test(
    run_ids: tuple[str, ...], store: str, fingerprint: str, _runs: Sequence[Run]
) -> Loaded:
    loaded, damaged = predictions.load_sound_predictions(
        get_lab().store,
        _runs,
        IMDB_TEST,
        dataset_of=predictions.dataset_finder(get_lab().home),
    )
    return {of_run.run: of_run for of_run in loaded}, damaged


@st.cache_resource(show_spinner="The models are reading the reviews …", max_entries=8)
def _of_labelled(
    run_ids: tuple[str, ...],
    store: str,
    fingerprint: str,
    _runs: Sequence[Run],
    _labelled: LabelledReviews,
) -> Loaded:
    classifiers, damaged = load_sound(_runs, lambda run: Classifier.load(get_lab().store, run))
    loaded = predictions.predict_texts(list(classifiers.values()), _labelled)
    return {of_run.run: of_run for of_run in loaded}, damaged
