"""Labelled reviews that a model is judged on, from a person's file: each text counts once."""

import hashlib

from rnnlab.datasets.labelled import LabelledReviews, labelled
from rnnlab.datasets.reading.left_out import LeftOut
from rnnlab.datasets.reading.rows import DETECTED, Choices, LabelledRows, read_rows, unusable
from rnnlab.datasets.reading.trees import Tree
from rnnlab.text import words_of

__all__ = ["DETECTED", "Choices", "distinct", "read"]


def read(content: bytes | Tree, choices: Choices = DETECTED) -> LabelledReviews:
    """Read the labelled reviews of a file, in any of the formats that `read_rows` knows.

    Other columns are ignored. Texts with the same words count once; where their labels contradict
    each other, none counts. Raises DataError where the file cannot be read, its columns or labels
    cannot be told, or no row can be used.
    """
    return distinct(read_rows(content, choices))


def distinct(rows: LabelledRows) -> LabelledReviews:
    """Return rows as reviews, each text once. Raises DataError where none is left."""
    left_out = LeftOut()
    left_out.extend(rows.left_out)
    places: dict[bytes, int] = {}  # of each text's first row, by its words
    kept: list[int] = []
    contradicted: set[int] = set()
    for place, text in enumerate(rows.texts):
        words = " ".join(words_of(text)) or text
        digest = hashlib.blake2b(words.encode(), digest_size=16).digest()
        first = places.setdefault(digest, place)
        if first == place:
            kept.append(place)
        elif rows.labels[first] == rows.labels[place]:
            left_out.add("the same text again", rows.lines[place])
        else:
            left_out.add("the same text with the other label", rows.lines[place])
            contradicted.add(first)
    for place in sorted(contradicted):
        left_out.add("the same text with the other label", rows.lines[place])
    used = [place for place in kept if place not in contradicted]
    if not used:
        raise unusable(left_out)
    return labelled(
        [rows.texts[place] for place in used],
        rows.labels[used].tolist(),
        left_out=left_out.rows(),
        remarks=rows.remarks,
        others={name: tuple(cells[place] for place in used) for name, cells in rows.others.items()},
    )
