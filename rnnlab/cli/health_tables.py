"""Prints a health card for people."""

from typing import Any

from rnnlab import format
from rnnlab.cli.output import plain
from rnnlab.datasets.health.card import HealthCard
from rnnlab.datasets.health.checked import Checked
from rnnlab.text import fold

_MARKS = {"problem": "!!", "warning": "! ", "note": "i ", "fine": "ok"}
_ROWS, _WIDTH = 3, 70


def card(name: str, checked: Checked, health: HealthCard, read: dict[str, Any]) -> None:
    """Print how the reviews were read, and each finding with some of its rows."""
    different = format.plural(health.distinct, "different review")
    print(plain(f"{name}: {format.plural(health.reviews, 'review')}, {different}"))
    for remark in read.get("remarks", ()):
        print(plain(f"   {remark}"))
    for row in read.get("preview", ())[:_ROWS]:
        label = "positive" if row["label"] else "negative"
        print(plain(f"   line {row['line']:,}: {label}: {_short(row['text'])}"))
    print()
    for finding in health.findings:
        print(plain(f"{_MARKS[finding.level]} {finding.title}"))
        if finding.advice and finding.level != "fine":
            print(plain(f"   {finding.advice}"))
        notes = finding.notes or ("",) * len(finding.rows)
        for row, note in list(zip(finding.rows, notes, strict=False))[:_ROWS]:
            label = "positive" if checked.labels[row] else "negative"
            said = f" ({note})" if note else ""
            text = _short(fold(checked.texts[row][: 8 * _WIDTH]))
            print(plain(f"   {checked.place(row)}{said}: {label}: {text}"))


def _short(text: str) -> str:
    line = " ".join(text[: 4 * _WIDTH].split())
    return line if len(line) <= _WIDTH else f"{line[: _WIDTH - 1]}…"
