"""A unit's passport: the words and contexts that move it most, and what its state depends on."""

from collections.abc import Sequence

import streamlit as st

from rnnlab import format
from rnnlab.inside.passport import Context, Passport, WordMove
from rnnlab.text import INDEX_FROM, Vocabulary
from ui import theme
from ui.inside import opened as opened_networks
from ui.inside.opened import Opened
from ui.inside.read import Layer, pick_layer, pick_unit

NAMED = 3  # words in a sentence
STILL = 0.01  # a state that varies less is the same at every word


def show(networks: Sequence[Opened]) -> None:
    """Draw the picked unit's passport for each network."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        layers = pick_layer(networks)
        unit = pick_unit(networks)
    picked = [_known(opened, layers[opened.run.id], unit) for opened in networks]
    longest = max(
        (abs(word.move) for known in picked if known for word in known.raise_it + known.lower_it),
        default=1.0,
    )
    columns = st.columns(len(networks), gap="large")
    for column, opened, known in zip(columns, networks, picked, strict=True):
        with column:
            _passport(opened, unit, known, longest)
    st.caption(
        f"Over {opened_networks.reviews_read(networks)}. A move is the unit’s state after the word "
        "less that before; words that occur fewer than 20 times are left out. Saturated: the "
        "unit’s tanh is beyond ±0.9, where it passes on less than a fifth of a change."
    )


def finding(unit: int, known: Passport, vocabulary: Vocabulary) -> str:
    """Say which words move a unit, and what it does to the answer."""
    if known.spread < STILL:
        return f"Unit {unit + 1} hardly moves: its state varies by {known.spread:.3f}."
    sides = [
        f"{verb} at {_named(words, vocabulary)}"
        for verb, words in (("rises", known.raise_it), ("falls", known.lower_it))
        if words
    ]
    said = f"Unit {unit + 1} {format.listing(sides)}." if sides else f"Unit {unit + 1}."
    if known.weight is None:
        return said
    direction = "positive" if known.weight > 0 else "negative"
    return f"{said} The higher its state, the more {direction} the answer."


def _known(opened: Opened, layer: Layer, unit: int) -> Passport | None:
    passports = opened_networks.passports(opened, layer.number, backwards=layer.backwards)
    return passports[unit] if unit < len(passports) else None


def _passport(opened: Opened, unit: int, known: Passport | None, longest: float) -> None:
    name = opened.run.name
    if known is None:
        st.info(f"{theme.markdown(name)} has no unit {unit + 1}.", icon=":material/block:")
        return
    vocabulary = opened.classifier.vocabulary
    st.html(
        f'<p class="inside-finding"><b>{theme.text(name)}</b><br>'
        f"{theme.text(finding(unit, known, vocabulary))}</p>"
    )
    figures = [
        ("standard deviation", f"{known.spread:.2f}"),
        ("correlation with position", format.signed(known.position)),
        ("saturated", format.whole_percent(known.saturated)),
    ]
    if known.weight is not None:
        figures.insert(0, ("weight in the read-out", format.signed(known.weight)))
    st.html(theme.figures(figures))
    st.html(
        '<div class="inside-moves">'
        + _words("Words that raise it", known.raise_it, opened, longest)
        + _words("Words that lower it", known.lower_it, opened, longest)
        + "</div>"
    )
    st.html(
        _contexts("Largest rises", known.rises, vocabulary)
        + _contexts("Largest falls", known.falls, vocabulary)
    )


def _words(title: str, moves: Sequence[WordMove], opened: Opened, longest: float) -> str:
    """Return words with their average move as bars; one of `longest` takes the whole width."""
    rows = "".join(
        f"<tr><th scope='row'>{theme.text(_word(word.word, opened.classifier.vocabulary))}</th>"
        f'<td><i style="--tint:{opened.color};width:{100 * abs(word.move) / longest:.0f}%"></i>'
        f"</td><td>{format.signed(word.move)}</td><td>{format.count(word.times)} ×</td></tr>"
        for word in moves
    )
    return f"<table class='inside-bars'><caption>{title}</caption><tbody>{rows}</tbody></table>"


def _contexts(title: str, contexts: Sequence[Context], vocabulary: Vocabulary) -> str:
    items = []
    for context in contexts:
        *before, word = (theme.text(_word(each, vocabulary)) for each in context.words)
        items.append(f"<li>{' '.join(before)} <b>{word}</b> {format.signed(context.move)}</li>")
    return f"<div class='inside-contexts'><h4>{title}</h4><ul>{''.join(items)}</ul></div>"


def _named(words: Sequence[WordMove], vocabulary: Vocabulary) -> str:
    return format.listing([f"“{_word(word.word, vocabulary)}”" for word in words[:NAMED]])


def _word(word: int, vocabulary: Vocabulary) -> str:
    rank = word - INDEX_FROM
    return vocabulary.words[rank - 1] if 0 < rank <= len(vocabulary.words) else "[unknown]"
