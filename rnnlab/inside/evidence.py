"""Gathers what is known of a run for its diagnosis; what takes long is kept in the store."""

import sys

import numpy as np

from rnnlab import arrays
from rnnlab.datasets import Dataset
from rnnlab.errors import RnnlabError
from rnnlab.evaluation import predictions
from rnnlab.inference import forward
from rnnlab.inference.classify import Classifier
from rnnlab.inside import reviews, stopping
from rnnlab.inside.finding import Evidence, ReadingShares
from rnnlab.inside.reviews import validation_inputs
from rnnlab.inside.stopping import Stopping
from rnnlab.inside.stored import Arrays, Subject, kept, load_dial, load_passports
from rnnlab.runs import Epoch, Run
from rnnlab.store import RunStore
from rnnlab.text import START, UNKNOWN

USUAL = 0.9  # of the reviews


def gather(
    store: RunStore, run: Run, epochs: tuple[Epoch, ...], dataset: Dataset | None
) -> Evidence:
    """Return what is known of a trained run; without its dataset, what its history says."""
    if run.config.epochs is None:  # what is fitted in one go has no course that could go wrong
        return Evidence(run, ())
    ratios = store.update_ratios(run.id)
    if dataset is None:
        return Evidence(run, epochs, ratios=ratios)
    subject = Subject(store, run, Classifier.load(store, run), dataset)
    recurrent = run.config.architecture.kind == "recurrent"
    return Evidence(
        run,
        epochs,
        _stopping(subject, epochs),
        _reading(subject),
        load_passports(subject) if recurrent else None,
        load_dial(subject) if recurrent else None,
        ratios,
    )


def _stopping(subject: Subject, epochs: tuple[Epoch, ...]) -> Stopping | None:
    """Measure the rise since the best epoch; None where the last epoch is the best."""
    run = subject.run
    if run.best_epoch is None or run.best_epoch == run.epochs_done:
        return None
    rise = epochs[-1].val_loss - epochs[run.best_epoch - 1].val_loss

    def compute() -> Stopping:
        known = predictions.load_predictions(subject.store, run, subject.dataset)
        best = stopping.losses(known.probabilities, known.labels)
        weights = _last_weights(subject)
        if weights is None:
            return stopping.stopping(rise, best, None)
        ids, labels = validation_inputs(run, subject.dataset)
        last = stopping.losses(forward.predict(run.config, weights, ids), labels)
        return stopping.stopping(rise, best, last)

    def to_arrays(made: Stopping) -> dict[str, np.ndarray]:
        return {"values": np.array([made.rise, made.error, made.paired], np.float64)}

    def from_arrays(kept_arrays: Arrays) -> Stopping:
        rise, error, paired = kept_arrays["values"].tolist()
        return Stopping(rise, error, bool(paired))

    modules = (forward, predictions, stopping)
    return kept(subject, "stopping", modules, compute, to_arrays, from_arrays)


def _last_weights(subject: Subject) -> dict[str, np.ndarray] | None:
    """Return the weights after the last epoch; None where no checkpoint is kept."""
    try:
        content = subject.store.artifact(subject.run.id, "checkpoint")
        named = arrays.npz_arrays(content)
    except (RnnlabError, ValueError, OSError, EOFError):
        return None
    start = "weights/"
    return {name[len(start) :]: array for name, array in named.items() if name.startswith(start)}


def _reading(subject: Subject) -> ReadingShares:
    def compute() -> ReadingShares:
        ids, _ = validation_inputs(subject.run, subject.dataset)
        words = ids > START
        rows = predictions.part_rows(subject.run, subject.dataset, "validation")
        lengths = subject.dataset.offsets[rows + 1] - subject.dataset.offsets[rows]
        return ReadingShares(
            float((ids == UNKNOWN).sum() / max(words.sum(), 1)),
            float((ids < START).mean()),
            int(np.quantile(lengths, USUAL)),
        )

    def to_arrays(made: ReadingShares) -> dict[str, np.ndarray]:
        return {"values": np.array(made, np.float64)}

    def from_arrays(kept_arrays: Arrays) -> ReadingShares:
        unknown, padding, words = kept_arrays["values"].tolist()
        return ReadingShares(unknown, padding, int(words))

    modules = (reviews, predictions, sys.modules[__name__])
    return kept(subject, "reading", modules, compute, to_arrays, from_arrays)
