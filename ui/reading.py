"""How a network reads a text, as HTML: words that it knows, does not know, and never sees.

All words are escaped, and their number is bounded, however long the text.
"""

from rnnlab import format
from rnnlab.text import Reading
from ui.theme import text

SHOWN_CUT = 25  # cut words shown beside the words that are read
SHOWN_READ = 700
LONGEST_WORD = 40


def words(reading: Reading) -> str:
    """Return the text's words with marks, and a legend of the marks that occur.

    Of the cut words at most `SHOWN_CUT` are shown, next to the words that are read.
    """
    if reading.blank:
        return ""
    first, last = reading.first, reading.last
    before, after = reading.tokens[:first], reading.tokens[last:]
    parts = []
    if hidden := len(before[:-SHOWN_CUT]):
        parts.append(f"<em>… {hidden:,} more words cut</em>")
    if before:
        parts.append(_cut(before[-SHOWN_CUT:]))
    if last - first > SHOWN_READ:
        half = SHOWN_READ // 2
        parts.append(_read(reading, first, first + half))
        parts.append(f"<em>… {last - first - 2 * half:,} more words read</em>")
        parts.append(_read(reading, last - half, last))
    else:
        parts.append(_read(reading, first, last))
    if after:
        parts.append(_cut(after[:SHOWN_CUT]))
    if hidden := len(after[SHOWN_CUT:]):
        parts.append(f"<em>{hidden:,} more words cut …</em>")
    return f'<div class="read-words" dir="auto" tabindex="0">{" ".join(parts)}</div>' + _legend(
        reading
    )


def coverage(reading: Reading) -> str:
    """Return what a network cannot read, in numbers: "12 of 100 words unknown · 34 cut"."""
    count = reading.last - reading.first
    unknown = count - sum(reading.known[reading.first : reading.last])
    words_read = format.plural(count, "word")
    parts = [f"{unknown:,} of {words_read} unknown" if unknown else f"all {words_read} known"]
    if reading.all_unknown:
        parts = [f"none of {words_read} known"]
    parts.append(f"{reading.cut:,} cut" if reading.cut else "none cut")
    return " · ".join(parts)


def _legend(reading: Reading) -> str:
    kinds = []
    if not all(reading.known[reading.first : reading.last]):
        kinds.append(("<bdi class='unknown'>word</bdi>", "dotted: unknown, read as “some word”"))
    if reading.cut:
        end = "start" if reading.first else "end"
        kinds.append(("<s>word</s>", f"struck out: cut from the {end}, never read"))
    if not kinds:
        return '<div class="read-legend"><span>Every word is known and read.</span></div>'
    rows = (f'<span><span class="read-words">{mark}</span> {label}</span>' for mark, label in kinds)
    return f'<div class="read-legend">{"".join(rows)}</div>'


def _read(reading: Reading, start: int, end: int) -> str:
    return " ".join(
        f"<bdi>{_word(reading.tokens[i])}</bdi>"
        if reading.known[i]
        else f'<bdi class="unknown">{_word(reading.tokens[i])}</bdi>'
        for i in range(start, end)
    )


def _cut(tokens: tuple[str, ...]) -> str:
    return f"<s>{' '.join(map(_word, tokens))}</s>"


def _word(token: str) -> str:
    return text(token if len(token) <= LONGEST_WORD else token[:LONGEST_WORD] + "…")
