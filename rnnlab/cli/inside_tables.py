"""Prints what a network does inside."""

from rnnlab import format
from rnnlab.cli.output import plain
from rnnlab.cli.tables import Stdout, new_table
from rnnlab.inside.dial import Dial
from rnnlab.inside.memory import half_life
from rnnlab.inside.order import Order
from rnnlab.inside.stored import Memory
from rnnlab.runs import Run


def inside(run: Run, dial: Dial, memory: Memory, order: Order) -> None:
    """Print the states and resting points, the memory, and the accuracy on changed reviews."""
    console = Stdout()
    share = format.whole_percent(dial.shares[0])
    console.print(
        plain(
            f"{run.name}: {share} of the variance of its state lies on one line, at a cosine of "
            f"{dial.cosine or 0:.2f} to the read-out. {dial.sentence}"
        ),
        soft_wrap=True,
    )
    points = new_table("resting point", ">probability", ">slowest (words)", ">next (words)")
    for point, probability in zip(dial.points, dial.probabilities, strict=True):
        slowest, *others = point.words
        points.add_row(
            "stable" if point.stable else "saddle",
            format.percent(probability),
            _words(slowest),
            _words(others[0]) if others else format.NONE,
        )
    if dial.points:
        console.print(points)
    console.print(
        plain(
            f"By its gradient, a word counts half as much as the last one "
            f"{half_life(memory.reach)}; swapped, {half_life(memory.swaps)}."
        )
    )
    table = new_table("reviews", ">accuracy", ">lost (points)", ">95 % interval")
    for row in order.rows:
        cells = [format.NONE, ""]
        if row.difference:
            low, value, high = (
                format.signed(100 * share, 1)
                for share in (row.difference.low, row.difference.value, row.difference.high)
            )
            cells = [value, f"{low} to {high}"]
        table.add_row(row.name, format.percent(row.accuracy), *cells)
    console.print(table)
    console.print(plain(f"Measured on {format.plural(order.reviews, 'validation review')}."))


def _words(words: float) -> str:
    return "grows" if words == float("inf") else f"{words:.1f}"
