"""A run as a notebook: its model loaded, asked, drawn and built anew, without rnnlab.

Owns the cells of `notebook.ipynb` (nbformat 4.5). It reads the files that are exported beside it
and needs nothing but Keras; that of the linear baseline needs only numpy. Cells hold no output.
"""

import json
import pprint
from typing import Any

from rnnlab import format
from rnnlab.export import cutting, script
from rnnlab.export.older_keras import OLDEST
from rnnlab.runs import Run
from rnnlab.tokenizers import WORDS

EXAMPLES = {
    "words": (
        "One of the best films I have seen this year: wonderful acting and a great story.",
        "What a waste of time. The plot is boring and the acting is the worst I have seen.",
    ),
    "letters": ("a b c d e", "e d c b a"),
}


def text_of(run: Run, *, letters: bool = False) -> str:
    """Return the notebook of a run as JSON; `letters` where it reads letters and no words."""
    cells = [_markdown(_title(run)), _code(_load(run)), _markdown(_READING), _code(_read(run))]
    examples = EXAMPLES["letters" if letters else "words"]
    cells += [
        _markdown("## Classify\n\nPut texts of your own into the list."),
        _code(_CLASSIFY.format(texts=pprint.pformat(list(examples), width=100))),
        _markdown("## Training\n\nA line for each epoch, and the curves where matplotlib is."),
        _code(_HISTORY),
    ]
    if run.config.architecture.is_network:
        cells += [
            _markdown(
                "## The network\n\nBuilt layer by layer, with the weights of the file. It gives "
                "the same probabilities as `model.keras`."
            ),
            _code(_build(run)),
        ]
    cells += [_markdown(_AGAIN_WORDS), _code(_AGAIN)]
    for number, cell in enumerate(cells, start=1):
        cell["id"] = f"cell-{number}"
    document = {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(document, indent=1, ensure_ascii=True) + "\n"


def _markdown(source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def _code(source: str) -> dict[str, Any]:
    source = source.strip("\n")
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {},
        "outputs": [],
        "source": source,
    }


def _title(run: Run) -> str:
    config = run.config
    name = "".join(char if char.isalnum() else f"&#{ord(char)};" for char in run.name)
    accuracy = run.best_val_accuracy
    result = "" if accuracy is None else f", validation accuracy {format.percent(accuracy)}"
    needs = (
        f"It needs Keras {OLDEST} or later on any backend (`pip install keras jax`)"
        if config.architecture.is_network
        else "It needs numpy (`pip install numpy`)"
    )
    return (
        f"# {name}\n\n{config.architecture.label}, {format.count(run.parameters)} parameters, "
        f"trained with rnnlab (run {run.id}{result}).\n\n{needs} and the files that were exported "
        "with it, in the same folder."
    )


def _load(run: Run) -> str:
    return _LOAD if run.config.architecture.is_network else _LOAD_LINEAR


def _read(run: Run) -> str:
    """Return the cell that turns a text into ids as rnnlab does, from rnnlab's own code."""
    config = run.config
    window = (
        f"VOCAB_SIZE, MAXLEN, TRUNCATING = {config.vocab_size}, {config.maxlen}, "
        f"{config.truncating!r}\n"
    )
    imports = "".join(f"import {name}\n" for name in cutting.IMPORTS)
    source = cutting.source(run.manifest.get("tokenizer", WORDS))
    return f"{imports}\n{window}{source}\n\n{_ENCODE}"


def _build(run: Run) -> str:
    """Return the cell that builds the network as `train.py` does, and compares the two."""
    return f"{script.network(run.config)}\n{_SAME}"


_READING = """## Reading

Words are numbered as in `keras.datasets.imdb`: 0 padding, 1 start, 2 unknown word, then a word's \
rank + 3. The word on line n of `vocabulary.txt` has the id n + 3."""

_LOAD = """
import importlib.util
import os

if "KERAS_BACKEND" not in os.environ:
    installed = [name for name in ("tensorflow", "jax", "torch") if importlib.util.find_spec(name)]
    os.environ["KERAS_BACKEND"] = [*installed, "numpy"][0]

import keras
import numpy as np

model = keras.models.load_model("model.keras")
model.summary()


def probabilities(ids):
    \"\"\"The probability of each row of ids, (n, MAXLEN), that it is positive.\"\"\"
    return model.predict(ids, verbose=0)[:, 0]
"""

_LOAD_LINEAR = """
import numpy as np

weights = dict(np.load("weights.npz"))
for name, array in weights.items():
    print(name, array.shape)


def probabilities(ids):
    \"\"\"The probability of each row of ids, (n, MAXLEN), that it is positive.\"\"\"
    logits = []
    for row in ids:
        counts = np.bincount(row, minlength=len(weights["tfidf/idf"])).astype(float)
        counts[:4] = 0  # padding, start and unknown words do not count
        tfidf = counts * weights["tfidf/idf"]
        tfidf /= np.linalg.norm(tfidf) or 1.0
        logits.append(tfidf @ weights["logreg/coefficients"] + weights["logreg/intercept"].item())
    return 1 / (1 + np.exp(-np.array(logits)))
"""

_ENCODE = '''
with open("vocabulary.txt", encoding="utf-8", newline="\\n") as file:
    words = file.read().split("\\n")[:-1]
index = {word: rank + 3 for rank, word in enumerate(words, start=1)}


def encode(text):
    """A text as a row of ids, int32 (MAXLEN,), padded on the left."""
    ids = [1, *(index.get(word, 2) for word in cut(text))]
    ids = [i if i < VOCAB_SIZE else 2 for i in ids]
    ids = ids[-MAXLEN:] if TRUNCATING == "pre" else ids[:MAXLEN]
    return np.array([0] * (MAXLEN - len(ids)) + ids, dtype="int32")
'''

_CLASSIFY = """
texts = {texts}
inputs = np.stack([encode(text) for text in texts])
for text, probability in zip(texts, probabilities(inputs)):
    label = "positive" if probability > 0.5 else "negative"
    print(f"{{probability:6.1%}} {{label}}: {{text}}")
"""

_HISTORY = """
import csv

with open("history.csv", encoding="utf-8-sig", newline="") as file:
    history = list(csv.DictReader(file))
for row in history:
    print("epoch", row["epoch"], "loss", row["loss"], "val_loss", row["val_loss"])
try:
    from matplotlib import pyplot
except ImportError:
    pass
else:
    for name in ("loss", "val_loss"):
        pyplot.plot([float(row[name] or "nan") for row in history], label=name)
    pyplot.xlabel("epoch")
    pyplot.legend()
    pyplot.show()
"""

_SAME = """
built = build()
built.set_weights(model.get_weights())
difference = abs(built.predict(inputs, verbose=0)[:, 0] - probabilities(inputs)).max()
print(f"largest difference: {difference:.1e}")
assert difference < 1e-6
"""

_AGAIN_WORDS = """## Train it again

`train.py` trains the same model from scratch on the same reviews; its first lines name the \
packages that it needs. Set `TRAIN_AGAIN = True` to run it here."""

_AGAIN = """
import subprocess
import sys

TRAIN_AGAIN = False

if TRAIN_AGAIN:
    subprocess.run([sys.executable, "train.py"], check=True)
"""
