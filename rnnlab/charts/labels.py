"""Where names stand beside points, so that none covers another name or a point.

Measures in pixels from the lower left corner of the plot. Knows no Plotly.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

CHAR_PX = 8.6  # about the mean width of a letter at `styling.FONT_PX`, rather more than less
LINE_PX = 22
POINT_PX = 9  # from a point's middle to where a name may begin


class Box(NamedTuple):
    """A rectangle."""

    left: float
    bottom: float
    right: float
    top: float


def places(
    points: Sequence[tuple[float, float]],
    names: Sequence[str],
    *,
    width: float,
    height: float,
    lines: Sequence[Box] = (),
) -> list[Box | None]:
    """A box for each point's name within the plot; None where there is no room for it.

    The names are those of the first points; the rest are only not to be covered, and `lines`, with
    ends as far across as points, only where there is room elsewhere. What is apart here is apart
    on any wider plot.
    """
    taken = [(x, x, Box(x - 7, y - 7, x + 7, y + 7)) for x, y in points]
    drawn = [(line.left, line.right, line) for line in lines]
    found: list[Box | None] = []
    for (x, y), name in zip(points, names, strict=False):
        fits = [
            box
            for box in _candidates(x, y, CHAR_PX * len(name))
            if _within(box, width, height) and all(_apart(x, box, *other) for other in taken)
        ]
        clear = (box for box in fits if all(_apart(x, box, *line) for line in drawn))
        box = next(clear, fits[0] if fits else None)
        found.append(box)
        if box:
            taken.append((x, x, box))
    return found


def _within(box: Box, width: float, height: float) -> bool:
    return min(box.left, box.bottom) >= 0 and box.right <= width and box.top <= height


def _apart(x: float, box: Box, first: float, last: float, other: Box) -> bool:
    """Whether the box of a point at `x` is apart from what hangs on points from `first` to `last`,
    and stays so on a wider plot, where points move apart and take along what hangs on them.
    """
    if box.top <= other.bottom or other.top <= box.bottom:
        return True
    return (x >= last and box.left >= other.right) or (x <= first and box.right <= other.left)


def _candidates(x: float, y: float, width: float) -> Iterator[Box]:
    """Boxes beside a point, then above and below it, then ever farther off."""
    beside, before, middle = x + POINT_PX, x - POINT_PX - width, x - width / 2
    for line in range(16):
        for step in (0,) if line == 0 else (line, -line):
            bottom = y + step * LINE_PX * 0.75 - LINE_PX / 2
            for left in (beside, before) if line == 0 else (middle, beside, before):
                yield Box(left, bottom, left + width, bottom + LINE_PX)
