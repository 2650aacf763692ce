"""The equations of the recurrent cells as LaTeX, with a network's own shapes, and their sources."""

from typing import NamedTuple


class Formula(NamedTuple):
    """A cell's equations, the shapes of what is in them, and where they come from."""

    equations: str
    shapes: str
    source: str


_EQUATIONS = {
    "simple_rnn": r"h_t = \tanh(x_t W + h_{t-1} U + b)",
    "lstm": r"""\begin{aligned}
i_t &= \sigma(x_t W_i + h_{t-1} U_i + b_i) & \text{input gate}\\
f_t &= \sigma(x_t W_f + h_{t-1} U_f + b_f) & \text{forget gate}\\
g_t &= \tanh(x_t W_g + h_{t-1} U_g + b_g) & \text{candidate}\\
o_t &= \sigma(x_t W_o + h_{t-1} U_o + b_o) & \text{output gate}\\
c_t &= f_t \odot c_{t-1} + i_t \odot g_t & \text{cell state}\\
h_t &= o_t \odot \tanh(c_t) & \text{hidden state}
\end{aligned}""",
    "gru": r"""\begin{aligned}
z_t &= \sigma(x_t W_z + b_z + h_{t-1} U_z + b'_z) & \text{update gate}\\
r_t &= \sigma(x_t W_r + b_r + h_{t-1} U_r + b'_r) & \text{reset gate}\\
g_t &= \tanh(x_t W_g + b_g + r_t \odot (h_{t-1} U_g + b'_g)) & \text{candidate}\\
h_t &= z_t \odot h_{t-1} + (1 - z_t) \odot g_t & \text{hidden state}
\end{aligned}""",
}
_SOURCES = {
    "simple_rnn": "Elman (1990), “Finding structure in time”, as Keras computes it in "
    "`keras/src/layers/rnn/simple_rnn.py`.",
    "lstm": "Hochreiter and Schmidhuber (1997), “Long short-term memory”, with the forget gate of "
    "Gers, Schmidhuber and Cummins (2000), as Keras computes it in "
    "`keras/src/layers/rnn/lstm.py`.",
    "gru": "Cho et al. (2014), “Learning phrase representations using RNN encoder–decoder”, as "
    "Keras computes it in `keras/src/layers/rnn/gru.py` with `reset_after=True`.",
}
_SETS = {"simple_rnn": "", "lstm": "_\\ast", "gru": "_\\ast"}


def formula(name: str, *, inputs: int, units: int, one_hot: bool) -> Formula:
    """Return the equations of a cell ("simple_rnn", "lstm", "gru") with these sizes.

    `inputs` is the length of what it reads at a word; `one_hot` if that is a word's number as
    zeros and a single one.
    """
    star = _SETS[name]
    word = rf"x_t \in \mathbb{{R}}^{{{inputs}}}"
    if one_hot:
        word = rf"x_t \in \{{0, 1\}}^{{{inputs}}}\text{{ (one-hot)}}"
    biases = rf"b{star}, b'{star}" if name == "gru" else rf"b{star}"
    states = "h_t, c_t" if name == "lstm" else "h_t"
    shapes = (
        rf"{word},\quad {states} \in \mathbb{{R}}^{{{units}}},\quad "
        rf"W{star} \in \mathbb{{R}}^{{{inputs} \times {units}}},\quad "
        rf"U{star} \in \mathbb{{R}}^{{{units} \times {units}}},\quad "
        rf"{biases} \in \mathbb{{R}}^{{{units}}}"
    )
    return Formula(_EQUATIONS[name], shapes, _SOURCES[name])
