"""Pairs of sentences, and what the models have and have not learned, by their own answers."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from rnnlab import format, home
from rnnlab.inference.classify import Classifier
from rnnlab.inside import probes
from rnnlab.inside.probes import NOTICEABLE, PROBES, Changes, Probe
from ui import theme
from ui.classify import keys

MOST, FEW = 0.8, 0.2  # of the runs: from the first on learned, up to the second not


def show(classifiers: Sequence[Classifier]) -> None:
    """Draw each probe with its verdict; a click on a sentence puts it into the text field."""
    if not classifiers:
        return
    answers = [
        _changes(classifier.run, home.store_url(), _classifier=classifier)
        for classifier in classifiers
    ]
    if not any(change.able for changes in answers for change in changes):
        return  # trained on other words, as those of the order lab
    st.subheader("What have they learned of language?", anchor=False)
    st.html(f'<p class="lab-finding">{theme.text(finding(answers))}</p>')
    st.caption(
        "By the answers of the chosen runs to pairs of sentences. A run has learned it if every "
        f"pair changes its logit by {NOTICEABLE} or more in the direction that a reader expects. "
        "Click a sentence to try it."
    )
    with st.container(key="classify_probes"):
        for number, probe in enumerate(PROBES):
            with st.container(key=f"classify_probe_{number}", gap="xsmall"):
                _show(probe, number, [changes[number] for changes in answers])


def _show(probe: Probe, number: int, changes: Sequence[Changes]) -> None:
    st.markdown(f"**{theme.markdown(verdict(probe, changes))}**")
    for pair_number, pair in enumerate(probe.pairs):
        with st.container(horizontal=True, gap="small"):
            for name, sentence in (("first", pair.first), ("second", pair.second)):
                st.button(
                    theme.markdown(f"“{sentence}”"),
                    key=f"classify_try_{number}_{pair_number}_{name}",
                    on_click=_take,
                    args=(sentence,),
                )
        st.caption(pair_result(probe, pair_number, changes))


def finding(answers: Sequence[Sequence[Changes]]) -> str:
    """Say what most runs have learned, and what few have; answers: each run's, by probe."""
    names: dict[str, list[str]] = {"Learned": [], "Not learned": [], "Learned by some": []}
    for number, probe in enumerate(PROBES):
        outcome = _outcome([changes[number] for changes in answers])
        if outcome:
            names[outcome].append(probe.name.lower())
    parts = [f"{name}: {format.listing(probes)}." for name, probes in names.items() if probes]
    return " ".join(parts)


def verdict(probe: Probe, changes: Sequence[Changes]) -> str:
    """Say whether the runs have learned what is tried, by how many of them have."""
    outcome = _outcome(changes)
    if outcome is None:
        return f"{probe.name}: the vocabulary is too small to tell"
    able = [change for change in changes if change.able]
    count = f"{sum(change.learned for change in able)} of {format.plural(len(able), 'run')}"
    return f"{probe.name}: {outcome.lower()} ({count})"


def _outcome(changes: Sequence[Changes]) -> str | None:
    able = [change.learned for change in changes if change.able]
    if not able:
        return None
    if sum(able) >= MOST * len(able):
        return "Learned"
    return "Not learned" if sum(able) <= FEW * len(able) else "Learned by some"


def pair_result(probe: Probe, number: int, changes: Sequence[Changes]) -> str:
    """Say how many runs find the second sentence of a pair more positive, and by how much."""
    sign = probe.pairs[number].sign
    values = np.array(
        [sign * value for change in changes if (value := change.values[number]) is not None]
    )
    if not len(values):
        return "No run knows all of these words."
    way, expected = ("higher", "above") if sign > 0 else ("lower", "below")
    agreeing = int((sign * values >= NOTICEABLE).sum())
    unknown = len(changes) - len(values)
    aside = f" {format.plural(unknown, 'run')} left out: unknown words." if unknown else ""
    return (
        f"A reader rates the second {way}. {agreeing} of {format.plural(len(values), 'run')} put "
        f"it {expected} the first; median change of the logit "
        f"{format.signed(float(np.median(values)))}.{aside}"
    )


@st.cache_resource(show_spinner=False, max_entries=1_000)
def _changes(run_id: str, store: str, _classifier: Classifier) -> tuple[Changes, ...]:
    return probes.changes(_classifier)


def _take(sentence: str) -> None:
    st.session_state[keys.TEXT] = sentence
    st.rerun(keys.BENCH)
