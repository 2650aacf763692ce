"""The trained networks of runs, loaded once per server."""

from collections.abc import Iterable

import streamlit as st

from rnnlab import home
from rnnlab.errors import RnnlabError
from rnnlab.inference.classify import Classifier
from rnnlab.runs import Run
from ui.reader import get_lab


def load(runs: Iterable[Run]) -> tuple[list[Classifier], list[str]]:
    """Return the runs' networks, and for each that could not be loaded the reason."""
    networks, problems = [], []
    for run in runs:
        try:
            networks.append(_network(run.id, home.store_url(), _run=run))
        except RnnlabError as error:
            problems.append(str(error))
    return networks, problems


@st.cache_resource(show_spinner=False, max_entries=200)
def _network(run_id: str, store: str, _run: Run) -> Classifier:
    return Classifier.load(get_lab().store, _run)
