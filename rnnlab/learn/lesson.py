"""The cards of the lesson, in the tutorial's order: what each explains, and its formula.

Owns their words. What each asks, and what is right, follows from data: see `questions`.
"""

from typing import NamedTuple


class Formula(NamedTuple):
    """A formula in LaTeX, and where it comes from."""

    latex: str
    source: str


class Card(NamedTuple):
    """One idea: `key` stands in the URL, `short` in the list of cards; `idea` is Markdown."""

    key: str
    short: str
    title: str
    idea: str
    formula: Formula


CARDS: tuple[Card, ...] = (
    Card(
        "order",
        "Order",
        "Words come in an order",
        "A review is a **sequence**: one word after another. *The film was good, not bad* and "
        "*the film was bad, not good* have the same words, and mean opposite things.\n\n"
        "Each word becomes a short list of numbers, its **word vector**. The lab’s "
        "**feed-forward** network takes the **average** of all word vectors and looks at nothing "
        "else. A **recurrent** network reads the words one by one, and each word meets what was "
        "read before it.",
        Formula(
            r"p=\sigma\Big(w\cdot\frac1T\sum_{t=1}^{T}x_t+b\Big)",
            "Keras, global_average_pooling1d.py; T: words, σ: turns any number into a probability",
        ),
    ),
    Card(
        "memory",
        "Memory",
        "Where order decides everything",
        "The lab can draw rows of letters. Each row has one **a** and one **b** among random other "
        "letters, and the answer is *positive* if the **a** comes first.\n\n"
        "A feed-forward network sees the same letters either way. A recurrent network has a "
        "**memory**: its state $h$ goes from word to word, so it can note which of the two came "
        "first, and keep that note to the end of the row.",
        Formula(
            r"h_t=f(x_t,\,h_{t-1})\qquad p=\sigma\left(w\cdot h_T+b\right)",
            "A recurrent network; Keras, rnn.py: the state goes from step to step",
        ),
    ),
    Card(
        "step",
        "Step",
        "One cell, used again at every word",
        "A **time step** is one word. At each step the **cell** takes two things: the word’s "
        "vector $x_t$, and its own **hidden state** $h_{t-1}$, a short list of numbers that says "
        "what it remembers.\n\n"
        "It multiplies both by its **weights** $W$ and $U$, numbers that training has set, and "
        "adds them up with a **bias** $b$. **tanh** squeezes every sum into the range from −1 to "
        "1. The result is the new hidden state, and the next word comes.",
        Formula(
            r"h_t=\tanh\left(x_t\,W+h_{t-1}\,U+b\right)",
            "Elman (1990), Finding structure in time; Keras, simple_rnn.py",
        ),
    ),
    Card(
        "weights",
        "Weights",
        "What is a unit, and what does it cost?",
        "A **unit** is one number of the hidden state. Eight units: eight numbers of memory.\n\n"
        "To compute its new value, a unit needs a weight for each number of the word vector, a "
        "weight for each number of the old state, and a bias. A GRU does this **three times**: "
        "for its update gate, its reset gate, and the candidate for the new state. Keras gives "
        "each of them **two** biases per unit: one beside the word, one beside the state.",
        Formula(
            r"\underbrace{3}_{\text{blocks}}\cdot\big(\underbrace{d\,n}_{\text{word}}"
            r"+\underbrace{n\,n}_{\text{state}}+\underbrace{2\,n}_{\text{biases}}\big)",
            "Keras, gru.py (reset_after=True); d: size of a word vector, n: units",
        ),
    ),
    Card(
        "outputs",
        "Outputs",
        "The last state, or all of them",
        "After every word the layer has a new hidden state. Usually it hands on only the **last** "
        "one: a summary of the whole text, from which the answer is computed.\n\n"
        "Recurrent layers can be **stacked**. The upper one reads a sequence too, just like the "
        "lower one, so the lower one has to hand on its state after **every** word. In Keras that "
        "is `return_sequences=True`.",
        Formula(
            r"\underbrace{h_T}_{n\ \text{numbers}}\qquad\text{or}\qquad"
            r"\underbrace{h_1,\,h_2,\,\dots,\,h_T}_{T\cdot n\ \text{numbers}}",
            "Keras, rnn.py: return_sequences; T: words, n: units",
        ),
    ),
    Card(
        "padding",
        "Padding",
        "All reviews get the same length",
        "A network is trained on reviews in **batches**, and all reviews of a batch need the same "
        "length, **maxlen**. Shorter reviews are filled up with zeros in front: **padding**. "
        'Longer ones are cut: **truncation**. With `truncating="pre"` the cut is at the start, '
        'with `"post"` at the end.\n\n'
        "The vocabulary is limited too. Every rarer word is read as one and the same word: "
        "*unknown*.",
        Formula(
            r"\underbrace{0\;\;0\;\;\dots\;\;0}_{\text{padding}}\;\;\underbrace{w_1\;\;w_2\;\;"
            r"\dots\;\;w_T}_{\text{words}}\quad=\quad\text{maxlen numbers}",
            "Keras, sequence_utils.py: pad_sequences",
        ),
    ),
    Card(
        "embedding",
        "Vectors",
        "From a word to numbers",
        "**One-hot**: each word is a list as long as the vocabulary, all zeros but a single 1. "
        "That is 8 bytes for each number, and *great* is as far from *superb* as from *awful*."
        "\n\n"
        "**Embedding**: each word is just its number in the vocabulary, and that number picks a "
        "row from a table. The row is a short list of numbers, the **word vector**. The table is "
        "learned, like all other weights.",
        Formula(
            r"x_t=E_{w_t}\qquad E\in\mathbb{R}^{V\times d}",
            "Keras, embedding.py; V: words in the vocabulary, d: size of a word vector",
        ),
    ),
    Card(
        "stopping",
        "Stopping",
        "When to stop, and what to keep",
        "After every **epoch**, one pass through the training reviews, the lab measures the "
        "**loss**, how wrong the answers are, on **validation reviews**, which the network never "
        "trains on. If it falls there, what was learned holds for other reviews too.\n\n"
        "The **checkpoint** keeps the weights of the best epoch so far. **Early stopping** ends "
        "training once the validation loss has not beaten its lowest value for **patience** "
        "epochs in a row.",
        Formula(
            r"e_{\text{stop}}=e^*+\text{patience}\qquad "
            r"e^*=\operatorname*{arg\,min}_{e}\,L_e",
            "Keras, early_stopping.py; L: validation loss of an epoch e",
        ),
    ),
    Card(
        "lstm",
        "LSTM",
        "A memory with three gates",
        "An LSTM carries a second memory, the **cell state** $c$. **Gates** are numbers between 0 "
        "(shut) and 1 (open), and each unit has three of them.\n\n"
        "The **forget gate** $f$ says how much of the old cell state stays: its name is "
        "misleading, 1 means *keep*. The **input gate** $i$ says how much of the new content "
        "$g$ comes in. The **output gate** $o$ says how much shows as hidden state $h$.",
        Formula(
            r"c_t=f_t\odot c_{t-1}+i_t\odot g_t\qquad h_t=o_t\odot\tanh(c_t)",
            "Hochreiter and Schmidhuber (1997); forget gate: Gers et al. (2000); Keras, lstm.py",
        ),
    ),
    Card(
        "dropout",
        "Dropout",
        "Learning by heart",
        "A large network can memorize its training reviews. Its **training loss** goes on "
        "falling, but what it learns no longer holds for other reviews: **overfitting**.\n\n"
        "**Dropout** hides a random share $p$ of the inputs at each training step, so that the "
        "network cannot rely on any single detail. Once trained, it sees everything again.",
        Formula(
            r"\tilde x=\frac{m\odot x}{1-p}\qquad m_j\in\{0,1\},\;\; P(m_j=0)=p",
            "Srivastava et al. (2014), Dropout; Keras, dropout_rnn_cell.py",
        ),
    ),
    Card(
        "gru",
        "GRU",
        "The same idea with fewer parts",
        "A GRU has no separate cell state and only two gates. The **update gate** $z$ mixes: the "
        "share $z$ of the old state stays, and the rest is replaced by the candidate $g$. The "
        "**reset gate** $r$ says how much of the old state the candidate may look at.\n\n"
        "That makes three blocks of weights instead of four: with equally many units, the cell is "
        "smaller than an LSTM’s. Chung et al. (2014) compared both and saw no clear difference.",
        Formula(
            r"h_t=z_t\odot h_{t-1}+(1-z_t)\odot g_t",
            "Cho et al. (2014); Keras, gru.py",
        ),
    ),
    Card(
        "seeds",
        "Seeds",
        "One run tells little",
        "Training starts from random weights and shuffles the reviews at random. The **seed** "
        "decides how the dice fall. Everything else can be equal: data, settings, network.\n\n"
        "How much the result depends on the seed can only be seen by training **several** of them. "
        "That is why the lab compares groups of runs, not single runs.",
        Formula(
            r"s=\sqrt{\frac1{n-1}\sum_{i=1}^{n}\left(a_i-\bar a\right)^2}",
            "Standard deviation of n accuracies a: their typical distance from the mean",
        ),
    ),
)

KEYS = tuple(card.key for card in CARDS)
