"""Times as files write them, put in order."""

import math
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import numpy as np

from rnnlab.errors import DataError

FORMATS = (
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%d.%m.%Y",
    "%B %d, %Y",
    "%d %B %Y",
    "%b %d, %Y",
    "%d %b %Y",
)
# Day and month in the order of a country: used only where the other order cannot be meant.
SLASHED = ("%m/%d/%Y", "%d/%m/%Y")


def ranks(cells: Sequence[str], *, column: str) -> np.ndarray:
    """Return the place of each time among the different ones, the earliest first: int64 (n,).

    Times are numbers (years, seconds since 1970), ISO 8601, or one of a few common forms, the same
    in all cells. Raises DataError where they cannot be read, or are all the same.
    """
    values = _values([cell.strip() for cell in cells], column)
    _, places = np.unique(np.array(values), return_inverse=True)
    if not len(places) or places.max() == 0:
        raise DataError(
            f"all times of the column {column} are the same, so they split nothing: choose another "
            "column, or a random split"
        )
    return places.astype(np.int64)


def _values(cells: Sequence[str], column: str) -> list[float]:
    for read in (_number, _iso, *map(_reader, FORMATS)):
        values = _all(cells, read)
        if values is not None:
            return values
    slashed = [values for values in (_all(cells, _reader(form)) for form in SLASHED) if values]
    if len(slashed) == 1:
        return slashed[0]
    sample = next((cell for cell in cells if _number(cell) is None and _iso(cell) is None), "")
    reason = "may be days first or months first" if slashed else "are not all times that are known"
    raise DataError(
        f"the times of the column {column} {reason} (such as {sample[:30]}): write them as "
        "2024-01-31 or 2024-01-31 18:30"
    )


def _all(cells: Sequence[str], read: Callable[[str], float | None]) -> list[float] | None:
    values = []
    for cell in cells:
        value = read(cell)
        if value is None:
            return None
        values.append(value)
    return values


def _number(cell: str) -> float | None:
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _iso(cell: str) -> float | None:
    try:
        return _seconds(datetime.fromisoformat(cell))
    except (ValueError, OverflowError):
        return None


def _reader(form: str) -> Callable[[str], float | None]:
    def read(cell: str) -> float | None:
        try:
            return _seconds(datetime.strptime(cell, form))
        except (ValueError, OverflowError):
            return None

    return read


def _seconds(moment: datetime) -> float:
    """Return seconds since 1970; a time without a zone is taken as UTC."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
