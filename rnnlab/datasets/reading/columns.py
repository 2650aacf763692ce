"""Which column of a table holds the reviews and which their labels, by name or by content."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rnnlab.datasets.own.record import PART_WORDS
from rnnlab.datasets.reading.labels import is_number, is_scale, normalize
from rnnlab.errors import DataError

# Common names without blanks, dashes and underscores, the surest first.
TEXT_NAMES = (
    "text",
    "review",
    "reviewtext",
    "reviewbody",
    "reviewcontent",
    "reviews",
    "sentence",
    "content",
    "comment",
    "comments",
    "body",
    "document",
    "message",
    "tweet",
    "phrase",
    "리뷰",
    "리뷰내용",
    "내용",
    "본문",
    "댓글",
    "문서",
    "문장",
    "評論",
    "评论",
    "内容",
    "レビュー",
    "本文",
    "avis",
    "commentaire",
    "texte",
    "bewertungstext",
    "rezension",
    "kommentar",
    "reseña",
    "comentario",
    "texto",
    "recensione",
    "отзыв",
    "текст",
)
LABEL_NAMES = (
    "label",
    "sentiment",
    "labels",
    "polarity",
    "class",
    "target",
    "rating",
    "stars",
    "starrating",
    "score",
    "overall",
    "category",
    "감성",
    "감정",
    "라벨",
    "레이블",
    "긍부정",
    "평점",
    "별점",
    "점수",
    "情感",
    "标签",
    "評価",
    "note",
    "bewertung",
    "sterne",
    "etiqueta",
    "sentimiento",
    "puntuación",
    "оценка",
    "метка",
)
TEXT_ENDINGS = ("review", "reviewtext", "text", "comment", "리뷰")
LABEL_ENDINGS = ("sentiment", "label", "rating", "stars", "polarity")
MOST_LABELS = 12  # distinct values of a column that may hold labels
SAMPLE = 200  # rows by whose content columns are told apart
SHOWN = 10  # names that an error lists
_LETTER = re.compile(r"[^\W\d_]")
_NO_NAME = re.compile(r"[\W_]+")


class Columns(NamedTuple):
    """The places of the two columns, and their names as they stand in the file."""

    text: int
    label: int
    text_name: str
    label_name: str


class UnknownColumns(DataError):
    """It cannot be told which columns hold reviews and labels; `header` are those there are."""

    def __init__(self, header: Sequence[str], words: str) -> None:
        super().__init__(words)
        self.header = tuple(header)


def has_common_text(header: Iterable[str]) -> bool:
    """Return whether a column has a name that is common for reviews."""
    return any(_plain(name) in TEXT_NAMES for name in header)


def has_common_label(header: Iterable[str]) -> bool:
    """Return whether a column has a name that is common for labels."""
    return any(_plain(name) in LABEL_NAMES for name in header)


def is_data(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Return whether the first line of a file is a review with its label, not names of columns."""
    if has_common_text(header) or has_common_label(header) or len(header) < 2 or not rows:
        return False
    sample = [row for row in rows if len(row) == len(header)]
    labels = [place for place, cell in enumerate(header) if _is_label(cell, _values(sample, place))]
    texts = [place for place, cell in enumerate(header) if len(cell.split()) >= 3]
    return any(text != label for text in texts for label in labels)


def _is_label(cell: str, values: set[str]) -> bool:
    """Return whether a cell is a label like those that its column has."""
    label = normalize(cell)
    if not label or not 1 <= len(values) <= MOST_LABELS:
        return False
    return label in values or is_scale(values | {label}) or all(map(is_number, {label, *values}))


def find_columns(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    text_column: str | None = None,
    label_column: str | None = None,
) -> Columns:
    """Return the columns of reviews and labels: as named, else by common names, else by content.

    `rows` are some, by whose content a column without a common name is told: the reviews are the
    longest texts, the labels have the fewest values. Raises DataError where there is no such
    column, or two of them have the name.
    """
    sample = [row for row in rows if len(row) == len(header)]
    text = _named(header, text_column, "text_column")
    label = _named(header, label_column, "label_column")
    if text is None:
        text = _common(header, TEXT_NAMES, TEXT_ENDINGS, [label], sample)
    if label is None:
        label = _common(header, LABEL_NAMES, LABEL_ENDINGS, [text], sample, of_labels=True)
    text = _longest(header, sample, label) if text is None else text
    label = _fewest_values(header, sample, text) if label is None else label
    if text is None or label is None or text == label:
        raise _not_found(header)
    return Columns(text, label, header[text], header[label])


