"""Words and ids: the tokenizer, the vocabulary, and how a model reads a text.

Ids are those of keras.datasets.imdb: 0 padding, 1 start of review, 2 unknown word, then a word's
frequency rank + 3. Owns the only tokenizer of the lab. Knows no dataset.
"""

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from rnnlab.errors import DataError

PADDING, START, UNKNOWN = 0, 1, 2
INDEX_FROM = 3  # the most frequent word has rank 1 and id 4

# The filter characters of keras's Tokenizer (keras_preprocessing 1.1.2, text.py); the apostrophe
# stays. Carriage return and NUL, which it does not know, end a word here too.
_FILTERS = '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n'
SEPARATORS = _FILTERS + "\r\0"  # beside the space
_ENTITY = re.compile(r"&(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|\w{2,31});")
_AMPERSANDS = re.compile(r"&(?:(?:amp|AMP|#0{0,5}38|#[xX]0{0,4}26);)+")  # escaped over and over
_MOST_ESCAPES = 50  # a bound for texts that are made to take long
_TO_PLAIN = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u00b4\u02bc\u2032\uff07", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\u2039\u203a\u2033\uff02", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
        "\u2026": "...",
        **dict.fromkeys("\u00a0\u1680\u202f\u205f\u3000\u2028\u2029", " "),
        **dict.fromkeys((chr(code) for code in range(0x2000, 0x200B)), " "),
        **dict.fromkeys("\u200b\u2060\ufeff\u00ad", ""),  # no width
    }
)
_TO_BLANK = str.maketrans(dict.fromkeys(SEPARATORS, " "))


def tokenize(text: str) -> list[str]:
    """Return the lower-case words of a text, in order; `<br />` becomes "br", as in Keras.

    Words end at spaces alone, as in Keras: on the bundled reviews, splitting at every Unicode
    white space would merge 536 words of Keras's own index into others.
    """
    return [word for word in text.lower().translate(_TO_BLANK).split(" ") if word]


def fold(text: str) -> str:
    """Return a text with typographic characters as people type them plainly.

    Quotation marks and apostrophes, dashes, ellipses, blanks of every width, characters that are
    composed of two, and HTML's entities, however often they were escaped: a folded text folds to
    itself. Datasets that networks are trained on are not folded: their words are Keras's.
    """
    for _ in range(_MOST_ESCAPES):
        if (folded := _folded(text)) == text:
            break
        text = folded
    return text


def has_entity(text: str) -> bool:
    """Return whether a text holds entities of HTML, which `fold` decodes."""
    return "&" in text and any(
        html.unescape(match.group()) != match.group() for match in _ENTITY.finditer(text)
    )


def _folded(text: str) -> str:
    if "&" in text:
        text = _AMPERSANDS.sub("&", text)
        text = _ENTITY.sub(lambda match: html.unescape(match.group()), text)
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", text).translate(_TO_PLAIN)


def words_of(text: str) -> list[str]:
    """Return the words of a text that a person typed or has in a file: those of its folded form."""
    return tokenize(fold(text))


