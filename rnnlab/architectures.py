"""The lab's architectures: recurrent networks, and two baselines to measure them against.

Owns their names, colours and usual settings. How each is built is in `rnnlab.models`, or in
`rnnlab.training.linear` where no keras is needed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class Architecture:
    """One architecture: how it is named, drawn and built, and its usual settings.

    `kind` says how it reads: word by word with a state ("recurrent"), as the average of its word
    vectors ("average"), or as a weighted count of its words, without keras ("linear"). `cell`
    names the recurrent layer ("simple_rnn", "lstm", "gru"), if it has one; `embeds` says whether
    word vectors are learned, by an Embedding layer. `preset` holds the fields in which its recipe
    differs from `RunConfig`'s defaults. Fields in `unused` are ignored and None in its
    configs.
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
    def is_network(self) -> bool:
        """Whether Keras trains it in epochs; scikit-learn fits the others in one go."""
        return self.kind != "linear"

    @property
    def deterministic(self) -> bool:
        """Whether nothing is drawn at random, so that equal settings give equal results."""
        return "seed" in self.unused


_OF_RECURRENT_LAYERS = frozenset(
    {"units", "layers", "bidirectional", "dropout", "forget_bias", "recurrent_initializer"}
)

ARCHITECTURES: dict[str, Architecture] = {
    arch.name: arch
    for arch in (
        Architecture(
            name="onehot-rnn",
            label="One-hot RNN",
            color="#D55E00",
            about="One input per known word, read in order by a simple recurrent layer.",
            kind="recurrent",
            cell="simple_rnn",
            embeds=False,
            preset={"vocab_size": 300},
            unused=frozenset({"embedding_dim", "forget_bias"}),
        ),
        Architecture(
            name="embedding-rnn",
            label="Embedding RNN",
            color="#E69F00",
            about="Learned word vectors, read in order by a simple recurrent layer.",
            kind="recurrent",
            cell="simple_rnn",
            preset={"vocab_size": 300},
            unused=frozenset({"forget_bias"}),
        ),
        Architecture(
            name="lstm",
            label="LSTM",
            color="#0072B2",
            about="Three gates decide what to keep, forget and output at each word.",
            kind="recurrent",
            cell="lstm",
            preset={"vocab_size": 500, "dropout": 0.3},
        ),
        Architecture(
            name="gru",
            label="GRU",
            color="#009E73",
            about="Like an LSTM with two gates instead of three, so fewer parameters.",
            kind="recurrent",
            cell="gru",
            preset={"vocab_size": 500},
        ),
        Architecture(
            name="feedforward",
            label="Feedforward",
            color="#CC79A7",
            about="Averages the word vectors: no memory, blind to word order.",
            kind="average",
            preset={"vocab_size": 500},
            unused=_OF_RECURRENT_LAYERS,
        ),
        Architecture(
            name="tfidf-logreg",
            label="TF-IDF + logistic regression",
            color="#666666",
            about="Weighted word counts, rare words count more: no network, fitted in one go.",
            kind="linear",
            embeds=False,
            preset={"vocab_size": 20_000, "maxlen": 1_000},
            unused=_OF_RECURRENT_LAYERS
            | {
                "learning_rate",
                "embedding_dim",
                "batch_size",
                "epochs",
                "patience",
                "optimizer",
                "seed",
                "backend",
            },
        ),
    )
}
