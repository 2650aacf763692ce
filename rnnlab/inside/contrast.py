"""What sets two networks' states apart, in a sentence from their dials."""

from typing import NamedTuple

from rnnlab import format
from rnnlab.inside.dial import Dial


class Shown(NamedTuple):
    """A network on the dial: its name and, if it is known, its validation accuracy."""

    name: str
    accuracy: float | None
    dial: Dial

    @property
    def label(self) -> str:
        """Its name, with the accuracy if it is known."""
        if self.accuracy is None:
            return self.name
        return f"{self.name} ({format.percent(self.accuracy)})"

    @property
    def longest(self) -> float:
        """The longest time constant of its stable points, in words; needs one."""
        return max(point.words[0] for point in self.dial.stable)


def contrast(first: Shown, second: Shown) -> str:
    """Say what sets two networks apart: stable points, else the time constants of the slowest."""
    with_points = [shown for shown in (first, second) if shown.dial.stable]
    if not with_points:
        return f"No stable point was found in {first.label} nor in {second.label}."
    if len(with_points) == 1:
        (keeps,) = with_points
        other = second if keeps is first else first
        points = format.plural(len(keeps.dial.stable), "stable point")
        return (
            f"{other.label} has no stable point, so its state never settles; {keeps.label} has "
            f"{points}, and what it reads fades to about a third in {keeps.longest:.0f} words."
        )
    return (
        f"What was read fades to about a third in {first.longest:.0f} words in {first.label} and "
        f"in {second.longest:.0f} words in {second.label}."
    )
