"""A run in figures and words for its own page: heading, ending, settings, versions."""

import time
from collections.abc import Sequence

import streamlit as st

from rnnlab import format, home
from rnnlab.compare import versions
from rnnlab.config import FIELDS, SEED_FIELDS, RunConfig
from rnnlab.dataset_names import dataset_name
from rnnlab.datasets import Dataset
from rnnlab.errors import RnnlabError
from rnnlab.evaluation import held_back
from rnnlab.evaluation.held_back import HeldBack
from rnnlab.runs import Run, RunState
from ui import reader, reviews, theme


def missing(run_id: str) -> str:
    """Return why there is no run to show, naming the id in the URL."""
    if not run_id:
        return "No run in the URL. Pick one from the table of runs."
    shown = run_id if len(run_id) <= 40 else run_id[:39] + "…"
    return f"There is no run {theme.markdown(repr(shown))}. It may have been deleted."


def heading(run: Run) -> str:
    """Return the run's name, architecture and state as HTML."""
    return (
        f'<div class="lab-title"><h1>{theme.text(run.name)}</h1>'
        f"{theme.arch_badge(run.config.arch)}{theme.state_badge(run.state)}"
        f'<span class="lab-muted">{theme.text(run.config.architecture.about)}</span></div>'
    )


def ending(run: Run) -> None:
    """Draw how the run ended: a sentence or its error, and the best epoch's figures."""
    if run.state is RunState.FAILED:
        theme.error(f"This run failed: {run.ending()}")
        if run.traceback:
            with st.expander("Traceback (for bug reports)", icon=":material/bug_report:"):
                st.code(run.traceback, language=None, wrap_lines=True)
    elif run.state is RunState.INTERRUPTED:
        st.warning(theme.markdown(run.ending()), icon=":material/power_off:")
    else:
        st.write(theme.markdown(run.ending()))
    resumed(run)
    if run.best_epoch is not None:
        st.html(theme.figures(best_figures(run)))
    if run.is_trained and run.has_test_reviews:
        _held_back(run)


def _held_back(run: Run) -> None:
    """Draw how the run does on its test reviews; nothing while they are being prepared."""
    try:
        dataset = reviews.load(run.config.dataset_id)
        evaluated = dataset and _evaluated(run.id, home.store_url(), run, dataset)
    except RnnlabError as error:
        theme.error(error)
        return
    if evaluated:
        st.write(evaluated.sentence)


@st.cache_resource(show_spinner=False, max_entries=200)
def _evaluated(run_id: str, store: str, _run: Run, _dataset: Dataset) -> HeldBack | None:
    return held_back.evaluate(reader.get_lab().store, _run, _dataset)


def resumed(run: Run) -> None:
    """Say that the lab resumed the run by itself, if it did."""
    if run.resumed:
        st.caption(f":material/restart_alt: {theme.markdown(run.resumed)}")


def other_versions(run: Run, group: Sequence[Run]) -> None:
    """Say that a run was trained with other versions than most of its group, if it was."""
    kept, others = versions.set_apart([member for member in group if member.is_trained])
    if run in others:
        st.caption(
            f":material/difference: Trained with {versions.differences(kept, [run])}, unlike most "
            "runs of its settings: Compare leaves it out of their group unless you pool versions."
        )


def best_figures(run: Run) -> list[tuple[str, str]]:
    """Return labels and figures of the best epoch, and the training time."""
    figures = [
        ("validation accuracy", format.percent(run.best_val_accuracy)),
        ("validation loss", format.loss(run.best_val_loss)),
        ("training accuracy", format.percent(run.best_accuracy)),
        ("training loss", format.loss(run.best_loss)),
        ("training time", format.duration(run.seconds)),
    ]
    if run.config.epochs is not None:
        figures.insert(-1, ("best epoch", f"{run.best_epoch} of {run.epochs_done}"))
    return figures


def settings(config: RunConfig) -> str:
    """Return all fields of the config with their values, as an HTML table."""
    pairs = []
    for name, field in FIELDS.items():
        value = getattr(config, name)
        if value is None:
            continue
        if name == "arch":
            value = config.architecture.label
        elif name == "dataset":
            value = dataset_name(value)
        elif name == "learning_rate":
            value = format.learning_rate(value)
        elif field.kind is float:
            value = f"{value:g}"
        elif field.kind is bool:
            value = "yes" if value else "no"
        elif field.kind is int and name not in SEED_FIELDS:
            value = f"{value:,}"
        pairs.append((field.label, str(value)))
    return _pairs(pairs)


def facts(run: Run, *, owner: bool = False) -> str:
    """Return where, when and with which versions the run was trained, as an HTML table.

    With `owner`, also whose it is.
    """
    pairs = [("Run ID", run.id), ("Queued", _clock(run.created_at))]
    if owner and run.owner:
        pairs.insert(1, ("Owner", run.owner))
    if run.started_at:
        pairs.append(("Started", _clock(run.started_at)))
    if run.ended_at:
        pairs.append(("Ended", _clock(run.ended_at)))
    if run.machine:
        pairs.append(("Machine", run.machine))
    if run.peak_memory_mb:
        pairs.append(("Peak memory", format.size(run.peak_memory_mb * 1e6)))
    pairs += [(name, str(version)) for name, version in run.versions.items()]
    return _pairs(pairs)


def _pairs(pairs: list[tuple[str, str]]) -> str:
    body = "".join(
        f"<tr><th scope='row'>{theme.text(name)}</th><td>{theme.text(value)}</td></tr>"
        for name, value in pairs
    )
    return f'<table class="lab-table lab-pairs"><tbody>{body}</tbody></table>'


def _clock(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S %Z", time.localtime(seconds))
