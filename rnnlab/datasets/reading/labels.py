"""Which values of a label column are positive and which negative.

Owns the spellings that are known, the scales that are cut in two, and what counts as no label.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from rnnlab.errors import DataError
from rnnlab.text import fold

MISSING = frozenset(
    {"", "nan", "none", "null", "na", "n/a", "#n/a", "n.a.", "<na>", "nil", "nat", "missing", "?"}
)
POSITIVE = frozenset(
    {
        *("1", "pos", "positive", "p", "true", "t", "yes", "y", "good", "fresh", "recommended"),
        *("like", "liked", "thumbs up", "+", "👍", "very positive", "somewhat positive"),
        *("긍정", "긍정적", "좋음", "positif", "positiv", "positivo", "positiva", "正面", "好评"),
        *("положительный", "позитивный", "__label__2", "label_1"),
    }
)
NEGATIVE = frozenset(
    {
        *("0", "neg", "negative", "n", "false", "f", "no", "bad", "rotten", "not recommended"),
        *("dislike", "disliked", "thumbs down", "-", "👎", "very negative", "somewhat negative"),
        *("부정", "부정적", "나쁨", "négatif", "negatif", "negativ", "negativo", "negativa"),
        *("负面", "差评", "отрицательный", "негативный", "__label__1", "label_0"),
    }
)
NEITHER = frozenset({"neutral", "neu", "mixed", "unsup", "중립", "neutre", "neutro", "中性"})
SHOWN = 6  # values that an error names
PREFIX = "__label__"  # of fastText
_STARS = re.compile(r"(\d+(?:\.\d+)?) ?(?:stars?|/ ?(?:5|10)|out of (?:5|10)(?: stars?)?)")
_NUMBER_WORDS = {"zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5"}
_COMMA = re.compile(r"([+-]?\d+),(\d{1,2})")


class UnknownLabels(DataError):
    """It cannot be told what the labels mean: `values`, of one of the columns of `header`."""

    def __init__(self, values: Iterable[str], words: str) -> None:
        super().__init__(words)
        self.values = tuple(sorted(values))
        self.header: tuple[str, ...] = ()


class Scale(NamedTuple):
    """Numbers from `low` to `high`: negative up to `bad`, positive from `good` on."""

    name: str
    low: float
    high: float
    bad: float
    good: float
    step: float = 1

    def holds(self, numbers: Collection[float]) -> bool:
        """Return whether the numbers are of this scale."""
        return all(
            self.low <= number <= self.high and number % self.step == 0 for number in numbers
        )

    def label(self, number: float) -> int | None:
        """Return 1 for positive, 0 for negative, None for what lies between."""
        return 0 if number <= self.bad else 1 if number >= self.good else None

    @property
    def words(self) -> str:
        """How the scale is cut: "1–2 negative, 4–5 positive, 3 left out"."""

        def part(first: float, last: float) -> str:
            ends = [f"{end:g}".replace("-", "−") for end in dict.fromkeys((first, last))]
            return "–".join(ends)

        if self.step < 1:
            return (
                f"up to {self.bad:g} negative, from {self.good:g} positive, what is between left "
                "out"
            )
        ends = f"{part(self.low, self.bad)} negative, {part(self.good, self.high)} positive"
        return f"{ends}, {part(self.bad + 1, self.good - 1)} left out"


# Stars of ten are cut as in the IMDB reviews (Maas et al. 2011), grades from 0 to 4 as in the
# Stanford Sentiment Treebank (Socher et al. 2013).
_STARS_5 = Scale("stars from 1 to 5", 1, 5, 2, 4)
_STARS_10 = Scale("stars from 1 to 10", 1, 10, 4, 7)
_GRADES = Scale("grades from 0 to 4", 0, 4, 1, 3)
_SCALES = (
    Scale("0 and 1", 0, 1, 0, 1),
    Scale("−1 and 1", -1, 1, -1, 1),
    Scale("0 and 4", 0, 4, 0, 4, 2),
    _GRADES,
    _STARS_5,
    _STARS_10,
    Scale("grades from −2 to 2", -2, 2, -1, 1),
    Scale("stars from 0 to 5", 0, 5, 2, 4),
    Scale("grades from 0 to 10", 0, 10, 4, 7),
    Scale("stars in halves from 0 to 5", 0, 5, 2, 4, 0.5),
    Scale("stars in halves from 0 to 10", 0, 10, 4, 7, 0.5),
)


class LabelScale(NamedTuple):
    """What each value of a column means: 1 positive, 0 negative, None neither.

    `values` has the spellings as `normalize` gives them; `words` say how they were read where that
    was a choice, else they are empty.
    """

    values: Mapping[str, int | None]
    words: str


def normalize(value: str) -> str:
    """Return a label without case, blanks and the zeros of "1.00"; "" where it is missing.

    "4 stars", "4/5", "★★★★☆" and, with a comma for the point, "4,0" are 4.
    """
    value = fold(value).strip(" \t\r\n\0\ufeff\"'").lower()
    value = value.removeprefix('="')  # as Excel keeps a number from being one
    if value in MISSING:
        return ""
    value = _NUMBER_WORDS.get(value.removesuffix("s").removesuffix(" star"), value)
    if value.startswith("★") and not value.strip("★☆"):
        return str(value.count("★"))
    if match := _STARS.fullmatch(value):
        value = match.group(1)
    elif match := _COMMA.fullmatch(value):
        value = f"{match.group(1)}.{match.group(2)}"
    number = _number(value)
    return value if number is None else f"{number:g}"


def is_scale(values: Iterable[str]) -> bool:
    """Return whether it is known what these values of a column mean; they are normalized."""
    try:
        scale = find_scale(values)
    except DataError:
        return False
    return {0, 1} <= set(scale.values.values())


def is_number(value: str) -> bool:
    """Return whether a label is a number."""
    return _number(value) is not None


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
    bare = {value: normalize(value.removeprefix(PREFIX)) for value in distinct}
    prefixed = [value for value in distinct if value.startswith(PREFIX)]
    if prefixed and set(prefixed) - POSITIVE - NEGATIVE:
        scale = find_scale(bare.values())
        return LabelScale({value: scale.values[bare[value]] for value in distinct}, scale.words)
    numbers = {value: number for value in distinct if (number := _number(value)) is not None}
    if len(numbers) == len(distinct):
        return _numbers(numbers)
    return _spellings(distinct)


def _named(distinct: Collection[str], positive: str) -> LabelScale:
    chosen = normalize(positive)
    if chosen not in distinct and f"{PREFIX}{chosen}" in distinct:
        chosen = f"{PREFIX}{chosen}"
    if chosen not in distinct:
        raise UnknownLabels(
            distinct,
            f"positive must be one of the labels in the file, got {positive[:40]}: choose "
            f"{_listing(distinct)}",
        )
    if len(distinct) > 2:
        raise _too_many(distinct)
    others = [value for value in distinct if value != chosen]
    words = f"“{chosen}” is positive" + (f", “{others[0]}” negative" if others else "")
    return LabelScale({chosen: 1, **dict.fromkeys(others, 0)}, words)


def _numbers(numbers: Mapping[str, float]) -> LabelScale:
    present = set(numbers.values())
    for scale in _SCALES:
        if not scale.holds(present) or not _certain(present, scale):
            continue
        values = {value: scale.label(number) for value, number in numbers.items()}
        between = scale.good - scale.bad > scale.step
        return LabelScale(values, f"{scale.name} ({scale.words})" if between else "")
    if len(present) == 2:
        raise _unknown(list(numbers))
    raise UnknownLabels(
        numbers,
        f"the labels are numbers on no scale that is known ({_listing(numbers)}): use 0 and 1, "
        "or stars from 1 to 5 or from 1 to 10",
    )


def _certain(present: Collection[float], scale: Scale) -> bool:
    """Return whether these numbers can only be of this scale, or mean the same on each that fits.

    1 and 2 may be two stars of five or two classes.
    """
    if scale.high - scale.low == 1:
        return True
    if scale.low < 0:
        return len(present) == 1 or min(present) < 0 < max(present)
    if scale.high == 4:
        return 0 in present and 4 in present
    if present == {scale.low, scale.high} and scale.step == 1:
        return scale in (_STARS_5, _STARS_10)
    return len(present) > 2 and max(present) > (scale.high + 1) / 2


def _spellings(distinct: Collection[str]) -> LabelScale:
    """Return the meaning of words. Some that are unknown are left out where others are known."""
    known = {value: 1 for value in distinct if value in POSITIVE}
    known |= {value: 0 for value in distinct if value in NEGATIVE}
    others = [value for value in distinct if value not in known]
    unknown = [value for value in others if value not in NEITHER]
    if not known:
        raise _unknown(others) if len(others) == 2 else _too_many(others)
    if len(unknown) == len(others) == 1 and len(known) == 1:
        # The other of two classes, by its opposite: "ham" beside "bad".
        ((value, meaning),) = known.items()
        return _named(distinct, value if meaning else others[0])
    if unknown and len(set(known.values())) < 2:
        raise _too_many(distinct)
    words = f"{_listing(others)} left out, as neither positive nor negative" if others else ""
    return LabelScale({**known, **dict.fromkeys(others)}, words)


def _unknown(values: Collection[str]) -> UnknownLabels:
    return UnknownLabels(
        values,
        f"the labels are {_listing(values)}, and nothing tells which one is positive: say which it "
        "is, or use 0 and 1",
    )


def _too_many(values: Collection[str]) -> UnknownLabels:
    if len(values) == 1:
        return UnknownLabels(
            values,
            f"all labels are {_listing(values)}, which says neither positive nor negative: say "
            "which one is positive",
        )
    return UnknownLabels(
        values,
        f"the labels are of {len(values):,} classes ({_listing(values)}), and reviews are told "
        "apart in two: keep the rows of two classes, or merge them",
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
