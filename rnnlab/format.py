"""Numbers, times and lists as people read them, the same on the screen and in files.

A number and its unit are joined by a no-break space. Owns no HTML and no Markdown.
"""

import math
import time
from collections.abc import Sequence

NONE = "–"  # stands for a figure that there is none of
NO_BREAK = "\u00a0"


def count(number: int | None) -> str:
    """Format a whole number with thousands commas: 8809 → "8,809"; None → "–"."""
    return NONE if number is None else f"{number:,}"


def plural(number: int, noun: str) -> str:
    """Format a number with its noun: (1, "minute") → "1 minute"; (6, "minute") → "6 minutes"."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def loss(value: float | None) -> str:
    """Format a loss to 4 digits: 0.45121 → "0.4512"; None → "–"; NaN → "not a number"."""
    if value is None:
        return NONE
    return f"{value:.4f}" if math.isfinite(value) else "not a number"


def percent(share: float | None) -> str:
    """Format a share from 0 to 1: 0.7934 → "79.3 %"; None and NaN → "–"."""
    if share is None or not math.isfinite(share):
        return NONE
    return f"{100 * share:.1f}{NO_BREAK}%"


def whole_percent(share: float) -> str:
    """Format a share that is known roughly: 0.632 → "63 %"."""
    return f"{100 * share:.0f}{NO_BREAK}%"


def small_percent(share: float) -> str:
    """Format an error: 0.00034 → "0.034 %"; 0.21 → "21 %"; below 0.001 % → "less than 0.001 %"."""
    if share < 1e-5:
        return f"less than 0.001{NO_BREAK}%"
    digits = f"{100 * share:.2g}" if share < 1 else f"{100 * share:,.0f}"
    return f"{digits}{NO_BREAK}%"


def signed(value: float, digits: int = 2) -> str:
    """Format a number with its sign, a difference of logits say: 1.2 → "+1.20"; −0.5 → "−0.50".

    What rounds to nothing has no sign: −0.001 → "0.00".
    """
    shown = decimal(value, digits)
    return f"+{shown}" if float(shown.replace("−", "-")) > 0 else shown


def decimal(value: float, digits: int = 2) -> str:
    """Format a number of either sign: -0.216 → "−0.22"; what rounds to nothing has no sign."""
    shown = f"{value:.{digits}f}"
    return shown.replace("-", "−") if float(shown) else f"{0.0:.{digits}f}"


def points(share: float) -> str:
    """Format a difference of two shares in percentage points: 0.0021 → "0.2 points"."""
    return f"{100 * share:.1f} points"


def clock(at: float) -> str:
    """Format a time of day, in this machine's zone and with it: 1790000000 → "14:13:20 UTC"."""
    return time.strftime("%H:%M:%S %Z", time.localtime(at))


def moment(at: float) -> str:
    """Format a time in this machine's zone and with it: "2026-09-21 14:13 UTC"."""
    return time.strftime("%Y-%m-%d %H:%M %Z", time.localtime(at))


def duration(seconds: float | None) -> str:
    """Format seconds: 0.46 → "0.5 s"; 80 → "1 min 20 s"; 7320 → "2 h 2 min"; None, NaN → "–"."""
    if seconds is None or not math.isfinite(seconds):
        return NONE
    if seconds < 9.95:
        return f"{seconds:.1f}{NO_BREAK}s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole}{NO_BREAK}s"
    if whole < 3600:
        minutes, rest = divmod(whole, 60)
        return f"{minutes}{NO_BREAK}min" + (f" {rest}{NO_BREAK}s" if rest else "")
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours:,}{NO_BREAK}h" + (f" {minutes}{NO_BREAK}min" if minutes else "")


def size(n_bytes: float | None) -> str:
    """Format bytes in decimal units: 35236 → "35.2 kB"; 4.8e9 → "4.8 GB"; None → "–"."""
    if n_bytes is None:
        return NONE
    value = float(n_bytes)
    for unit in ("B", "kB", "MB", "GB"):
        if abs(value) < 999.5 or unit == "GB":
            break
        value /= 1000
    digits = 0 if unit == "B" or value >= 100 else 1
    return f"{value:,.{digits}f}{NO_BREAK}{unit}"


def ordinal(number: int) -> str:
    """Format a rank: 1 → "1st"; 12 → "12th"."""
    endings = {1: "st", 2: "nd", 3: "rd"}
    ending = "th" if 10 <= number % 100 <= 20 else endings.get(number % 10, "th")
    return f"{number}{ending}"


def learning_rate(value: float) -> str:
    """Format a learning rate: 0.0001 → "0.0001"; 0.000015 → "1.5e-5"."""
    return f"{value:g}".replace("e-0", "e-")


def number(value: float, digits: int = 2) -> str:
    """Format a number with a minus that is as wide as a plus: −0.316, 3 → "−0.316"."""
    return f"{value:.{digits}f}".replace("-", "−")


def p_value(p: float) -> str:
    """Format a p-value: 0.0312 → "p = 0.031"; below 0.0001 → "p < 0.0001"."""
    return "p < 0.0001" if p < 1e-4 else f"p = {p:.2g}"


def listing(names: Sequence[str], word: str = "and") -> str:
    """Join names as a sentence does: "A", "A and B", "A, B and C"; none → ""."""
    if not names:
        return ""
    return f" {word} ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
