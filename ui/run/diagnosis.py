"""What a run's numbers say went wrong, each finding with its next step as a button."""

import streamlit as st

from rnnlab import datasets, home
from rnnlab.charts import updates as charts
from rnnlab.datasets import Dataset
from rnnlab.errors import RnnlabError
from rnnlab.inside.diagnosis import findings
from rnnlab.inside.evidence import gather
from rnnlab.inside.finding import MORE_EPOCHS, Finding, Step
from rnnlab.lab import Lab
from rnnlab.runs import Run
from ui import chart, links, reader, reviews, roles, theme


def section(run: Run) -> None:
    """Draw the findings on a run that has ended with weights; nothing where all is well."""
    if not run.is_trained:
        return
    try:
        found = _findings(run)
    except RnnlabError as error:
        theme.error(error)
        return
    if not found:
        return
    st.subheader("Diagnosis", anchor=False)
    for finding in found:
        with st.container(border=True, key=f"run_finding_{finding.name.replace(' ', '_')}"):
            _show(run, finding)


def updates(run: Run) -> None:
    """Draw how far each epoch moved each layer; nothing where that was not recorded."""
    ratios = reader.get_lab().store.update_ratios(run.id)
    if not ratios:
        return
    info = charts.updates_chart(ratios)
    with st.expander("Update-to-weight ratio", icon=":material/speed:", key="run_updates"):
        st.markdown(f"**{theme.markdown(info.title)}** of its size.")
        chart.exportable(
            charts.updates_figure(info, text_color=theme.text_color()),
            key="run_updates_chart",
            label=charts.describe(info),
            title=info.title,
            file=f"updates-{run.name}",
            compact=False,
        )
        st.caption(
            "The length of an epoch’s change of a layer’s weights, divided by the length of the "
            "weights before it."
        )


def original(run: Run, snapshot: reader.Snapshot) -> None:
    """Draw the link from a run that trains another on to that one."""
    if run.continues is None:
        return
    other = snapshot.get(run.continues)
    if other is None:
        st.caption("Trains on a run that has since been deleted.")
        return
    links.to_view(
        f"Trains on from {theme.markdown(other.name)}, epoch {other.epochs_done}",
        icon=":material/fast_forward:",
        key="run_original",
        query={"run": other.id},
    )


def _findings(run: Run) -> tuple[Finding, ...]:
    lab = reader.get_lab()
    name = run.config.dataset_id
    # Its reviews may be gone, or not prepared; then the history alone tells.
    dataset = reviews.load(name) if datasets.is_ready(name, lab.home) else None
    trained_on = run.manifest.get("dataset_sha256")
    if dataset is not None and trained_on not in (None, dataset.fingerprint):
        dataset = None
    fingerprint = None if dataset is None else dataset.fingerprint
    return _diagnose(run.id, home.store_url(), fingerprint, _run=run, _dataset=dataset)


@st.cache_resource(show_spinner="Looking at what the network does …", max_entries=100)
def _diagnose(
    run_id: str, store: str, fingerprint: str | None, _run: Run, _dataset: Dataset | None
) -> tuple[Finding, ...]:
    """Return the findings; a run that has ended does not change."""
    epochs = reader.get_reader().epochs(_run)
    return findings(gather(roles.store(), _run, epochs, _dataset))


def _show(run: Run, finding: Finding) -> None:
    st.markdown(f"**{theme.markdown(finding.title)}**")
    words, action = st.columns([4, 1], vertical_alignment="center")
    words.caption(theme.markdown(finding.meaning))
    if finding.step is not None:
        with action:
            _step(run, finding.name, finding.step)


def _step(run: Run, name: str, step: Step) -> None:
    if step.kind == "inside":
        st.page_link(
            "pages/inside.py",
            label=step.label,
            icon=":material/neurology:",
            query_params={"run": run.id},
        )
        return
    icon = ":material/fast_forward:" if step.kind == "train on" else ":material/model_training:"
    key = f"run_step_{name.replace(' ', '_')}"
    if roles.button(step.label, icon=icon, key=key, width="stretch", help=_note(run, step)):
        _train(run, step)


def _note(run: Run, step: Step) -> str | None:
    """Say where training on starts if it cannot go on from the last epoch."""
    if step.kind != "train on" or reader.get_lab().store.digest(run.id, "checkpoint"):
        return None
    return (
        "Starts again from epoch 1, since the state after the last epoch was not kept; with the "
        "same seed, the first epochs come out the same."
    )


def _train(run: Run, step: Step) -> None:
    """Queue the run that the step names, and go to its page."""
    queued: list[Run] = []

    def train(lab: Lab) -> None:
        if step.config is None:
            queued.append(lab.train_on(run, MORE_EPOCHS))
        else:
            queued.extend(lab.train_missing([step.config]))

    if roles.attempt(train):
        st.switch_page("pages/run.py", query_params={"run": queued[0].id})
