"""A text as a network reads it, with everything that it computes on the way."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import streamlit as st

from rnnlab import home
from rnnlab.inside.attribution import word_positions
from rnnlab.inside.network import CellTrace, Trace
from rnnlab.text import Reading
from ui.inside import url
from ui.inside.opened import Opened

DIRECTIONS = ("forwards", "backwards")


class Read(NamedTuple):
    """A network, how it reads a text, and what it computes."""

    opened: Opened
    reading: Reading
    trace: Trace

    @property
    def words(self) -> tuple[str, ...]:
        """The words that it reads."""
        return self.reading.tokens[self.reading.first : self.reading.last]

    @property
    def positions(self) -> np.ndarray:
        """Where these words stand among the positions that the network reads."""
        return word_positions(self.reading)

    def place(self, word: int) -> int | None:
        """Return which of the words it reads is the text's word at that place; None if cut off."""
        place = word - self.reading.first
        return place if 0 <= place < len(self.words) else None

    def in_order(self, values: np.ndarray, *, backwards: bool) -> np.ndarray:
        """Return a cell's values (positions, …) at each word that is read, in the text's order."""
        return (values[::-1] if backwards else values)[self.positions]


class Layer(NamedTuple):
    """One cell of a network: its layer, from 0 on, and whether it reads backwards."""

    number: int
    backwards: bool

    @property
    def name(self) -> str:
        """As it is written in the URL: "2", "2-backwards"."""
        return f"{self.number + 1}{'-backwards' if self.backwards else ''}"

    @property
    def label(self) -> str:
        """As people read it."""
        return f"Layer {self.number + 1}, {DIRECTIONS[self.backwards]}"

    def of(self, trace: Trace) -> CellTrace:
        """Return what this cell computed."""
        return trace.layers[self.number].cells[self.backwards]


def read(opened: Opened, content: str) -> Read:
    """Read a text with a network."""
    return _read(opened.run.id, opened.epoch, home.store_url(), content, _opened=opened)


@st.cache_resource(show_spinner=False, max_entries=8)  # of 10 MB each for 256 units and 500 words
def _read(run_id: str, epoch: int | None, store: str, content: str, _opened: Opened) -> Read:
    reading = _opened.classifier.read(content)
    network = _opened.network
    return Read(_opened, reading, network.run(network.project(reading.ids[None])))


def units(opened: Opened) -> int:
    """Return how many units each of a network's cells has."""
    return len(opened.network.layers[0][0].recurrent)


def layers(opened: Opened) -> tuple[Layer, ...]:
    """Return the cells of a network, the first layer's first."""
    return tuple(
        Layer(index, bool(backwards))
        for index, cells in enumerate(opened.network.layers)
        for backwards in range(len(cells))
    )


def top(opened: Opened) -> Layer:
    """Return the last layer, read forwards."""
    return Layer(len(opened.network.layers) - 1, False)


def pick_unit(networks: Sequence[Opened]) -> int:
    """Draw a picker; return the unit, from 0, which the smaller network may lack."""
    names = [str(number + 1) for number in range(max(map(units, networks)))]
    key, write = url.widget("unit", names, "1")
    return int(st.selectbox("Unit", names, key=key, on_change=write, width=110)) - 1


def pick_layer(networks: Sequence[Opened]) -> dict[str, Layer]:
    """Draw a picker where a network has several cells; return each network's cell by run id.

    A network that lacks the picked one shows its last layer.
    """
    by_name = {layer.name: layer for opened in networks for layer in layers(opened)}
    if len(by_name) == 1:
        return {opened.run.id: top(opened) for opened in networks}
    names = sorted(by_name)
    default = max((top(opened) for opened in networks), key=lambda layer: layer.number).name
    key, write = url.widget("layer", names, default)
    name = st.selectbox(
        "Layer", names, format_func=lambda name: by_name[name].label, key=key, on_change=write
    )
    return {
        opened.run.id: by_name[name] if by_name[name] in layers(opened) else top(opened)
        for opened in networks
    }
