"""How many words a model would not know, by the way in which texts are cut."""

from importlib.util import find_spec
from typing import NamedTuple

import numpy as np

from rnnlab import tokenizers
from rnnlab.datasets.health.checked import Checked
from rnnlab.datasets.health.finding import Finding
from rnnlab.datasets.health.languages import UNSPACED
from rnnlab.datasets.health.words import count_words
from rnnlab.format import listing, percent

SAMPLE = 1_000  # texts that are cut
VOCAB_SIZE = 2_000
_CHARACTERS = ("characters-1", "characters-2")


class Cutting(NamedTuple):
    """A tokenizer, and the share of words of new texts that it leaves unknown."""

    tokenizer: str
    unknown: float


def compare(checked: Checked, language: str) -> tuple[Cutting, ...]:
    """Compare tokenizers on texts of a language that words suit badly; none for any other.

    The vocabulary is counted on four fifths of a sample, the share on the rest.
    """
    if language != "Korean" and language not in UNSPACED:
        return ()
    names = [tokenizers.WORDS, *_CHARACTERS]
    if language == "Korean" and find_spec(tokenizers.PACKAGE):
        names.insert(1, tokenizers.KOREAN)
    step = max(checked.count // SAMPLE, 1)
    texts = [checked.texts[row] for row in range(0, checked.count, step)][:SAMPLE]
    return tuple(Cutting(name, _unknown(texts, name)) for name in names)


def findings(cuttings: tuple[Cutting, ...], language: str) -> list[Finding]:
    """Return what is to be said of them."""
    if not cuttings:
        return []
    shares = [f"{percent(one.unknown)} as {_label(one.tokenizer)}" for one in cuttings]
    best = suggested(cuttings, language)
    return [
        Finding(
            "tokenizer",
            "warning" if language in UNSPACED else "note",
            f"With a vocabulary of {VOCAB_SIZE:,}, new texts have unknown words: "
            f"{listing(shares)}.",
            f"Cut into {_label(best)}, fewer words are unknown and texts stay readable.",
            cuttings[0].unknown,
        )
    ]


def suggested(cuttings: tuple[Cutting, ...], language: str) -> str:
    """Return the tokenizer that suits the texts: morphemes where they can be had."""
    names = [one.tokenizer for one in cuttings]
    if not names:
        return tokenizers.WORDS
    if language in UNSPACED:
        return "characters-1"
    return tokenizers.KOREAN if tokenizers.KOREAN in names else "characters-2"


def _label(name: str) -> str:
    return {tokenizers.KOREAN: "Korean morphemes"}.get(name, tokenizers.label(name))


def _unknown(texts: list[str], name: str) -> float:
    cut = tokenizers.cutter(tokenizers.checked_tokenizer(name))
    words = count_words(texts, cut)
    new = np.arange(len(texts)) % 5 == 0
    of_new = np.repeat(new, words.lengths)
    counts = np.bincount(words.ids[~of_new], minlength=len(words.names))
    known = np.zeros(len(counts), bool)
    known[np.argsort(-counts, kind="stable")[: VOCAB_SIZE - 4]] = True
    known &= counts > 0
    ids = words.ids[of_new]
    return float(1 - known[ids].mean()) if len(ids) else 0.0
