"""The trained networks of runs, loaded once per server."""

from collections.abc import Sequence

import streamlit as st

from rnnlab import home
from rnnlab.errors import DamagedRun
from rnnlab.inference.classify import Classifier
from rnnlab.inference.damaged import load_each
from rnnlab.runs import Run
from ui.reader import get_lab


def network(run: Run) -> Classifier:
    """Return a run's network. Raises DamagedRun, StoreError."""
    return _network(run.id, home.store_url(), _run=run)


def load(runs: Sequence[Run]) -> tuple[list[Classifier], list[DamagedRun]]:
    """Return the runs' networks, and for each that is damaged the reason. Raises StoreError."""
    networks, damaged = load_each(runs, network)
    return list(networks.values()), damaged


@st.cache_resource(show_spinner=False, max_entries=200)
def _network(run_id: str, store: str, _run: Run) -> Classifier:
    return Classifier.load(get_lab().store, _run)
