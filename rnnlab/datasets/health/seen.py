"""Reviews that networks of the lab were trained on or selected by."""

from collections.abc import Sequence

import numpy as np

from rnnlab.datasets import overlap
from rnnlab.datasets.encoded import Dataset
from rnnlab.datasets.health.checked import Checked
from rnnlab.datasets.health.finding import Finding, shown
from rnnlab.text import INDEX_FROM, fold
from rnnlab.tokenizers import WORDS


def findings(checked: Checked, seen: Sequence[tuple[str, Dataset, np.ndarray]]) -> list[Finding]:
    """Return what is to be said of each dataset: its name, itself, its rows that were seen.

    Reviews are the same where their words are, as `datasets.overlap` has it.
    """
    return [_finding(checked, name, dataset, rows) for name, dataset, rows in seen]


def _finding(checked: Checked, name: str, dataset: Dataset, rows: np.ndarray) -> Finding:
    same = matches(checked, dataset, rows)
    if not len(same):
        title = f"None of the reviews was used to train models on {name}."
        return Finding(f"seen:{dataset.name}", "fine", title, "", 0)
    one = len(same) == 1
    verb = "is a training or validation review" if one else "are training or validation reviews"
    return Finding(
        f"seen:{dataset.name}",
        "problem" if len(same) >= 0.01 * checked.count else "warning",
        f"{len(same):,} of {checked.count:,} {verb} of {name}.",
        f"Models trained on {name} have seen them, so results on them are optimistic. They are "
        "left out when such models are evaluated on this file.",
        len(same),
        shown(same),
        drop=same,
        action="Leave these reviews out",
    )


def matches(checked: Checked, dataset: Dataset, rows: np.ndarray) -> np.ndarray:
    """Return the reviews with the words of one of these rows of a dataset: int64."""
    known = overlap.digests(dataset, rows)
    if dataset.tokenizer != WORDS:
        texts = enumerate(checked.texts)
        return np.array([row for row, text in texts if overlap.is_among(text, dataset, known)], int)
    # The words are in the table already: few texts have to be cut again.
    index = dataset.vocabulary.index
    translated = np.array([index.get(name, -1) for name in checked.words.names] or [-1], np.int32)
    ids = translated[checked.words.ids]
    found = []
    for row, (start, end) in enumerate(
        zip(checked.words.offsets[:-1].tolist(), checked.words.offsets[1:].tolist(), strict=True)
    ):
        piece = ids[start:end]
        if len(piece) and piece.min() > INDEX_FROM and overlap.digest(piece) in known:
            found.append(row)
            continue
        text = checked.texts[row]
        if text.isascii() and "&" not in text:
            continue  # folding changes nothing, so the words are those of the table
        if fold(text) != text and overlap.is_among(text, dataset, known):
            found.append(row)
    return np.array(found, np.int64)
