"""How the texts of a dataset are cut into words.

A tokenizer is named by a short text, which a dataset's description and a run's manifest hold:
"words", "characters-3". All of them fold typography first (`rnnlab.text.fold`).
"""

import re
from collections.abc import Callable

from rnnlab.errors import InvalidField
from rnnlab.text import fold, words_of

WORDS = "words"
MAX_CHARACTERS = 5
BLANK = "\u2581"  # stands for a blank, as in SentencePiece (Kudo and Richardson 2018)
LIMIT = f"words or characters-1 to characters-{MAX_CHARACTERS}"
_CHARACTERS = re.compile(rf"characters-([1-{MAX_CHARACTERS}])")

Cut = Callable[[str], list[str]]


def checked_tokenizer(name: str) -> str:
    """Return the name of a tokenizer. Raises InvalidField where there is none of that name."""
    if name != WORDS and not _CHARACTERS.fullmatch(name):
        raise InvalidField("tokenizer", name, LIMIT, "choose one of these")
    return name


def cutter(name: str) -> Cut:
    """Return the function that cuts a text into words. Raises InvalidField."""
    checked_tokenizer(name)
    if name == WORDS:
        return words_of
    length = int(name.rpartition("-")[2])
    return lambda text: characters_of(text, length)


def characters_of(text: str, length: int) -> list[str]:
    """Return all runs of `length` characters of a text in lower case, those with blanks too."""
    joined = BLANK.join(fold(text).lower().split())
    if len(joined) <= length:
        return [joined] if joined else []
    return [joined[start : start + length] for start in range(len(joined) - length + 1)]
