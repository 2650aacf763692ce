"""The entries of the lab: recurrent networks, and the two baselines that say what they are worth.

Owns their names, colours and usual settings. How each is built stands in `rnnlab.models`, or in
`rnnlab.training.linear` where no keras is needed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class Architecture:
    """One entry of the lab: how it is named, drawn and built, and its usual settings.

    `kind` says how it reads: word by word with a state ("recurrent"), as the average of its word
    vectors ("average"), or as a weighted count of its words, without keras ("linear"). `cell`
    names the recurrent layer ("simple_rnn", "lstm", "gru"), if it has one; `embeds` says whether
    word vectors are learned, by an Embedding layer. `preset` holds the fields in which its recipe
    differs from `RunConfig`'s defaults. Fields in `unused` have no meaning here and are None in
    its configs.
    """

    name: str
    label: str
    color: str  # safe for colour-blind eyes, after Okabe and Ito (2008)
    about: str
    kind: Literal["recurrent", "average", "linear"]
    preset: Mapping[str, Any]
    cell: str | None = None
    embeds: bool = True
    unused: frozenset[str] = frozenset()

    @property
    def deterministic(self) -> bool:
        """Whether nothing is drawn at random, so that equal settings give the equal result."""
        return "seed" in self.unused


ARCHITECTURES: dict[str, Architecture] = {
    arch.name: arch
    for arch in (
        Architecture(
            name="onehot-rnn",
            label="One-hot RNN",
            color="#D55E00",
            about="Each word is a switch of its own; a simple loop reads them in order.",
            kind="recurrent",
            cell="simple_rnn",
            embeds=False,
            preset={"vocab_size": 300},
            unused=frozenset({"embedding_dim"}),
        ),
        Architecture(
            name="embedding-rnn",
            label="Embedding RNN",
            color="#E69F00",
            about="Words become learned vectors; a simple loop reads them in order.",
            kind="recurrent",
            cell="simple_rnn",
            preset={"vocab_size": 300},
        ),
        Architecture(
            name="lstm",
            label="LSTM",
            color="#0072B2",
            about="Gates decide what to keep, forget and show at each word.",
            kind="recurrent",
            cell="lstm",
            preset={"vocab_size": 500, "dropout": 0.3},
        ),
        Architecture(
            name="gru",
            label="GRU",
            color="#009E73",
            about="Two gates instead of the LSTM's three: fewer parameters, same idea.",
            kind="recurrent",
            cell="gru",
            preset={"vocab_size": 500},
        ),
        Architecture(
            name="feedforward",
            label="Feedforward",
            color="#CC79A7",
            about="Averages the word vectors: a network without memory, blind to word order.",
            kind="average",
            preset={"vocab_size": 500},
            unused=frozenset({"units", "layers", "bidirectional", "dropout"}),
        ),
        Architecture(
            name="tfidf-logreg",
            label="TF-IDF + logistic regression",
            color="#666666",
            about="Counts words, the rare ones more: no network, fitted in one go.",
            kind="linear",
            embeds=False,
            preset={"vocab_size": 20_000, "maxlen": 1_000},
            unused=frozenset(
                {
                    "learning_rate",
                    "embedding_dim",
                    "units",
                    "layers",
                    "bidirectional",
                    "dropout",
                    "batch_size",
                    "epochs",
                    "patience",
                    "optimizer",
                    "seed",
                    "backend",
                }
            ),
        ),
    )
}