@dataclass(frozen=True)
class Vocabulary:
    """Words by frequency, the most frequent first."""

    words: tuple[str, ...]

    @classmethod
    def count(cls, texts: Iterable[Sequence[str]]) -> "Vocabulary":
        """Count the words of tokenized texts; equally frequent ones stay in order of appearance."""
        counts: Counter[str] = Counter()
        for tokens in texts:
            counts.update(tokens)
        # Counter keeps the order of first appearance, and sorting is stable.
        return cls(tuple(sorted(counts, key=counts.__getitem__, reverse=True)))

    @cached_property
    def index(self) -> dict[str, int]:
        """The id of each word."""
        return {word: rank + INDEX_FROM for rank, word in enumerate(self.words, start=1)}

    def ids(self, tokens: Iterable[str], vocab_size: int) -> np.ndarray:
        """Return the ids of words, int32 (n,); UNKNOWN where there is none below `vocab_size`."""
        index = self.index
        ids = np.fromiter((index.get(token, UNKNOWN) for token in tokens), dtype=np.int32)
        ids[ids >= vocab_size] = UNKNOWN
        return ids

    def top(self, vocab_size: int) -> "Vocabulary":
        """Return only the words that a model of this vocabulary size knows."""
        return Vocabulary(self.words[: max(vocab_size - INDEX_FROM - 1, 0)])

    def to_bytes(self) -> bytes:
        """Return the words as UTF-8 text, one per line."""
        return "".join(f"{word}\n" for word in self.words).encode()

    @classmethod
    def from_bytes(cls, content: bytes) -> "Vocabulary":
        """Return the vocabulary that `to_bytes` wrote. Raises DataError where it is damaged."""
        try:
            text = content.decode()
        except UnicodeDecodeError as error:
            raise DataError("the vocabulary is damaged (not UTF-8): train the run again") from error
        if text and not text.endswith("\n"):
            raise DataError("the vocabulary is damaged (cut short): train the run again")
        # Not splitlines: a word may hold one of the rarer characters that it takes for line ends.
        words = tuple(text.split("\n")[:-1])
        if len(set(words)) < len(words) or "" in words:
            raise DataError(
                "the vocabulary is damaged (an empty or repeated word): train the run again"
            )
        return cls(words)


def pad(values: np.ndarray, offsets: np.ndarray, *, maxlen: int, truncating: str) -> np.ndarray:
    """Return encoded texts as rows of one length: (n, maxlen), dtype of `values`.

    Text i is `values[offsets[i]:offsets[i + 1]]`; offsets is (n + 1,). Short texts are padded on
    the left, long ones lose their start ("pre") or their end ("post"), as by Keras's
    `pad_sequences(padding="pre")`.
    """
    starts, ends = offsets[:-1], offsets[1:]
    kept = np.minimum(ends - starts, maxlen)
    first = ends - kept if truncating == "pre" else starts
    column = np.arange(maxlen) - (maxlen - kept)[:, None]  # (n, maxlen); negative: padding
    if len(values) == 0:
        return np.zeros(column.shape, dtype=values.dtype)
    source = np.clip(first[:, None] + column, 0, len(values) - 1)
    return np.where(column >= 0, values[source], values.dtype.type(PADDING))


class Reading(NamedTuple):
    """How a model reads one text.

    ids int32 (maxlen,); `tokens` are all words, `known` tells for each whether the vocabulary has
    it; the model reads `tokens[first:last]`.
    """

    ids: np.ndarray
    tokens: tuple[str, ...]
    known: tuple[bool, ...]
    first: int
    last: int

    @property
    def cut(self) -> int:
        """How many words fall outside the review length."""
        return len(self.tokens) - (self.last - self.first)

    @property
    def unknown(self) -> tuple[str, ...]:
        """The distinct words among those read that the vocabulary lacks, in order."""
        window = range(self.first, self.last)
        return tuple(dict.fromkeys(self.tokens[i] for i in window if not self.known[i]))

    @property
    def blank(self) -> bool:
        """Whether the text has no words at all."""
        return not self.tokens

    @property
    def all_unknown(self) -> bool:
        """Whether there are words to read, and the vocabulary has none of them."""
        return not self.blank and not any(self.known[self.first : self.last])


def read(
    text: str,
    vocabulary: Vocabulary,
    *,
    vocab_size: int,
    maxlen: int,
    truncating: str,
    cut: Callable[[str], list[str]] = words_of,
) -> Reading:
    """Read a person's text as a model with these settings does; `cut` gives its words.

    The start mark takes one position.
    """
    tokens = tuple(cut(text))
    word_ids = vocabulary.ids(tokens, vocab_size)
    ids = np.concatenate([np.array([START], dtype=np.int32), word_ids])
    (row,) = pad(ids, np.array([0, len(ids)]), maxlen=maxlen, truncating=truncating)
    if truncating == "pre":
        first, last = max(len(tokens) - maxlen, 0), len(tokens)
    else:
        first, last = 0, min(len(tokens), maxlen - 1)
    return Reading(row, tokens, tuple((word_ids != UNKNOWN).tolist()), first, last)
