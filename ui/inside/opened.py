"""What is known of a network's inside: computed once per server and run."""

from collections.abc import Sequence
from typing import NamedTuple

import streamlit as st

from rnnlab import format, home
from rnnlab.charts.styling import shade
from rnnlab.datasets import Dataset
from rnnlab.evaluation.predictions import part_rows
from rnnlab.inference.classify import Classifier
from rnnlab.inside.dial import Dial
from rnnlab.inside.network import Network
from rnnlab.inside.passport import Passport
from rnnlab.inside.reviews import sample_size
from rnnlab.inside.stored import Subject, load_dial, load_passports
from rnnlab.runs import Run
from ui import networks, roles


class Opened(NamedTuple):
    """A run's network at an epoch, its weights and vocabulary, and its dataset."""

    run: Run
    classifier: Classifier
    network: Network
    dataset: Dataset
    color: str  # its architecture's, or a shade of it beside another of the architecture
    epoch: int | None = None  # None for the best, else an earlier one whose weights are kept

    @property
    def subject(self) -> Subject:
        """What its analyses are made and kept of."""
        return Subject(roles.store(), self.run, self.classifier, self.dataset)


def open_run(run: Run, dataset: Dataset) -> Opened:
    """Return a run's network.

    Raises StoreError where its weights are damaged, DataError for another dataset than its own.
    """
    return _open(run.id, home.store_url(), dataset.fingerprint, _run=run, _dataset=dataset)


def told_apart(networks: Sequence[Opened]) -> list[Opened]:
    """Give networks of one architecture different shades of its colour."""
    archs = [opened.run.config.arch for opened in networks]
    return [
        opened._replace(color=shade(arch, archs[:place].count(arch)))
        for place, (opened, arch) in enumerate(zip(networks, archs, strict=True))
    ]


def reviews_read(networks: Sequence[Opened]) -> str:
    """Say how many validation reviews the networks' states are measured on."""
    sizes = sorted({sample_size(opened.run.config) for opened in networks}, reverse=True)
    return f"{format.listing([format.count(size) for size in sizes])} validation reviews"


def dial(opened: Opened, layer: int, *, backwards: bool) -> Dial:
    """Return the dial of one of the network's cells; takes up to a second once."""
    fingerprint = opened.dataset.fingerprint
    return _dial(opened.run.id, home.store_url(), fingerprint, layer, backwards, _opened=opened)


def passports(opened: Opened, layer: int, *, backwards: bool) -> tuple[Passport, ...]:
    """Return the passports of one of the network's cells; takes up to a second once."""
    fingerprint = opened.dataset.fingerprint
    return _passports(
        opened.run.id, home.store_url(), fingerprint, layer, backwards, _opened=opened
    )


@st.cache_resource(show_spinner=False, max_entries=40)
def _open(run_id: str, store: str, fingerprint: str, _run: Run, _dataset: Dataset) -> Opened:
    classifier = networks.network(_run)
    network = Network.load(_run.config, classifier.weights)
    part_rows(_run, _dataset, "validation")  # raises for another dataset than its own
    return Opened(_run, classifier, network, _dataset, _run.config.architecture.color)


@st.cache_resource(show_spinner="Reading validation reviews …", max_entries=40)
def _dial(
    run_id: str, store: str, fingerprint: str, layer: int, backwards: bool, _opened: Opened
) -> Dial:
    return load_dial(_opened.subject, layer=layer, backwards=backwards)


@st.cache_resource(show_spinner="Reading validation reviews …", max_entries=40)
def _passports(
    run_id: str, store: str, fingerprint: str, layer: int, backwards: bool, _opened: Opened
) -> tuple[Passport, ...]:
    return load_passports(_opened.subject, layer=layer, backwards=backwards)
