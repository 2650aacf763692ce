"""How the texts of a dataset are cut into words.

A tokenizer is named by a short text, which a dataset's description and a run's manifest hold:
"words", "characters-3", "korean-0.24". All of them fold typography first (`rnnlab.text.fold`).
"""

import re
from collections.abc import Callable
from functools import lru_cache
from importlib import metadata
from typing import TYPE_CHECKING

from rnnlab.errors import InvalidField, MissingPackage
from rnnlab.text import fold, words_of

if TYPE_CHECKING:
    from kiwipiepy import Kiwi

WORDS = "words"
MAX_CHARACTERS = 5
BLANK = "\u2581"  # stands for a blank, as in SentencePiece (Kudo and Richardson 2018)
KOREAN = "korean"  # as people choose it; the name that is kept has kiwipiepy's version, too
PACKAGE = "kiwipiepy"
LIMIT = f"words, korean, or characters-1 to characters-{MAX_CHARACTERS}"
INSTALL = "install it with `pip install 'rnnlab[korean]'`"
_CHARACTERS = re.compile(rf"characters-([1-{MAX_CHARACTERS}])")
_KOREAN = re.compile(r"korean-(\d+\.\d+)")

Cut = Callable[[str], list[str]]


def checked_tokenizer(name: str) -> str:
    """Return the name under which a tokenizer is kept.

    Raises InvalidField where there is none of that name, MissingPackage where it needs a package
    that is not installed.
    """
    if name == KOREAN:
        return f"{KOREAN}-{_minor(_installed())}"
    if name != WORDS and not _CHARACTERS.fullmatch(name) and not _KOREAN.fullmatch(name):
        raise InvalidField("tokenizer", name, LIMIT, "choose one of these")
    return name


def cutter(name: str) -> Cut:
    """Return the function that cuts a text into words.

    Raises InvalidField. The function itself raises MissingPackage where the package that the
    tokenizer needs is not installed, or in another version.
    """
    if name == WORDS:
        return words_of
    if match := _CHARACTERS.fullmatch(name):
        length = int(match.group(1))
        return lambda text: characters_of(text, length)
    if match := _KOREAN.fullmatch(checked_tokenizer(name)):
        version = match.group(1)
        return lambda text: morphemes_of(text, kiwi(version))
    raise InvalidField("tokenizer", name, LIMIT, "choose one of these")


def label(name: str) -> str:
    """Return what a tokenizer is called: "3 characters", "Korean"."""
    if match := _CHARACTERS.fullmatch(name):
        length = int(match.group(1))
        return "letters" if length == 1 else f"{length} characters"
    return "Korean" if name.startswith(KOREAN) else name


def characters_of(text: str, length: int) -> list[str]:
    """Return all runs of `length` characters of a text in lower case, those with blanks too."""
    joined = BLANK.join(fold(text).lower().split())
    if len(joined) <= length:
        return [joined] if joined else []
    return [joined[start : start + length] for start in range(len(joined) - length + 1)]


def morphemes_of(text: str, kiwi: "Kiwi") -> list[str]:
    """Return the morphemes of a Korean text in lower case, without punctuation."""
    tokens = kiwi.tokenize(fold(text).lower())
    words = (token.form.strip() for token in tokens if not token.tag.startswith(("SF", "SP", "SS")))
    return ["_".join(word.split()) for word in words if word]


@lru_cache(maxsize=1)
def kiwi(version: str) -> "Kiwi":
    """Return kiwipiepy's tokenizer, loaded once: 2 to 4 s, 0.5 GB. Raises MissingPackage."""
    installed = _installed()
    if _minor(installed) != version:
        raise MissingPackage(
            f"these texts were cut by {PACKAGE} {version}, and this is {installed}: install "
            f"{PACKAGE}=={version}.*, or add the reviews again as a new dataset"
        )
    from kiwipiepy import Kiwi

    return Kiwi(num_workers=1)


def _installed() -> str:
    try:
        return metadata.version(PACKAGE)
    except metadata.PackageNotFoundError:
        raise MissingPackage(
            f"Korean texts are cut by the package {PACKAGE}, which is not installed: {INSTALL}"
        ) from None


def _minor(version: str) -> str:
    return ".".join(version.split(".")[:2])
