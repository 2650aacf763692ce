"""Scripts and languages of the texts."""

import re

import numpy as np

from rnnlab.datasets.health.checked import Checked
from rnnlab.datasets.health.finding import SHOWN, Finding, Level, shown
from rnnlab.format import listing, percent, plural

# A script's letters; every other letter counts as Latin.
_SCRIPTS = {
    "Korean": r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]",
    "Japanese": r"[\u3040-\u30ff]",
    "Chinese": r"[\u4e00-\u9fff\u3400-\u4dbf]",
    "Cyrillic": r"[\u0400-\u052f]",
    "Greek": r"[\u0370-\u03ff]",
    "Arabic": r"[\u0600-\u06ff]",
    "Hebrew": r"[\u0590-\u05ff]",
    "Thai": r"[\u0e00-\u0e7f]",
    "Devanagari": r"[\u0900-\u097f]",
}
_PATTERNS = {name: re.compile(letters) for name, letters in _SCRIPTS.items()}
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
UNSPACED = ("Japanese", "Chinese", "Thai")  # written without blanks between words
# Words that a language has and the others have not, common ones.
_WORDS = {
    "English": "the and of is it this was that with movie for but are have not you his they",
    "French": "le les des est une dans que pour pas qui sur avec ce cette très mais c'est et",
    "German": "der die und das ist nicht ein eine mit den auf sich auch aber film sehr für war ich",
    "Spanish": "el los las que una por con para es pero muy esta película del lo más y como",
    "Italian": "il che di per una non con è sono questo molto della film ma più gli anche",
    "Portuguese": "o os que um uma para com não é muito mas este filme em do da mais eu",
    "Dutch": "de het een en van is niet dat met voor zijn maar ook deze erg heel wel",
}
MIN_HITS = 3
SAMPLE = 20_000  # reviews whose script is told


def tell(checked: Checked) -> np.ndarray:
    """Return the language or script of each text, "" where it is not known: str (n,)."""
    scripts = _scripts(checked)
    return np.where(scripts == "Latin", _languages(checked), scripts)


def commonest(languages: np.ndarray) -> str:
    """Return the language of most texts; "" where none is known."""
    names, counts = np.unique(languages[languages != ""], return_counts=True)
    return str(names[counts.argmax()]) if len(names) else ""


def findings(languages: np.ndarray) -> list[Finding]:
    """Return in which scripts and languages the texts are."""
    names, counts = np.unique(languages[languages != ""], return_counts=True)
    known = int(counts.sum())
    if not known:
        return []
    order = np.argsort(-counts)
    main = str(names[order[0]])
    others = np.flatnonzero((languages != main) & (languages != ""))
    advice = ""
    if main in UNSPACED:
        advice = (
            "It is written without blanks between words, so a text would be one word: choose a "
            "tokenizer of characters."
        )
    elif main == "Korean":
        advice = "Korean joins endings to words, so that many are rare: see the tokenizers."
    if len(others) < max(0.002 * known, 2) and not (known < 50 and len(others)):
        level: Level = "note" if advice else "fine"
        return [Finding("languages", level, f"The reviews are {_name(main)}.", advice, 0)]
    rest = [f"{percent(counts[place] / known)} {_name(str(names[place]))}" for place in order[:4]]
    return [
        Finding(
            "languages",
            "warning" if len(others) > 0.05 * known else "note",
            f"The reviews are {listing(rest)}.",
            advice
            or f"A model of {_name(main)} reviews can do little with "
            f"{plural(len(others), 'review')} in another language.",
            len(others),
            shown(others),
            tuple(str(languages[row]) for row in others[:SHOWN]),
            others,
            "Leave the others out",
        )
    ]


def _name(language: str) -> str:
    return f"in {language}" if language in ("Cyrillic", "Arabic", "Devanagari") else language


def _scripts(checked: Checked) -> np.ndarray:
    """Return the script that most letters of each text are of; "" where it has few letters."""
    names = []
    for text in checked.texts:
        if text.isascii():
            names.append("Latin" if _LATIN.search(text) else "")
            continue
        text = text[:1_000]
        counts = {name: len(pattern.findall(text)) for name, pattern in _PATTERNS.items()}
        counts["Japanese"] *= 3  # written with Chinese characters too
        counts["Latin"] = len(_LATIN.findall(text)) // 2  # names and titles within other scripts
        best = max(counts, key=counts.__getitem__)
        names.append(best if counts[best] else "")
    return np.array(names, dtype="U12")


def _languages(checked: Checked) -> np.ndarray:
    """Return the language whose common words each text has most of; "" where it has few."""
    index = {name: place for place, name in enumerate(checked.words.names)}
    hits = []
    for common in _WORDS.values():
        mask = np.zeros(len(index), np.int64)
        mask[[index[word] for word in common.split() if word in index]] = 1
        hits.append(checked.words.sums(mask))
    counts = np.array(hits)  # (languages, n)
    best = counts.argmax(axis=0)
    names = np.array(list(_WORDS), dtype="U12")[best]
    return np.where(counts.max(axis=0) >= MIN_HITS, names, "")
