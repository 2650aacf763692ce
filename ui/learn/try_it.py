"""Where in the lab a viewer goes on with what a card has shown."""

from typing import NamedTuple

import streamlit as st


class Link(NamedTuple):
    """A page of the lab, what a viewer can do there, and the parameters of its URL."""

    page: str
    label: str
    parameters: dict[str, str]


OVERFITTING = {"arch": "lstm", "vocab_size": "5000", "learning_rate": "0.001", "patience": "10"}
ROWS = {
    "arch": "lstm",
    "dataset": "which-first",
    "maxlen": "21",
    "vocab_size": "30",
    "learning_rate": "0.01",
    "epochs": "5",
}
LINKS: dict[str, Link] = {
    "order": Link("inside", "Measure what order is worth", {"view": "Memory and order"}),
    "memory": Link("train", "Train on such rows yourself", ROWS),
    "step": Link("inside", "Step through a network of yours", {"view": "Cell"}),
    "weights": Link("train", "Build a GRU of another size", {"arch": "gru"}),
    "outputs": Link("train", "Stack two LSTM layers", {"arch": "lstm", "layers": "2"}),
    "padding": Link("train", "See more reviews cut and padded", {"arch": "lstm"}),
    "embedding": Link("train", "Try other sizes in the form", {"arch": "onehot-rnn"}),
    "stopping": Link("train", "Train with more patience", OVERFITTING),
    "lstm": Link("inside", "Watch the gates of a network of yours", {"view": "Cell"}),
    "dropout": Link("train", "Train with dropout", {**OVERFITTING, "dropout": "0.5"}),
    "gru": Link("compare", "Compare your own GRU and LSTM", {}),
    "seeds": Link("train", "Train several seeds", {"arch": "embedding-rnn"}),
}


def show(key: str) -> None:
    """Draw the link of a card."""
    link = LINKS[key]
    st.page_link(
        f"pages/{link.page}.py",
        label=link.label,
        icon=":material/science:",
        query_params=link.parameters,
    )
