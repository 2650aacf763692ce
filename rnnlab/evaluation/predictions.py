"""Predictions of runs for labelled reviews, and the copy that is stored with each run.

Imports no keras. Reviews are read by `rnnlab.inference.batch`, metrics computed by
`rnnlab.evaluation.metrics`, runs compared by `rnnlab.compare`.
"""

import hashlib
import io
import logging
import zipfile
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

import numpy as np

from rnnlab import datasets, format
from rnnlab.config import RunConfig
from rnnlab.dataset_names import dataset_name
from rnnlab.datasets import Dataset, outside
from rnnlab.datasets.labelled import LabelledReviews
from rnnlab.errors import DamagedRun, DataError, RnnlabError
from rnnlab.evaluation import metrics
from rnnlab.inference import batch
from rnnlab.inference.classify import Classifier
from rnnlab.inference.damaged import load_sound
from rnnlab.runs import Run
from rnnlab.store import RunStore
from rnnlab.store.attempt import Attempt

log = logging.getLogger(__name__)

# The part of labelled reviews that predictions are for; "other" are reviews from elsewhere.
Part = Literal["validation", "test", "other"]
OwnPart = Literal["validation", "test"]  # those of a run's own split
JudgingPart = Literal["validation", "test", "imdb-test"]  # what `load_part_predictions` loads
IMDB_TEST: Literal["imdb-test"] = "imdb-test"  # Keras's test reviews, see `rnnlab.datasets.outside`
# The names under which a worker stores them with a run.
ARTIFACTS: dict[OwnPart, str] = {"validation": "predictions", "test": "test_predictions"}


@dataclass(frozen=True, eq=False)
class Predictions:
    """The predictions of one run for labelled reviews, with the weights of its best epoch.

    labels: uint8 (n,), 1 for positive; probabilities: float32 (n,), of being positive. `reviews`
    names the reviews and their order: runs can be paired where it is equal. `used_for_selection`
    says whether these reviews also chose the best epoch, which makes the figures optimistic; those
    of the part "test" played no part in any choice.
    """

    run: str  # its id
    name: str
    config: RunConfig
    labels: np.ndarray
    probabilities: np.ndarray
    reviews: str
    used_for_selection: bool = False
    part: Part = "other"

    @cached_property
    def correct(self) -> np.ndarray:
        """Whether each prediction is correct: bool (n,)."""
        return (self.probabilities > 0.5) == (self.labels == 1)

    @cached_property
    def metrics(self) -> metrics.Metrics:
        """How well the probabilities fit the labels; raises DataError if there are no reviews."""
        return metrics.compute_metrics(self.labels, self.probabilities)

    @cached_property
    def auc_parts(self) -> np.ndarray:
        """Each review's share in the AUC (see `metrics.auc_parts`); needs both labels."""
        return metrics.auc_parts(self.labels, self.probabilities)


def judging_part(runs: Sequence[Run]) -> JudgingPart:
    """Return the reviews that decide which of the runs is better, unless others are asked for.

    Their test set if they all keep one; IMDB's own test reviews for runs of the dataset keras,
    where its file has them; the validation reviews otherwise.
    """
    if all(run.has_test_reviews for run in runs):
        return "test"
    if all(run.config.dataset == "keras" for run in runs) and outside.available(IMDB_TEST):
        return IMDB_TEST
    return "validation"


def describe_part(part: JudgingPart, count: int) -> str:
    """Name that many reviews of a part: "2,481 test reviews"."""
    noun = {"validation": "validation review", "test": "test review", IMDB_TEST: "IMDB test review"}
    return format.plural(count, noun[part])


def predict_part(
    run: Run, classifier: Classifier, dataset: Dataset, part: OwnPart = "validation"
) -> Predictions:
    """Predict the validation or test reviews of the dataset that a run was trained on.

    Raises DataError for another dataset, whose reviews it may have been trained on, and where the
    run has no test set.
    """
    rows = part_rows(run, dataset, part)
    return _of_part(run, dataset, part, batch.predict_rows(classifier, dataset, rows))


def load_predictions(
    store: RunStore, run: Run, dataset: Dataset, part: OwnPart = "validation"
) -> Predictions:
    """Load what `predict_part` returns, as the run's worker stored it. Read-only.

    Predicts anew if nothing valid is stored for these weights and reviews, as for a run of an
    earlier version. Raises DataError like `predict_part`, RunNotFound before the first epoch.
    """
    reviews = _name(dataset, part_rows(run, dataset, part))
    try:
        content = store.artifact(run.id, ARTIFACTS[part])
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            made_from = (str(arrays["reviews"]), str(arrays["best"]))
            probabilities = arrays["probabilities"]
    except (RnnlabError, ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile):
        made_from = None
    if made_from is None or made_from != (reviews, store.digest(run.id, "best")):
        return predict_part(run, Classifier.load(store, run), dataset, part)
    return _of_part(run, dataset, part, probabilities)


