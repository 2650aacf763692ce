"""The models that judge a text on the Classify page, and their answers as HTML."""

from collections.abc import Sequence

import streamlit as st

from rnnlab import format, home
from rnnlab.errors import RnnlabError
from rnnlab.inference.classify import Classifier, Result
from rnnlab.runs import Run, RunState
from ui import theme
from ui.reader import get_lab
from ui.reading import losses, words
from ui.reviews import Sample

AT_ONCE = 12  # judges when none is picked


def trained(runs: Sequence[Run]) -> list[Run]:
    """The runs that can judge: the strongest first, by validation accuracy."""
    able = [run for run in runs if run.is_trained]
    return sorted(able, key=lambda run: run.best_val_accuracy or 0.0, reverse=True)


def choose(able: list[Run]) -> list[Run]:
    """The runs that are picked, by the URL (?run=ID,ID) or by hand; else all finished ones."""
    known = {run.id: run for run in able}
    _adopt_url(known)
    st.session_state.classify_runs = [r for r in st.session_state.classify_runs if r in known]
    for run_id in st.session_state.classify_missing:
        st.warning(
            f"There is no trained run {theme.markdown(run_id[:40])}: it may have been "
            "deleted, or has not finished.",
            icon=":material/link_off:",
        )
    finished = [run for run in able if run.state is RunState.FINISHED] or able
    picked = _picker(known)
    return [run for run in able if run.id in picked] or finished[:AT_ONCE]


def _adopt_url(known: dict[str, Run]) -> None:
    url = st.query_params.get("run", "")
    if url == st.session_state.get("classify_url") and "classify_runs" in st.session_state:
        return
    asked = [part.strip() for part in url.split(",") if part.strip()]
    st.session_state.classify_url = url
    st.session_state.classify_runs = [run_id for run_id in dict.fromkeys(asked) if run_id in known]
    st.session_state.classify_missing = [run_id for run_id in asked if run_id not in known][:5]


def _picker(known: dict[str, Run]) -> list[str]:
    if len(known) == 1:
        return []
    finished = sum(run.state is RunState.FINISHED for run in known.values()) or len(known)
    whole = (
        f"All {finished} finished models"
        if finished <= AT_ONCE
        else f"The {AT_ONCE} strongest of {finished} finished models"
    )
    picked = st.multiselect(
        "Models",
        list(known),
        format_func=lambda run_id: theme.run_label(known[run_id]),
        key="classify_runs",
        placeholder=whole,
        on_change=_picked,
    )
    return picked


def _picked() -> None:
    st.session_state.classify_missing = []
    st.session_state.classify_url = ",".join(st.session_state.classify_runs)
    if st.session_state.classify_runs:
        st.query_params["run"] = st.session_state.classify_url
    else:
        st.query_params.pop("run", None)


def load(runs: Sequence[Run]) -> tuple[list[Classifier], list[str]]:
    """The runs' networks, read once per server; and why one could not be read."""
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


def sample_label(sample: Sample) -> str:
    """A button's label: the true label, and how the review begins."""
    sign = "thumb_up" if sample.positive else "thumb_down"
    start = " ".join(sample.text.replace("<br />", " ").split())[:110]
    return f":material/{sign}: **{'Positive' if sample.positive else 'Negative'}** · " + (
        theme.markdown(start)
    )


def finding(results: Sequence[Result]) -> str:
    """The answers in one sentence."""
    said = [
        result.label
        for result in results
        if not (result.reading.blank or result.reading.all_unknown)
    ]
    blank = all(result.reading.blank for result in results)
    if not results:
        sentence = "No model could be read."
    elif blank:
        sentence = "Type a review, or take a sample, to see what the models say."
    elif not said:
        sentence = "No model knows a single word of this text."
    elif len(results) == 1:
        sentence = f"The model says {said[0]}."
    elif len(said) == 1:
        sentence = f"Only one model knows a word of this text, and says {said[0]}."
    elif len(set(said)) == 1:
        sentence = f"All {len(said)} models say {said[0]}."
    else:
        positive = said.count("positive")
        sentence = f"{positive} of {len(said)} models say{'s' if positive == 1 else ''} positive."
    return f'<p class="model-card-summary" aria-live="polite">{sentence}</p>'


def cards(results: Sequence[Result], runs: Sequence[Run]) -> str:
    """One card per answer, in order."""
    known = {run.id: run for run in runs}
    return f'<div class="model-cards">{"".join(_card(r, known[r.run]) for r in results)}</div>'


def readings(results: Sequence[Result], runs: Sequence[Run]) -> str:
    """Each distinct reading of the text once, under the names of those who read it so."""
    known = {run.id: run for run in runs}
    groups: dict[int, list[Result]] = {}
    for result in results:
        if not result.reading.blank:
            groups.setdefault(id(result.reading), []).append(result)
    views = (
        '<div><h3 class="model-card-reader">'
        f"{theme.text(_readers([known[r.run] for r in group]))}</h3>"
        f'<p class="read-losses lab-muted">{_window(known[group[0].run])} '
        f"{losses(group[0].reading)}.</p>{words(group[0].reading)}</div>"
        for group in groups.values()
    )
    return f'<div class="model-card-readings">{"".join(views)}</div>'


def _readers(group: Sequence[Run]) -> str:
    names = [run.name for run in group]
    if len(names) > 4:
        names = [*names[:3], f"{len(names) - 3} more"]
    who = " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
    return f"How {who} read{'s' if len(names) == 1 else ''} it"


def _window(run: Run) -> str:
    end = "last" if run.config.truncating == "pre" else "first"
    return f"Vocabulary {run.config.vocab_size:,}, the {end} {run.config.maxlen:,} words of a text:"


def _card(result: Result, run: Run) -> str:
    tint = run.config.architecture.color
    head = (
        f'<div class="model-card-name"><span class="lab-name">{theme.text(run.name)}</span>'
        f"{theme.arch_badge(run.config.arch)}</div>"
    )
    skill = (
        '<div class="model-card-coverage lab-muted">right on '
        f"{format.percent(run.best_val_accuracy)} of the validation reviews</div>"
    )
    if result.reading.blank:
        return f'<div class="model-card" style="--tint:{tint}">{head}{_track(None)}{skill}</div>'
    probability = result.probability
    if result.reading.all_unknown:
        note = "It saw no word that it knows: this answer says nothing about the text."
    else:
        note = losses(result.reading)
    return (
        f'<div class="model-card" style="--tint:{tint}">{head}'
        f'<div class="model-card-verdict"><b>{_verdict(result)}</b>'
        f"<span>{format.percent(probability)}\u00a0<small>positive</small></span></div>"
        f"{_track(probability)}"
        f'<div class="model-card-coverage">{theme.text(note)}</div>{skill}</div>'
    )


def _verdict(result: Result) -> str:
    sign = "thumb_up" if result.label == "positive" else "thumb_down"
    return f"{theme.icon(sign)} {result.label.capitalize()}"


def _track(probability: float | None) -> str:
    """The probability of "positive", as a bar from the middle towards one of the two ends."""
    fill, label = "", "no answer yet"
    if probability is not None:
        left, right = sorted((probability, 0.5))
        fill = f'<i style="left:{100 * left:.1f}%;width:{max(100 * (right - left), 0.8):.1f}%"></i>'
        label = f"probability of positive: {probability:.1%}"
    return (
        f'<div class="model-card-scale">{theme.icon("thumb_down")}'
        f'<div class="model-card-track" role="img" '
        f'aria-label="{label}">{fill}<u></u></div>{theme.icon("thumb_up")}</div>'
    )
