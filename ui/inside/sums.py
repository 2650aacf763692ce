"""A unit's sums as an HTML table: a row for each quantity, its terms, and what they come to."""

from collections.abc import Sequence

from rnnlab import format
from rnnlab.charts.cell import QUANTITIES
from rnnlab.inside.terms import Sum
from ui import theme

DIGITS = 3
_SHORT = {"sigmoid": "σ", "tanh": "tanh"}


def table(parts: Sequence[Sum]) -> str:
    """Return the sums as HTML: "input 0.12 + recurrent −0.30 + bias 0.05", σ of it, the value."""
    rows = "".join(
        f"<tr><th scope='row'>{theme.text(QUANTITIES[part.name].capitalize())}</th>"
        f"<td>{_terms(part)}</td><td>{_total(part)}</td>"
        f"<td><b>{format.number(part.value, DIGITS)}</b></td></tr>"
        for part in parts
    )
    return (
        "<table class='lab-table inside-sums'><thead><tr><th scope='col'>Quantity</th>"
        "<th scope='col'>Terms</th><th scope='col'>Sum</th><th scope='col'>Value</th></tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    )


def _terms(part: Sum) -> str:
    return " ".join(
        f"<span class='inside-term'><b>{_number(term.value, first=not place)}</b> "
        f"{theme.text(term.name)}</span>"
        for place, term in enumerate(part.terms)
    )


def _number(value: float, *, first: bool) -> str:
    """Return a term as it is written in a sum: "−0.014" first, "+ 0.005" or "− 0.018" later."""
    if first:
        return format.decimal(value, DIGITS)
    shown = format.decimal(value, DIGITS)
    return f"− {shown[1:]}" if shown.startswith("−") else f"+ {shown}"


def _total(part: Sum) -> str:
    if part.activation is None:
        return format.number(part.total, DIGITS) if len(part.terms) > 1 else ""
    return f"{_SHORT[part.activation]}({format.number(part.total, DIGITS)})"
