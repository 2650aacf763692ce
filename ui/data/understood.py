"""How a file was read: its columns, labels and encoding to confirm, and some of its rows."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from rnnlab.datasets.reading.encodings import CANDIDATES
from ui import theme
from ui.data import keys

Card = Mapping[str, Any]
NONE = "none"
TEXT = 150  # characters of a text in the table


def choose(digest: str, card: Card) -> None:
    """Draw what may be said of the file; a change has it read again.

    Each choice shows what was detected until another is made.
    """
    header = card.get("header", [])
    with st.container(horizontal=True, vertical_alignment="bottom", key="data_choices_row"):
        if header:
            _column("Reviews", "text_column", digest, header, card.get("text_column"))
            _column("Labels", "label_column", digest, header, card.get("label_column"))
        labels = card.get("labels", [])
        if labels:
            _positive(digest, labels)
        if header:
            _split_column(digest, header)
        _encoding(digest, card)


def encodings(digest: str, offers: Sequence[Mapping[str, Any]]) -> None:
    """Draw the encodings that can read a file, each with rows as they would then read."""
    if not offers:
        return
    st.markdown("**Which encoding makes these rows readable?**")
    for offer in offers:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            rows = "<br>".join(theme.text(sample) for sample in offer["samples"])
            st.html(
                f'<div class="data-offer"><b>{theme.text(offer["encoding"])}</b> '
                f'<span class="lab-muted">{theme.text(offer["language"])}</span><p>{rows}</p></div>'
            )
            st.button(
                "Use this encoding",
                key=f"data_encoding_{offer['encoding']}",
                on_click=_choose,
                args=(digest, "encoding", offer["encoding"]),
            )


def preview(card: Card) -> None:
    """Draw some rows as they were understood."""
    body = "".join(row_html(row) for row in card["preview"])
    st.html(
        '<div class="data-rows" tabindex="0"><table class="lab-table"><thead><tr><th>Label</th>'
        f"<th>Review</th><th>Line</th></tr></thead><tbody>{body}</tbody></table></div>"
    )


def row_html(row: Mapping[str, Any], *, note: bool = False) -> str:
    """Return a review as a row of a table: its label, its text, where it stands."""
    name = "positive" if row["label"] else "negative"
    place = row.get("line") or row.get("row")
    text = row["text"][:TEXT] + ("…" if len(row["text"]) > TEXT else "")
    said = f'<small class="lab-muted">{theme.text(row["note"])}</small>' if note else ""
    return (
        f'<tr><td><span class="data-label {name}">{name}</span>{said}</td>'
        f"<td>{theme.text(text)}</td><td>{place:,}</td></tr>"
    )


def _choose(digest: str, field: str, value: str | None) -> None:
    chosen = keys.choices(digest)
    if value is None:
        chosen.pop(field, None)
    else:
        chosen[field] = value
    st.session_state.pop(keys.ADDED, None)


def _adopt(digest: str, field: str, key: str) -> None:
    _choose(digest, field, st.session_state[key])


def _names(header: Sequence[str]) -> dict[str, str]:
    """Return what a column is called in a choice: its name, or its number where that is no name."""
    counts: dict[str, int] = {}
    for name in header:
        counts[name.strip().lower()] = counts.get(name.strip().lower(), 0) + 1
    names = {}
    for number, name in enumerate(header, start=1):
        plain = name.strip()
        if plain and counts[plain.lower()] == 1:
            names[name] = plain
        else:
            names[str(number)] = f"{plain or 'column'} ({number})"
    return names


def _column(
    label: str, field: str, digest: str, header: Sequence[str], detected: str | None
) -> None:
    names = _names(header)
    current = keys.choices(digest).get(field, detected)
    options = list(names)
    key = f"data_{field}_{digest[:12]}"
    st.selectbox(
        label,
        options,
        index=options.index(current) if current in options else None,
        format_func=names.__getitem__,
        placeholder="Choose a column",
        key=key,
        on_change=_adopt,
        args=(digest, field, key),
    )


def _positive(digest: str, labels: Mapping[str, int | None] | Sequence[str]) -> None:
    values = list(labels)
    meanings = dict(labels) if isinstance(labels, Mapping) else {}
    positives = [value for value, meaning in meanings.items() if meaning == 1]
    current = keys.choices(digest).get("positive")
    if len(values) > 2 and current is None and positives:
        return  # a scale, or several spellings: what they mean is said
    if current is None and len(positives) == 1:
        current = positives[0]
    key = f"data_positive_{digest[:12]}"
    st.selectbox(
        "Positive label",
        values,
        index=values.index(current) if current in values else None,
        placeholder="Choose the positive one",
        key=key,
        on_change=_adopt,
        args=(digest, "positive", key),
    )


def _split_column(digest: str, header: Sequence[str]) -> None:
    names = {NONE: "none", **_names(header)}
    current = keys.choices(digest).get("split_column", NONE)
    key = f"data_split_column_{digest[:12]}"

    def adopt() -> None:
        chosen = st.session_state[key]
        _choose(digest, "split_column", None if chosen == NONE else chosen)

    st.selectbox(
        "Split column",
        list(names),
        index=list(names).index(current) if current in names else 0,
        format_func=names.__getitem__,
        key=key,
        on_change=adopt,
        help="A column that says train, validation or test, or what belongs together: the film, "
        "the author, the date.",
    )


def _encoding(digest: str, card: Card) -> None:
    detected = card.get("encoding")
    current = keys.choices(digest).get("encoding", detected)
    if card.get("format") == "Parquet" or (detected or "").startswith(("utf-16", "utf-32")):
        return
    options = list(dict.fromkeys(name for name in (current, "utf-8", *CANDIDATES) if name))
    key = f"data_encoding_{digest[:12]}"
    st.selectbox(
        "Encoding",
        options,
        index=options.index(current) if current in options else None,
        placeholder="Choose one",
        key=key,
        on_change=_adopt,
        args=(digest, "encoding", key),
    )
