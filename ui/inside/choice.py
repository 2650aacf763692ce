"""Which networks are opened, one or two: picked by hand or by the URL (?run=ID,ID)."""

from collections.abc import Sequence

import streamlit as st

from rnnlab import format
from rnnlab.errors import DamagedRun
from rnnlab.runs import Run, trained
from rnnlab.tasks import TASKS
from ui import networks, theme
from ui.inside import keys

AT_ONCE = 2
SAMPLE = (
    "I wanted to love this film. The cast is great, but the script is boring and the ending is the "
    "worst I have seen."
)


def openable(runs: Sequence[Run]) -> tuple[Run, ...]:
    """Return the trained recurrent networks, the most accurate first; those of letters last."""
    able = [run for run in trained(runs) if run.config.architecture.kind == "recurrent"]
    return tuple(
        sorted(able, key=lambda run: (run.config.dataset in TASKS, -(run.best_val_accuracy or 0.0)))
    )


def choose(able: Sequence[Run]) -> tuple[Run, ...]:
    """Draw the picker; return the runs that are opened, at least one.

    Where none is picked, that is the most accurate that is not damaged.
    """
    by_id = {run.id: run for run in able}
    default, damaged = _most_accurate(able)
    url = st.query_params.get("run", "")
    if not url and keys.RUNS not in st.session_state:  # from another page
        kept = st.session_state.get(keys.CHOICE, [])
        if url := ",".join(run_id for run_id in kept if run_id in by_id):
            st.query_params["run"] = url
    if st.session_state.get(keys.URL) != url or keys.RUNS not in st.session_state:
        ids = list(dict.fromkeys(part.strip() for part in url.split(",") if part.strip()))
        wanted = [run_id for run_id in ids if run_id in by_id]
        st.session_state[keys.MISSING] = [run_id for run_id in ids if run_id not in by_id][:AT_ONCE]
        st.session_state[keys.RUNS] = wanted[:AT_ONCE] or [default.id]
        st.session_state[keys.URL] = url
        st.session_state[keys.CHOICE] = wanted[:AT_ONCE]
    else:  # runs that were deleted since
        st.session_state[keys.RUNS] = [
            run_id for run_id in st.session_state[keys.RUNS] if run_id in by_id
        ]
    for run_id in st.session_state.get(keys.MISSING, []):
        st.warning(
            f"There is no trained recurrent network {theme.markdown(run_id[:40])}. It may have "
            "been deleted, not have finished yet, or be of another kind.",
            icon=":material/link_off:",
        )
    st.multiselect(
        "Networks, one or two",
        list(by_id),
        format_func=lambda run_id: _label(by_id[run_id]),
        key=keys.RUNS,
        max_selections=AT_ONCE,
        placeholder=f"None picked: {default.name} is shown",
        on_change=_write_url,
    )
    chosen = tuple(by_id[run_id] for run_id in st.session_state[keys.RUNS])
    st.html(theme.chips(keys.RUNS, [run.config.architecture.color for run in chosen]))
    chosen = chosen or (default,)
    if chosen == (default,):
        theme.left_out(damaged)
    return chosen


def _most_accurate(able: Sequence[Run]) -> tuple[Run, list[DamagedRun]]:
    """Return the first run that is not damaged, and those before it that are; else the first."""
    damaged = []
    for run in able:
        try:
            networks.network(run)
        except DamagedRun as error:
            damaged.append(error)
        else:
            return run, damaged
    return able[0], []


def _label(run: Run) -> str:
    return f"{run.name} · {format.percent(run.best_val_accuracy)}"


def _write_url() -> None:
    st.session_state[keys.MISSING] = []
    st.session_state[keys.CHOICE] = list(st.session_state[keys.RUNS])
    st.session_state[keys.URL] = ",".join(st.session_state[keys.RUNS])
    if st.session_state[keys.RUNS]:
        st.query_params["run"] = st.session_state[keys.URL]
    else:
        st.query_params.pop("run", None)
