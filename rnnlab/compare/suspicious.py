"""Labels of a dataset that are probably wrong: all models contradict them, none having seen them.

The method is confident learning (Northcutt, Jiang and Chuang 2021), by the package cleanlab.
Probabilities come from the trained runs, for the reviews that each of them held out, and from two
cross-validated models for all reviews. Changes no label.
"""

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.special import expit, logit

from rnnlab.compare.stuck import stuck_runs
from rnnlab.datasets import Dataset, cache
from rnnlab.errors import DamagedRun
from rnnlab.evaluation.cross_validation import cross_validated
from rnnlab.evaluation.predictions import OwnPart, load_predictions
from rnnlab.runs import Run, trained
from rnnlab.store import RunStore

CACHED = "cross-validated-2.npz"
NEARLY = 1e-6  # what keeps log-odds finite


class Opinion(NamedTuple):
    """What models of one kind say of a review that they have not seen: the mean probability.

    `models` is the number of runs, 0 for a cross-validated model.
    """

    name: str
    probability: float
    models: int = 0


class SuspiciousLabel(NamedTuple):
    """A review whose label is probably wrong; `row` is its place in the dataset, from 0.

    `probability` is that of all opinions together that it is positive: the mean of their log-odds,
    in which a model that is sure counts for more than one that is not.
    """

    row: int
    text: str
    positive: bool  # by its label
    probability: float
    opinions: tuple[Opinion, ...]


class Suspicious(NamedTuple):
    """The suspicious labels of a dataset, the surest first, of so many reviews.

    `runs` are those that were asked; `damaged` are left out.
    """

    labels: tuple[SuspiciousLabel, ...]
    reviews: int
    runs: tuple[Run, ...]
    damaged: tuple[DamagedRun, ...] = ()


def find_suspicious(
    store: RunStore, dataset: Dataset, runs: Sequence[Run], home: Path
) -> Suspicious:
    """Find the labels that every model contradicts, and confident learning calls wrong.

    `runs` are the lab's; those that are trained on this dataset and have learned are asked. What
    the cross-validated models say is kept in the home.
    """
    asked, damaged = [], []
    of_run: dict[str, np.ndarray] = {}
    for run in _learned(runs, dataset):
        try:
            of_run[run.id] = _held_out(store, run, dataset)
            asked.append(run)
        except DamagedRun as error:
            damaged.append(error)
    opinions = {name: array[None] for name, array in _cross_validated(dataset, home).items()}
    counted = dict.fromkeys(opinions, False)
    for run in asked:
        name = run.config.architecture.label
        alike = [other.id for other in asked if other.config.architecture.label == name]
        opinions[name] = np.stack([of_run[run_id] for run_id in alike])
        counted[name] = True
    labels = np.asarray(dataset.labels).astype(int)
    means = np.stack([_mean(array) for array in opinions.values()])  # (kinds, n)
    probabilities = expit(_mean(logit(np.clip(means, NEARLY, 1 - NEARLY))))
    found = _issues(labels, probabilities)
    each = np.concatenate(list(opinions.values()))
    contradicted = np.all(np.isnan(each) | ((each > 0.5) != (labels == 1)), axis=0)
    rows = np.flatnonzero(found & contradicted)
    given = np.where(labels == 1, probabilities, 1 - probabilities)
    rows = rows[np.argsort(given[rows], kind="stable")]
    suspicious = tuple(
        SuspiciousLabel(
            row,
            dataset.text(row),
            bool(labels[row]),
            float(probabilities[row]),
            _opinions(opinions, counted, row),
        )
        for row in rows.tolist()
    )
    return Suspicious(suspicious, len(labels), tuple(asked), tuple(damaged))


def _learned(runs: Sequence[Run], dataset: Dataset) -> list[Run]:
    """Return the runs that were trained on the dataset and learned something."""
    on_dataset = [run for run in trained(runs) if run.config.dataset == dataset.name]
    by_arch: dict[str, list[Run]] = {}
    for run in on_dataset:
        by_arch.setdefault(run.config.arch, []).append(run)
    stuck = {run_id for alike in by_arch.values() for run_id in stuck_runs(alike)}
    return [run for run in on_dataset if run.id not in stuck]


def _held_out(store: RunStore, run: Run, dataset: Dataset) -> np.ndarray:
    """Return a run's probabilities for the reviews that it held out, NaN for others: (n,)."""
    probabilities = np.full(len(dataset.labels), np.nan)
    parts: tuple[OwnPart, ...] = ("validation", "test") if run.has_test_reviews else ("validation",)
    for part in parts:
        rows = dataset.split(run.config).part(part)
        probabilities[rows] = load_predictions(store, run, dataset, part).probabilities
    return probabilities


def _mean(probabilities: np.ndarray) -> np.ndarray:
    """Return the means of (models, n) over the models that have an opinion; NaN for none: (n,)."""
    known = ~np.isnan(probabilities)
    counts = known.sum(axis=0)
    sums = np.where(known, probabilities, 0.0).sum(axis=0)
    return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)


def _issues(labels: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """Return which labels confident learning calls wrong: bool (n,)."""
    from cleanlab.filter import find_label_issues

    both = np.column_stack([1 - probabilities, probabilities])
    return np.asarray(find_label_issues(labels, both, n_jobs=1))


def _opinions(
    opinions: Mapping[str, np.ndarray], counted: Mapping[str, bool], row: int
) -> tuple[Opinion, ...]:
    found = []
    for name, array in opinions.items():
        known = array[:, row][~np.isnan(array[:, row])]
        if len(known):
            found.append(Opinion(name, float(known.mean()), len(known) if counted[name] else 0))
    return tuple(found)


def _cross_validated(dataset: Dataset, home: Path) -> dict[str, np.ndarray]:
    """Return what the cross-validated models say, from the home if it is kept there."""
    file = cache.folder(home, dataset.name, dataset.fingerprint) / CACHED
    try:
        with np.load(file, allow_pickle=False) as arrays:
            kept = {name: arrays[name] for name in arrays.files}
        if kept and all(array.shape == dataset.labels.shape for array in kept.values()):
            return kept
    except (OSError, ValueError, EOFError, zipfile.BadZipFile):
        pass
    found = cross_validated(dataset)
    buffer = io.BytesIO()
    np.savez(buffer, **found)  # type: ignore[arg-type]
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        scratch = file.with_suffix(".part")
        scratch.write_bytes(buffer.getvalue())
        scratch.replace(file)
    except OSError:
        pass  # it is found anew next time
    return found
