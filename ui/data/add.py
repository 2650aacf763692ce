"""Adding a file as a dataset to train on: its name, its split, and the button."""

from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

import streamlit as st

from rnnlab import tokenizers
from rnnlab.datasets.own.record import SPLIT_KINDS
from rnnlab.lab import Lab
from rnnlab.names import MAX_NAME
from ui import reader, roles, theme
from ui.data import jobs, keys
from ui.data.card import settings
from ui.data.upload import Upload

Card = Mapping[str, Any]
SPLITS = {"random": "Random", "group": "By group", "time": "By time", "column": "As given"}
ABOUT = {
    "random": "A fifth is held out at random, both labels alike. Copies stay on one side.",
    "group": "All reviews with one value of the column are on one side.",
    "time": "The latest fifth is held out.",
    "column": "The column says train, validation or test. No run may choose by the test part.",
}
TOKENIZERS = {
    tokenizers.WORDS: "Words",
    tokenizers.KOREAN: "Korean morphemes",
    "characters-1": "Letters",
    "characters-2": "Two letters each",
    "characters-3": "Three letters each",
}


def show(upload: Upload, card: Card) -> None:
    """Draw the form; after it was sent, its progress, and then the way to train on it."""
    added = st.session_state.get(keys.ADDED)
    if added and added.digest == upload.digest:
        _done(added)
        return
    job = st.session_state.get(keys.ADDING)
    if job is not None:
        _wait(upload, card)
        return
    with st.container(border=True, key="data_add"):
        st.markdown("##### Add it to train on it")
        name = st.text_input(
            "Name",
            value=_suggested(upload.name),
            max_chars=MAX_NAME,
            key=f"data_name_{upload.digest[:12]}",
        )
        kind, column = _split(upload, card)
        korean = find_spec(tokenizers.PACKAGE) is not None
        options = [name for name in TOKENIZERS if korean or name != tokenizers.KOREAN]
        tokenizer = st.selectbox(
            "Tokenizer",
            options,
            index=options.index(card["tokenizer"]),
            format_func=TOKENIZERS.__getitem__,
            key=f"data_tokenizer_{upload.digest[:12]}",
            help="How texts are cut. Letters suit languages without blanks between words."
            + ("" if korean else f" For Korean morphemes, {tokenizers.INSTALL}."),
        )
        if st.button(
            "Add dataset",
            type="primary",
            icon=":material/add:",
            key="data_add_button",
            disabled=not name.strip() or (kind != "random" and column is None),
        ):
            _start(upload, card, name.strip(), kind, column, tokenizer)


def _split(upload: Upload, card: Card) -> tuple[str, str | None]:
    folders = card.get("format", "").startswith("folders") and "part" in card["header"]
    column = keys.choices(upload.digest).get("split_column")
    chosen = _parts_column(card) if column is None else column
    default = "column" if folders or chosen else "random"
    kind = st.segmented_control(
        "Split",
        list(SPLIT_KINDS),
        format_func=SPLITS.__getitem__,
        default=default,
        required=True,
        key=f"data_split_{upload.digest[:12]}_{column}",
    )
    kind = str(kind)
    if kind == "random":
        st.caption(ABOUT[kind])
        return kind, None
    header = [name for name in card["header"] if name.strip()]
    options = list(dict.fromkeys(header))
    index = options.index(chosen) if chosen in options else None
    column = st.selectbox(
        "By which column",
        options,
        index=index,
        placeholder="Choose the column",
        key=f"data_by_{upload.digest[:12]}_{column}",
    )
    st.caption(ABOUT[kind])
    return kind, column


def _parts_column(card: Card) -> str | None:
    """Return the column whose name says that it holds the parts; None where none does."""
    names = [name for name in card["header"] if name.strip().lower() in ("split", "part", "fold")]
    return names[0] if len(names) == 1 else None


def _start(
    upload: Upload, card: Card, name: str, kind: str, column: str | None, tokenizer: str
) -> None:
    flags = [f"--name={name}", f"--split={kind}", f"--tokenizer={tokenizer}"]
    if column is not None:
        flags.append(f"--split-column={column}")
    for field, value in keys.choices(upload.digest).items():
        if field != "split_column":
            flags.append(f"--{field.replace('_', '-')}={value}")
    possible = {finding["key"] for finding in card["findings"] if finding["action"]}
    for finding in sorted(keys.act_on(upload.digest) & possible):
        flags.append(f"--act-on={finding}")

    def begin(_: Lab) -> None:
        st.session_state[keys.ADDING] = jobs.add_file(upload.name, upload.content, flags)

    if roles.attempt(begin):
        st.rerun()


@st.fragment(run_every=1.0)
def _wait(upload: Upload, card: Card) -> None:
    job = st.session_state.get(keys.ADDING)
    if job is None:
        st.rerun()
    if job.running:
        st.caption(":material/hourglass_top: Adding the reviews …")
        return
    if job.error is not None:
        theme.error(job.error)
        if st.button("Back", key="data_add_back"):
            st.session_state.pop(keys.ADDING, None)
            st.rerun()
        return
    chosen = keys.act_on(upload.digest)
    asked = {
        name: value
        for finding in card["findings"]
        if finding["key"] in chosen
        for name, value in settings(finding).items()
    }
    st.session_state.pop(keys.ADDING, None)
    document = job.document
    st.session_state[keys.ADDED] = keys.Added(
        upload.digest, document["id"], document["name"], asked
    )
    reader.get_reader().snapshot(fresh=True)
    st.rerun()


def _done(added: keys.Added) -> None:
    with st.container(border=True, key="data_added"):
        st.markdown(f"##### {theme.markdown(added.name)} is ready")
        st.caption("Each text is kept once. The dataset stays in this lab.")
        with st.container(horizontal=True):
            if st.button(
                "Train on it", type="primary", icon=":material/play_arrow:", key="data_train"
            ):
                query = {"dataset": added.dataset_id}
                query |= {name: str(value) for name, value in added.settings.items()}
                st.switch_page("pages/train.py", query_params=query)
            st.button("Another file", key="data_another", on_click=keys.forget_file)


def _suggested(name: str) -> str:
    """Return the name of a file without its endings, as the name of a dataset."""
    bare = name.rsplit("/", 1)[-1]
    for _ in range(2):
        bare = bare.rsplit(".", 1)[0] or bare
    return bare[:MAX_NAME]
