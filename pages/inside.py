"""Inside: what happens in there?"""

import streamlit as st

from rnnlab.errors import RnnlabError
from rnnlab.inference.damaged import load_sound
from rnnlab.runs import Run
from ui import live, reviews, roles, starters, text_field, theme, url_text
from ui.inside import cell, choice, dial, keys, memory, order, units
from ui.inside.opened import open_run, told_apart
from ui.reader import snapshot

TABS = ("Dial", "Cell", "Units", "Memory and order")


@st.fragment
def bench(able: tuple[Run, ...]) -> None:
    """Draw the picker, the text, and the views of the networks."""
    left, right = st.columns([2, 3], gap="large")
    with left:
        runs = choice.choose(able)
    with right:
        url_text.adopt(keys.TEXT, sample=choice.SAMPLE)
        text = text_field.text_area(
            "Text", key=keys.TEXT, placeholder="Type or paste a film review.", height=96
        )
        url_text.keep(text, sample=choice.SAMPLE)
    show_views(runs, text)


def show_views(runs: tuple[Run, ...], text: str) -> None:
    """Draw the tabs; say what is missing where they cannot be drawn."""
    datasets = {}
    try:
        for run in runs:
            name = run.config.dataset_id
            dataset = reviews.load(name)
            if dataset is None:
                reviews.wait(name, "Preparing the reviews …")
                return
            datasets[run.id] = dataset
        opened, damaged = load_sound(runs, lambda run: open_run(run, datasets[run.id]))
    except RnnlabError as error:
        theme.error(error)
        return
    theme.left_out(damaged)
    networks = told_apart(list(opened.values()))
    if len({network.classifier.tokenizer for network in networks}) > 1:
        st.info(
            "These networks cut a text differently, so they are not shown side by side: only the "
            "first is.",
            icon=":material/info:",
        )
        networks = networks[:1]
    dial_tab, cell_tab, units_tab, memory_tab = st.tabs(list(TABS), key="view", bind="query-params")
    try:
        has_words = bool(networks[0].classifier.cut(text))
    except RnnlabError as error:
        theme.error(error)
        return
    if not has_words:
        st.info("Type a text above to see it read.", icon=":material/edit:")
    if dial_tab.open:
        with dial_tab:
            dial.show(networks, text, has_words=has_words)
    if cell_tab.open and has_words:
        with cell_tab:
            cell.show(networks, text)
    if units_tab.open:
        with units_tab:
            units.show(networks)
    if memory_tab.open:
        with memory_tab:
            memory.show(networks)
            order.show(networks)


def show_nothing(training: bool) -> None:
    """Say what to do while no recurrent network is trained."""
    nothing = "No recurrent network has been trained yet."
    if training:
        words = (
            "The first networks are still training. They can be opened here as soon as they are "
            "done."
        )
    elif roles.may_change():
        words = f"{nothing} Train one, and look inside it here."
    else:
        words = f"{nothing} The first one can be opened here as soon as it is trained."
    st.info(
        words,
        icon=":material/hourglass_top:" if training else ":material/model_training:",
    )
    if roles.may_change():
        st.page_link("pages/train.py", label="Train a model", icon=":material/model_training:")


lab = snapshot()
live.follow(lab)
able = choice.openable(starters.readable(lab, parameter="run"))
if able:
    bench(able)
else:
    show_nothing(bool(lab.active))
