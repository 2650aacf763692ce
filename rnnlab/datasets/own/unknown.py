"""How much of unseen reviews a vocabulary leaves unknown, by tokenizer."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from rnnlab import format
from rnnlab.datasets.split import Split
from rnnlab.text import INDEX_FROM
from rnnlab.tokenizers import WORDS, cutter, label

SIZES = (500, 5_000)  # of the tutorial's vocabulary, and of a large one


def unknown_shares(texts: Sequence[str], split: Split, tokenizer: str) -> dict[str, list[float]]:
    """Return the unknown share of the validation reviews for each of `SIZES`, by tokenizer.

    The words are counted in the reviews that train. For words, and for the tokenizer beside them.
    """
    return {name: _shares(texts, split, name) for name in dict.fromkeys((WORDS, tokenizer))}


def sentence(shares: dict[str, list[float]]) -> str:
    """Say what the tokenizers leave unknown."""
    parts = []
    for place, size in enumerate(SIZES):
        compared = ", ".join(
            f"{label(name)} {format.percent(values[place])}" for name, values in shares.items()
        )
        parts.append(f"with a vocabulary of {size:,}: {compared}")
    return f"Unknown in held-out reviews {'; '.join(parts)}."


def _shares(texts: Sequence[str], split: Split, tokenizer: str) -> list[float]:
    cut = cutter(tokenizer)
    counts: Counter[str] = Counter()
    for row in split.train.tolist():
        counts.update(cut(texts[row]))
    ranks = {word: rank for rank, (word, _) in enumerate(counts.most_common(), start=1)}
    rest = len(ranks) + max(SIZES)
    read = [ranks.get(word, rest) for row in split.validation.tolist() for word in cut(texts[row])]
    found = np.array(read, np.int64)
    return [float(np.mean(found + INDEX_FROM >= size)) if len(found) else 0.0 for size in SIZES]
