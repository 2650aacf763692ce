"""The runs that the cards show: the viewer's own where they fit, else those that came with rnnlab.

What is computed from them is computed once per server and run.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

import streamlit as st

from rnnlab import home
from rnnlab.config import RunConfig, preset, required
from rnnlab.datasets import bundled
from rnnlab.errors import DamagedRun
from rnnlab.inference.classify import Classifier
from rnnlab.learn import order, steps
from rnnlab.learn.examples import Example, shipped
from rnnlab.learn.order import Arrangement
from rnnlab.learn.steps import Steps
from rnnlab.runs import Run, trained
from ui import networks
from ui.reader import Snapshot, get_reader

REVIEW_DATASETS = ("bundled", "keras")
MOST_UNITS = 16  # of a network whose units are shown one by one
OF_STOPPING = "lstm-overfitting"  # which shipped run shows early stopping
ORDER_ARCHS = ("feedforward", "embedding-rnn", "lstm", "gru")
WITHOUT, WITH = "lstm-overfitting", "lstm-dropout"
TEXT = "great actors and a great story but it is the worst film ever"
ORDERS = 20  # beside the text as written
REVIEW_ROW = 13  # of the bundled reviews: long enough to be cut, its verdict at the end


def network(lab: Snapshot, arch: str) -> Example:
    """Return the lab's own network of an architecture with the highest accuracy, or a shipped one.

    Of recurrent ones only a single forward layer of few units, which can be shown unit by unit.
    """
    own = [
        run
        for run in trained(lab.runs)
        if run.config.arch == arch
        and run.config.dataset in REVIEW_DATASETS
        and (run.config.layers or 1) == 1
        and not run.config.bidirectional
        and (run.config.units or 1) <= MOST_UNITS
    ]
    if example := _best(own):
        return example
    of_reviews = shipped().of(arch, dataset="bundled")
    return next(example for example in of_reviews if example.classifier is not None)


def order_task(lab: Snapshot) -> tuple[Example, ...]:
    """Return a network of each architecture for the task which-first, the feed-forward one first.

    The lab's own where one reads rows of the same length and knows all letters, else the shipped.
    """
    examples = []
    for arch in ORDER_ARCHS:
        example = shipped().examples[f"which-first-{arch}"]
        asked = example.run.config
        own = [
            run
            for run in trained(lab.runs)
            if (run.config.arch, run.config.dataset_id) == (arch, asked.dataset_id)
            and run.config.vocab_size >= asked.vocab_size
        ]
        examples.append(_best(own) or example)
    return tuple(examples)


def stopped_early(lab: Snapshot) -> Example:
    """Return the lab's latest LSTM that stopped early, or a shipped run."""
    own = [run for run in trained(lab.runs) if run.config.arch == "lstm" and run.stopped_early]
    if own:
        return Example(own[-1], get_reader().epochs(own[-1]), own=True)
    return shipped().examples[OF_STOPPING]


def seeds(lab: Snapshot, archs: Sequence[str], least: int) -> tuple[tuple[Example, ...], ...]:
    """Return runs of each architecture's preset that differ in their seeds alone.

    The lab's own where it has `least` seeds of each that were trained for equally many epochs at
    most, else the shipped ones.
    """
    for epochs in sorted({run.config.epochs or 0 for run in trained(lab.runs)}, reverse=True):
        if epochs:
            own = tuple(_own_seeds(lab, preset(arch, epochs=epochs)) for arch in archs)
            if all(len(examples) >= least for examples in own):
                return own
    of_presets = {"patience": RunConfig().patience}
    return tuple(shipped().of(arch, **of_presets) for arch in archs)


def _own_seeds(lab: Snapshot, config: RunConfig) -> tuple[Example, ...]:
    runs = {
        run.config.seed: Example(run, (), own=True)
        for run in trained(lab.runs)
        if replace(run.config, seed=config.seed) == config
    }
    return tuple(runs[seed] for seed in sorted(runs, key=required))


def _best(own: Sequence[Run]) -> Example | None:
    """Return the most accurate of the runs that is not damaged, or None."""
    for run in sorted(own, key=lambda run: run.best_val_accuracy or 0.0, reverse=True):
        with suppress(DamagedRun):
            return Example(run, (), networks.network(run), own=True)
    return None


def arrangements(examples: Sequence[Example]) -> tuple[Arrangement, ...]:
    """Return what the networks answer to `TEXT` in many orders."""
    return _arrangements(
        tuple(example.run.id for example in examples),
        home.store_url(),
        _classifiers=[_network_of(example) for example in examples],
    )


@st.cache_resource(show_spinner=False, max_entries=20)
def _arrangements(
    run_ids: tuple[str, ...], store: str, _classifiers: list[Classifier]
) -> tuple[Arrangement, ...]:
    return order.arrangements(_classifiers, TEXT.split(), ORDERS)


def read_steps(example: Example) -> Steps:
    """Return what the network's cell computes while it reads `TEXT`."""
    return _steps(example.run.id, home.store_url(), _classifier=_network_of(example))


@st.cache_resource(show_spinner=False, max_entries=20)
def _steps(run_id: str, store: str, _classifier: Classifier) -> Steps:
    return steps.read(_classifier, TEXT)


def _network_of(example: Example) -> Classifier:
    if example.classifier is None:
        raise ValueError(f"{example.run.name} was chosen for its history alone")
    return example.classifier


@st.cache_resource(show_spinner="Opening a review …")
def review() -> str:
    """Return the text of a real review. Raises DataError where the reviews are missing."""
    return bundled.of_source("imdb")[0][REVIEW_ROW]