def are_named(
    header: Sequence[str], *, text_column: str | None = None, label_column: str | None = None
) -> bool:
    """Return whether the names alone tell which columns are meant."""
    return bool(text_column or has_common_text(header)) and bool(
        label_column or has_common_label(header)
    )


def find_column(header: Sequence[str], name: str, field: str = "column") -> int:
    """Return the place of the column of that name. Raises DataError where not one has it."""
    place = _named(header, name, field)
    assert place is not None
    return place


def _named(header: Sequence[str], name: str | None, field: str) -> int | None:
    """Return the column of a name, or else of a number from 1, in a file that has no names."""
    if name is None:
        return None
    wanted = name.strip(" \t\r\n\0\ufeff").lower()
    places = [place for place, column in enumerate(header) if _bare(column) == wanted]
    if not places and wanted.isascii() and wanted.isdecimal() and len(wanted) < 5:
        places = [place for place in range(len(header)) if place + 1 == int(wanted)]
    if len(places) != 1:
        reason = "which no column has" if not places else f"which {len(places)} columns have"
        words = f"{field} is {name[:40]}, {reason}: choose one of {_listing(header)}"
        raise UnknownColumns(header, words)
    return places[0]


def _common(
    header: Sequence[str],
    names: Sequence[str],
    endings: Sequence[str],
    taken: Sequence[int | None],
    rows: Sequence[Sequence[str]],
    *,
    of_labels: bool = False,
) -> int | None:
    """Return the column with the surest of the common names. Raises DataError for two of them.

    Of several that may hold labels, the first whose values are a scale that is known.
    """
    plain = [_plain(column) for column in header]
    found: list[int] = []
    for name in names:
        places = [p for p, column in enumerate(plain) if column == name and p not in taken]
        if len(places) > 1 and not found:
            raise _not_found(header)
        found += places if len(places) == 1 else []
    if not found:
        ends = [
            place
            for place, column in enumerate(plain)
            if place not in taken and column.endswith(tuple(endings))
        ]
        return ends[0] if len(ends) == 1 else None
    if of_labels and len(found) > 1:
        return next((place for place in found if is_scale(_values(rows, place))), found[0])
    return found[0]


def _longest(header: Sequence[str], rows: Sequence[Sequence[str]], taken: int | None) -> int | None:
    """Return the column with the longest texts: of several words, or in a script without blanks."""
    sizes = {}
    for place in range(len(header)):
        if rows and place != taken:
            cells = [row[place] for row in rows]
            words = sum(bool(_LETTER.search(word)) for cell in cells for word in cell.split())
            letters = sum(len(cell) for cell in cells if not cell.isascii()) / len(rows)
            if words >= 2 * len(rows) or letters >= 6:
                sizes[place] = (words, letters)
    return max(sizes, key=sizes.__getitem__, default=None)


def _fewest_values(
    header: Sequence[str], rows: Sequence[Sequence[str]], taken: int | None
) -> int | None:
    """Return the column with the fewest labels, two at least, if no other has as few.

    Columns whose values are a scale that is known come before all others.
    """
    values = {place: _values(rows, place) for place in range(len(header)) if place != taken}
    possible = sorted(
        (not is_scale(labels), len(labels), place)
        for place, labels in values.items()
        if 2 <= len(labels) <= MOST_LABELS and not labels <= PART_WORDS.keys()
    )
    if not possible or (len(possible) > 1 and possible[0][:2] == possible[1][:2]):
        return None
    return possible[0][2]


def _values(rows: Sequence[Sequence[str]], place: int) -> set[str]:
    return {normalize(row[place]) for row in rows} - {""}


def _not_found(header: Sequence[str]) -> UnknownColumns:
    return UnknownColumns(
        header,
        "the file must have one column of reviews and one of labels, such as `text` and `label`, "
        f"named in its first line; found {_listing(header)}: rename the columns, or say which of "
        "them holds the reviews and which the labels",
    )


def _listing(header: Sequence[str]) -> str:
    shown = ", ".join(repr(name[:30]) for name in header[:SHOWN])
    return shown + (", ..." if len(header) > SHOWN else "")


def _bare(name: str) -> str:
    return name.strip(" \t\r\n\0\ufeff").lower()


def _plain(name: str) -> str:
    """Return a name without case, blanks and signs; of "review.text" its last part."""
    last = unicodedata.normalize("NFC", name).rsplit(".", 1)[-1]
    return _NO_NAME.sub("", last.lower())
