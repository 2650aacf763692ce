"""What is known of a network's inside: computed once per server and run."""

from typing import NamedTuple

import streamlit as st

from rnnlab import home
from rnnlab.config import ARCHITECTURES
from rnnlab.datasets import Dataset
from rnnlab.inference.classify import Classifier
from rnnlab.inside.dial import Dial, dial
from rnnlab.inside.memory import Reach, Reordered, order_table, reach
from rnnlab.inside.network import Network
from rnnlab.inside.reviews import REVIEWS, validation_inputs
from rnnlab.runs import Run
from ui.reader import get_lab


class Opened(NamedTuple):
    """A run's network, its weights and vocabulary, its dial, and its dataset."""

    run: Run
    classifier: Classifier
    network: Network
    dial: Dial
    dataset: Dataset

    @property
    def color(self) -> str:
        """Its architecture's colour."""
        return ARCHITECTURES[self.run.config.arch].color


class Memory(NamedTuple):
    """How far back a network reaches, and what it answers to changed reviews."""

    reach: Reach
    order: tuple[Reordered, ...]
    reviews: int


def open_run(run: Run, dataset: Dataset) -> Opened:
    """Return a run's network with its dial.

    Raises StoreError where its weights are damaged, DataError for another dataset than its own.
    """
    return _open(run.id, home.store_url(), dataset.fingerprint, _run=run, _dataset=dataset)


def memory(opened: Opened) -> Memory:
    """Return what the network's answers to the validation reviews hang on; takes seconds once."""
    return _memory(opened.run.id, home.store_url(), opened.dataset.fingerprint, _opened=opened)


@st.cache_resource(show_spinner=False, max_entries=40)
def _open(run_id: str, store: str, fingerprint: str, _run: Run, _dataset: Dataset) -> Opened:
    classifier = Classifier.load(get_lab().store, _run)
    network = Network.load(_run.config, classifier.weights)
    ids, _ = validation_inputs(_run, _dataset)
    return Opened(_run, classifier, network, dial(network, ids[:REVIEWS]), _dataset)


@st.cache_resource(show_spinner="Reading the validation reviews in six ways …", max_entries=40)
def _memory(run_id: str, store: str, fingerprint: str, _opened: Opened) -> Memory:
    ids, labels = validation_inputs(_opened.run, _opened.dataset)
    order = order_table(_opened.run.config, _opened.classifier.weights, ids, labels)
    return Memory(reach(_opened.network, ids[:REVIEWS]), order, len(ids))
