"""Which column of a table holds the reviews and which their labels, by name or by content."""

from collections.abc import Sequence
from typing import NamedTuple

from rnnlab.datasets.reading.labels import normalize
from rnnlab.errors import DataError

# Common names, the surest first.
TEXT_NAMES = (
    "text",
    "review",
    "review_text",
    "reviewtext",
    "review_body",
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
    "score",
    "overall",
    "category",
)
MOST_LABELS = 12  # distinct values of a column that may hold labels
SAMPLE = 200  # rows by whose content columns are told apart
SHOWN = 10  # names that an error lists


class Columns(NamedTuple):
    """The places of the two columns, and their names as they stand in the file."""

    text: int
    label: int
    text_name: str
    label_name: str


def find_columns(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    text_column: str | None = None,
    label_column: str | None = None,
) -> Columns:
    """Return the columns of reviews and labels: as named, else by common names, else by content.

    `rows` are the first ones, by whose content a column without a common name is told: the reviews
    are the longest texts, the labels have the fewest values. Raises DataError where there is no
    such column, or two of them have the name.
    """
    text = _named(header, text_column, "text_column")
    label = _named(header, label_column, "label_column")
    text = _common(header, TEXT_NAMES, label) if text is None else text
    label = _common(header, LABEL_NAMES, text) if label is None else label
    sample = [row for row in rows[:SAMPLE] if len(row) == len(header)]
    text = _longest(header, sample, label) if text is None else text
    label = _fewest_values(header, sample, text) if label is None else label
    if text is None or label is None or text == label:
        raise _not_found(header)
    return Columns(text, label, header[text], header[label])


def find_column(header: Sequence[str], name: str, field: str = "column") -> int:
    """Return the place of the column of that name. Raises DataError where not one has it."""
    place = _named(header, name, field)
    assert place is not None
    return place


def _named(header: Sequence[str], name: str | None, field: str) -> int | None:
    if name is None:
        return None
    wanted = name.strip().lower()
    places = [place for place, column in enumerate(header) if _plain(column) == wanted]
    if len(places) != 1:
        reason = "which no column has" if not places else f"which {len(places)} columns have"
        raise DataError(f"{field} is {name[:40]}, {reason}: choose one of {_listing(header)}")
    return places[0]


def _common(header: Sequence[str], names: Sequence[str], taken: int | None) -> int | None:
    """Return the column with the surest of the common names. Raises DataError for two of them."""
    plain = [_plain(column) for column in header]
    for name in names:
        places = [place for place, column in enumerate(plain) if column == name and place != taken]
        if len(places) > 1:
            raise _not_found(header)
        if places:
            return places[0]
    return None


def _longest(header: Sequence[str], rows: Sequence[Sequence[str]], taken: int | None) -> int | None:
    """Return the column with the longest texts, if those have several words."""
    lengths = {
        place: sum(len(row[place].split()) for row in rows) / len(rows)
        for place in range(len(header))
        if rows and place != taken
    }
    best = max(lengths, key=lengths.__getitem__, default=None)
    return best if best is not None and lengths[best] >= 2 else None


def _fewest_values(
    header: Sequence[str], rows: Sequence[Sequence[str]], taken: int | None
) -> int | None:
    """Return the column with the fewest labels, two at least, if no other has as few."""
    counts = {
        place: len({normalize(row[place]) for row in rows} - {""})
        for place in range(len(header))
        if place != taken
    }
    possible = sorted(
        (count, place) for place, count in counts.items() if 2 <= count <= MOST_LABELS
    )
    if not possible or (len(possible) > 1 and possible[0][0] == possible[1][0]):
        return None
    return possible[0][1]


def _not_found(header: Sequence[str]) -> DataError:
    return DataError(
        "the file must have one column of reviews and one of labels, such as `text` and `label`, "
        f"named in its first line; found {_listing(header)}: rename the columns, or say which of "
        "them holds the reviews and which the labels"
    )


def _listing(header: Sequence[str]) -> str:
    shown = ", ".join(repr(name[:30]) for name in header[:SHOWN])
    return shown + (", ..." if len(header) > SHOWN else "")


def _plain(name: str) -> str:
    return name.strip(" \t\r\n\0\ufeff").lower()
