"""What the words of a text do in each model, computed once per server, run and text.

Owns which run of a group is explained. What is kept is small, and the oldest is dropped.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import streamlit as st

from rnnlab import home
from rnnlab.charts.styling import TraceStyle
from rnnlab.compare.stuck import stuck_runs, without_stuck
from rnnlab.inference.classify import Classifier
from rnnlab.inside import attribution, counterfactual, explain, prefixes
from rnnlab.inside.attribution import IntegratedGradients
from rnnlab.inside.counterfactual import Flip
from rnnlab.runs import Run
from rnnlab.text import Reading
from ui.classify.answers import Answer, is_informed

OCCLUSION, REMOVAL, GRADIENTS = "Occlusion", "Removal", "Integrated gradients"
METHODS = (OCCLUSION, REMOVAL, GRADIENTS)
KEPT = 500  # texts times runs: at most 24 kB each


class Explained(NamedTuple):
    """One model's answer, word by word: `run` is the one of its group that is explained.

    Of its `seeds`, `learned` did not fail. Arrays are float64, for the words that are read.
    `effects` are those of the chosen method, None where a model has none by it. `others` holds the
    logits after each word of the group's other seeds, each with the place of its first word.
    """

    name: str  # the group's
    run: Run
    seeds: int
    learned: int
    style: TraceStyle
    reading: Reading
    after: np.ndarray
    occlusion: np.ndarray
    effects: np.ndarray | None
    gradients: IntegratedGradients | None
    disputed: tuple[int, ...]
    flip: Flip | None
    others: tuple[tuple[int, np.ndarray], ...]

    @property
    def logit(self) -> float:
        """The answer's logit."""
        return float(self.after[-1])


class _Words(NamedTuple):
    """What is computed by default, without removal."""

    after: np.ndarray
    occlusion: np.ndarray
    gradients: IntegratedGradients | None
    flip: Flip | None


def representative(runs: Sequence[Run]) -> Run:
    """Return the run whose validation accuracy is the median of those that learned."""
    learned = without_stuck(runs, stuck_runs(runs))
    ranked = sorted(learned, key=lambda run: run.best_val_accuracy or 0.0)
    return ranked[(len(ranked) - 1) // 2]


def explain_all(
    text: str,
    answers: Sequence[Answer],
    classifiers: Mapping[str, Classifier],
    styles: Mapping[str, TraceStyle],
    *,
    method: str,
    between: Callable[[], object] = lambda: None,
) -> list[Explained]:
    """Explain what each model that knows a word of the text answers, in their order.

    classifiers: by the runs' ids; styles: by the groups' ids. `between` is called after each model.
    """
    explained = []
    for answer in answers:
        if answer.informed:
            explained.append(
                _explain(text, answer, classifiers, styles[answer.group.id], method=method)
            )
            between()
    return explained


def logit(text: str, classifier: Classifier) -> float | None:
    """Return a model's logit for a text; None for one without words."""
    return _logit(classifier.run, home.store_url(), text, _classifier=classifier)


def _explain(
    text: str,
    answer: Answer,
    classifiers: Mapping[str, Classifier],
    style: TraceStyle,
    *,
    method: str,
) -> Explained:
    informed = {result.run: result.reading for result in answer.results if is_informed(result)}
    run = representative([run for run in answer.runs if run.id in informed])
    classifier, reading = classifiers[run.id], informed[run.id]
    words = _words(run.id, home.store_url(), text, _classifier=classifier, _reading=reading)
    effects: np.ndarray | None = words.occlusion
    if method == REMOVAL:
        effects = _removal(run.id, home.store_url(), text, _classifier=classifier, _reading=reading)
    elif method == GRADIENTS:
        effects = None if words.gradients is None else words.gradients.effects
    return Explained(
        answer.group.name,
        run,
        len(answer.runs),
        (len(answer.runs) - answer.failed) or len(answer.runs),
        style,
        reading,
        words.after,
        words.occlusion,
        effects,
        words.gradients,
        explain.disputed(words.occlusion, words.gradients),
        words.flip,
        tuple(
            (other.first, _after(text, classifiers[run_id], other))
            for run_id, other in informed.items()
            if run_id != run.id
        ),
    )


def _after(text: str, classifier: Classifier, reading: Reading) -> np.ndarray:
    url = home.store_url()
    return _prefixes(classifier.run, url, text, _classifier=classifier, _reading=reading)


@st.cache_resource(show_spinner=False, max_entries=4 * KEPT)
def _prefixes(
    run_id: str, store: str, text: str, _classifier: Classifier, _reading: Reading
) -> np.ndarray:
    return prefixes.logits_after_each_word(_classifier, _reading)


@st.cache_resource(show_spinner=False, max_entries=KEPT)
def _logit(run_id: str, store: str, text: str, _classifier: Classifier) -> float | None:
    reading = _classifier.read(text)
    return None if reading.blank else float(_after(text, _classifier, reading)[-1])


@st.cache_resource(show_spinner=False, max_entries=KEPT)
def _words(
    run_id: str, store: str, text: str, _classifier: Classifier, _reading: Reading
) -> _Words:
    occlusion = attribution.occlusion(_classifier, _reading)
    return _Words(
        _after(text, _classifier, _reading),
        occlusion,
        explain.gradients(_classifier, _reading),
        counterfactual.fewest_words(_classifier, _reading, occlusion),
    )


@st.cache_resource(show_spinner=False, max_entries=KEPT)
def _removal(
    run_id: str, store: str, text: str, _classifier: Classifier, _reading: Reading
) -> np.ndarray:
    return attribution.removal(_classifier, _reading)
