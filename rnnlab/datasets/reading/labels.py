"""Which values of a label column are positive and which negative.

Owns the spellings that are known, the scales that are cut in two, and what counts as no label.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from rnnlab.errors import DataError

MISSING = frozenset({"", "nan", "none", "null", "na", "n/a", "#n/a", "<na>", "nil"})
POSITIVE = frozenset({"1", "pos", "positive", "true", "yes", "good", "fresh", "__label__2"})
NEGATIVE = frozenset({"0", "neg", "negative", "false", "no", "bad", "rotten", "__label__1"})
NEITHER = frozenset({"neutral", "neu", "mixed", "unsup"})
# Scales of numbers, by the values that may occur; what lies between the two parts is left out.
# Stars of ten are cut as in the IMDB reviews (Maas et al. 2011).
_STARS_5: dict[float, int | None] = {1: 0, 2: 0, 3: None, 4: 1, 5: 1}
_STARS_10: dict[float, int | None] = {
    1: 0,
    2: 0,
    3: 0,
    4: 0,
    5: None,
    6: None,
    7: 1,
    8: 1,
    9: 1,
    10: 1,
}
_SCALES: tuple[tuple[str, Mapping[float, int | None]], ...] = (
    ("0 and 1", {0: 0, 1: 1}),
    ("−1 and 1", {-1: 0, 0: None, 1: 1}),
    ("0 and 4", {0: 0, 2: None, 4: 1}),
    ("stars from 1 to 5", _STARS_5),
    ("stars from 1 to 10", _STARS_10),
)
SHOWN = 6  # values that an error names


class LabelScale(NamedTuple):
    """What each value of a column means: 1 positive, 0 negative, None neither.

    `values` has the spellings as `normalize` gives them; `words` say how they were read where that
    was a choice, else they are empty.
    """

    values: Mapping[str, int | None]
    words: str


def normalize(value: str) -> str:
    """Return a label without case, blanks and the zeros of "1.00"; "" where it is missing."""
    value = value.strip(" \t\r\n\0\ufeff").lower()
    if value in MISSING:
        return ""
    number = _number(value)
    return value if number is None else f"{number:g}"


def find_scale(values: Iterable[str], *, positive: str | None = None) -> LabelScale:
    """Return what the values of a label column mean; `values` as `normalize` gives them.

    `positive` names the value that means positive: all others are negative, then. Raises DataError
    where that is unknown, or the values are not of two classes.
    """
    distinct = sorted({value for value in values if value})
    if not distinct:
        raise DataError("no row has a label: give each review a label, such as 0 or 1")
    if positive is not None:
        return _named(distinct, positive)
    numbers = {value: number for value in distinct if (number := _number(value)) is not None}
    if len(numbers) == len(distinct):
        return _numbers(numbers)
    return _spellings(distinct)


def _named(distinct: Collection[str], positive: str) -> LabelScale:
    chosen = normalize(positive)
    if chosen not in distinct:
        raise DataError(
            f"positive must be one of the labels in the file, got {positive[:40]}: choose "
            f"{_listing(distinct)}"
        )
    if len(distinct) > 2:
        raise _too_many(distinct)
    others = [value for value in distinct if value != chosen]
    words = f"“{chosen}” is positive" + (f", “{others[0]}” negative" if others else "")
    return LabelScale({chosen: 1, **dict.fromkeys(others, 0)}, words)


def _numbers(numbers: Mapping[str, float]) -> LabelScale:
    present = set(numbers.values())
    for name, scale in _SCALES:
        if not present <= set(scale) or not _certain(present, scale):
            continue
        values = {value: scale[number] for value, number in numbers.items()}
        return LabelScale(values, f"{name}: {_cut(scale)}" if None in scale.values() else "")
    if len(present) == 2:
        raise _unknown(list(numbers))
    raise DataError(
        f"the labels are numbers on no scale that is known ({_listing(numbers)}): use 0 and 1, "
        "or stars from 1 to 5 or from 1 to 10"
    )


def _certain(present: Collection[float], scale: Mapping[float, int | None]) -> bool:
    """Return whether these numbers can only be of this scale, or mean the same on each that fits.

    1 and 2 may be two stars of five or two classes.
    """
    if scale is _STARS_5 or scale is _STARS_10:
        top = 5 if scale is _STARS_5 else 10
        return (len(present) > 2 and max(present) > (3 if top == 5 else 5)) or present == {1, top}
    return True


def _cut(scale: Mapping[float, int | None]) -> str:
    def part(label: int | None) -> str:
        numbers = [number for number, meaning in scale.items() if meaning == label]
        return f"{min(numbers):g}–{max(numbers):g}" if len(numbers) > 1 else f"{numbers[0]:g}"

    return f"{part(0)} negative, {part(1)} positive, {part(None)} left out"


def _spellings(distinct: Collection[str]) -> LabelScale:
    """Return the meaning of words. Some that are unknown are left out where others are known."""
    known = {value: 1 for value in distinct if value in POSITIVE}
    known |= {value: 0 for value in distinct if value in NEGATIVE}
    others = [value for value in distinct if value not in known]
    if not known:
        raise _unknown(others) if len(others) == 2 else _too_many(others)
    if len(others) == 1 and len(known) == 1 and others[0] not in NEITHER:
        # The other of two classes, by its opposite: "ham" beside "bad".
        ((value, meaning),) = known.items()
        return _named(distinct, value if meaning else others[0])
    elif [value for value in others if value not in NEITHER] and len(set(known.values())) < 2:
        raise _too_many(distinct)
    words = f"{_listing(others)} left out, as neither positive nor negative" if others else ""
    return LabelScale({**known, **dict.fromkeys(others)}, words)


def _unknown(values: Collection[str]) -> DataError:
    return DataError(
        f"the labels are {_listing(values)}, and nothing tells which one is positive: say which it "
        "is, or use 0 and 1"
    )


def _too_many(values: Collection[str]) -> DataError:
    if len(values) == 1:
        return DataError(
            f"all labels are {_listing(values)}, which says neither positive nor negative: say "
            "which one is positive"
        )
    return DataError(
        f"the labels are of {len(values):,} classes ({_listing(values)}), and reviews are told "
        "apart in two: keep the rows of two classes, or merge them"
    )


def _listing(values: Iterable[str]) -> str:
    shown = sorted(values)
    more = f", … ({len(shown):,} in all)" if len(shown) > SHOWN else ""
    return ", ".join(value[:20] for value in shown[:SHOWN]) + more


def _number(value: str) -> float | None:
    """Return the finite number that a label spells, or None; "1_0" and "١" spell none."""
    if not value.isascii() or "_" in value:
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if abs(number) < 1e9 else None
