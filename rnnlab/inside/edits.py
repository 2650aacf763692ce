"""Changes of single words in a text; whatever stands between the words stays as its folded form.

Owns where the words stand: the ith word of a folded text is the ith that `rnnlab.text.words_of`
returns.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from rnnlab.text import SEPARATORS, fold

_WORD = re.compile(f"[^ {re.escape(SEPARATORS)}]+")
MAX_REPLACEMENT = 200  # characters


class Edit(NamedTuple):
    """A change of the word at a place: "replace" by `words`, "remove", or "move" by `steps`."""

    action: str
    place: int
    words: str = ""
    steps: int = 0


def apply(text: str, edits: Sequence[Edit]) -> str:
    """Return the text after these edits, one after another; those that fit no word do nothing."""
    for edit in edits:
        text = fold(_apply(fold(text), edit))
    return text


def spans(text: str) -> list[tuple[int, int]]:
    """Return where each word starts and ends in the text."""
    return [match.span() for match in _WORD.finditer(text)]


def _apply(text: str, edit: Edit) -> str:
    places = spans(text)
    if not 0 <= edit.place < len(places):
        return text
    start, end = places[edit.place]
    if edit.action == "replace":
        return text[:start] + edit.words[:MAX_REPLACEMENT] + text[end:]
    if edit.action == "remove":
        if text[:start].endswith(" "):
            return text[: start - 1] + text[end:]
        return text[:start] + (text[end + 1 :] if text[end:].startswith(" ") else text[end:])
    if edit.action == "move":
        return _moved(text, places, edit.place, edit.place + edit.steps)
    return text


def _moved(text: str, places: Sequence[tuple[int, int]], place: int, target: int) -> str:
    """Return the text with a word moved among the others; the gaps between words stay."""
    target = min(max(target, 0), len(places) - 1)
    low, high = sorted((place, target))
    words = [text[start:end] for start, end in places[low : high + 1]]
    words.insert(target - low, words.pop(place - low))
    gaps = [
        text[end:start]
        for (_, end), (start, _) in zip(places[low:high], places[low + 1 : high + 1], strict=True)
    ]
    inner = words[0] + "".join(gap + word for gap, word in zip(gaps, words[1:], strict=True))
    return text[: places[low][0]] + inner + text[places[high][1] :]