def load_part_predictions(
    store: RunStore,
    runs: Sequence[Run],
    part: JudgingPart,
    *,
    dataset_of: Callable[[Run], Dataset],
) -> list[Predictions]:
    """Load the predictions of each run for a part of the reviews, in the order of the runs.

    `dataset_of` returns the dataset that a run was trained on, see `dataset_finder`. Raises
    DataError where reviews are missing, RunNotFound for a run before its first epoch, DamagedRun
    for one whose files cannot be used.
    """
    named = {run.id for run in runs}
    predictions, _ = load_sound_predictions(store, runs, part, dataset_of=dataset_of, named=named)
    return predictions


def load_sound_predictions(
    store: RunStore,
    runs: Sequence[Run],
    part: JudgingPart,
    *,
    dataset_of: Callable[[Run], Dataset],
    named: Collection[str] = (),
) -> tuple[list[Predictions], list[DamagedRun]]:
    """Load like `load_part_predictions`, leaving out the runs that are damaged; return both.

    Raises DamagedRun for a run whose id is `named`, and where all are damaged.
    """
    if part == IMDB_TEST:
        classifiers, damaged = load_sound(
            runs, lambda run: Classifier.load(store, run), named=named
        )
        reviews = outside.load(IMDB_TEST)
        return list(predict_texts(list(classifiers.values()), reviews, part="test")), damaged
    predictions, damaged = load_sound(
        runs, lambda run: load_predictions(store, run, dataset_of(run), part), named=named
    )
    return list(predictions.values()), damaged


def dataset_finder(home: Path) -> Callable[[Run], Dataset]:
    """Return a function that loads the dataset a run was trained on; each dataset once.

    It raises DataError where the dataset is missing.
    """
    loaded: dict[tuple[str, str | None], Dataset] = {}

    def dataset_of(run: Run) -> Dataset:
        name, fingerprint = run.config.dataset_id, run.manifest.get("dataset_sha256")
        if (name, fingerprint) not in loaded:
            loaded[name, fingerprint] = datasets.load(name, home, fingerprint=fingerprint)
        return loaded[name, fingerprint]

    return dataset_of


def save_predictions(attempt: Attempt, store: RunStore, home: Path) -> None:
    """Store the predictions of a run that is about to end, for `load_predictions`.

    An .npz for the validation reviews, and one for the test reviews if it has any: the
    probabilities, and what they were made from. Does nothing before the first epoch. A failure is
    logged and harms nothing, since `load_predictions` predicts anew.
    """
    run = store.get(attempt.run.id)
    if run.best_epoch is None:
        return
    parts: tuple[OwnPart, ...] = ("validation", "test") if run.has_test_reviews else ("validation",)
    try:
        dataset = dataset_finder(home)(run)
        classifier = Classifier.load(store, run)
        for part in parts:
            predictions = predict_part(run, classifier, dataset, part)
            buffer = io.BytesIO()
            np.savez(
                buffer,
                probabilities=predictions.probabilities,
                reviews=np.array(predictions.reviews),
                best=np.array(store.digest(run.id, "best")),
            )
            attempt.save(ARTIFACTS[part], buffer.getvalue())
    except Exception:
        log.exception("run %s: its predictions were not stored", run.id)


def predict_texts(
    classifiers: Sequence[Classifier], reviews: LabelledReviews, *, part: Part = "other"
) -> tuple[Predictions, ...]:
    """Predict labelled texts with each run, in the order of the classifiers."""
    probabilities = batch.predict_texts(classifiers, reviews.texts, cut=reviews.cut)
    return tuple(
        Predictions(
            reader.run,
            reader.name,
            reader.config,
            reviews.labels,
            of_run,
            reviews.fingerprint,
            part=part,
        )
        for reader, of_run in zip(classifiers, probabilities, strict=True)
    )


def part_rows(run: Run, dataset: Dataset, part: OwnPart) -> np.ndarray:
    """Return the rows of a part: int64 (n,). DataError if the run has none on this dataset."""
    trained_on = run.manifest.get("dataset_sha256", dataset.fingerprint)
    if run.config.dataset_id != dataset.name or trained_on != dataset.fingerprint:
        raise DataError(
            f"{run.name} was trained on the dataset {dataset_name(run.config.dataset_id)} "
            f"({trained_on[:12]}), not on {dataset_name(dataset.name)} "
            f"({dataset.fingerprint[:12]}) as it is here: train it again"
        )
    if part == "test" and not run.has_test_reviews:
        raise DataError(f"{run.name} keeps no test set: train its settings again with test_set")
    return dataset.split(run.config).part(part)


def _name(dataset: Dataset, rows: np.ndarray) -> str:
    """Return the name of these reviews in this order."""
    return hashlib.sha256(dataset.fingerprint.encode() + rows.tobytes()).hexdigest()


def _of_part(run: Run, dataset: Dataset, part: OwnPart, probabilities: np.ndarray) -> Predictions:
    rows = part_rows(run, dataset, part)
    # What is fitted at once has no best epoch to select.
    selected = part == "validation" and run.config.epochs is not None
    return Predictions(
        run.id,
        run.name,
        run.config,
        np.asarray(dataset.labels[rows]),
        probabilities,
        _name(dataset, rows),
        selected,
        part,
    )
