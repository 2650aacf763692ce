"""The look of all pages: style sheets, headings, colours, errors, and small pieces of HTML.

Every helper that returns HTML escapes the words it is given, so that a run's name is always text.
HTML follows the viewer's theme by mixing with `currentColor`, without asking which it is.
"""

import html
import re
from collections.abc import Iterable, Sequence

import streamlit as st

from rnnlab import format
from rnnlab.config import ARCHITECTURES
from rnnlab.errors import DamagedRun
from rnnlab.runs import Run, RunState
from ui import assets

WARNING = "#D97706"
STATES: dict[RunState, tuple[str, str]] = {  # Material symbol, colour of the symbol
    RunState.QUEUED: ("hourglass_top", "inherit"),
    RunState.RUNNING: ("play_circle", "#3F7BFF"),
    RunState.FINISHED: ("check_circle", "#1F9D55"),
    RunState.STOPPED: ("stop_circle", "inherit"),
    RunState.FAILED: ("error", "#E5484D"),
    RunState.INTERRUPTED: ("power_off", WARNING),
}

WORD_JOINER = "\u2060"
# Within "https://", ":material/delete:", "www.", "me@there", "->", "--" and ">=".
_MARKS = re.compile(r"(?<=:)(?=[a-z/])|(?<=www)(?=\.)|(?<=@)|(?<=[-<>=])(?=[-<>=])", re.IGNORECASE)


def install(page: str) -> None:
    """Put the style sheets on the page named `page`; once per script run."""
    st.html(assets.style("base.css", "live.css", "streamlit.css"))
    st.html(assets.style(f"{page}.css"))


def heading(title: str, words: str) -> None:
    """Show a page's title, and what the page is for."""
    st.html(f'<div class="lab-hero"><h1>{text(title)}</h1><p>{text(words)}</p></div>')


def error(problem: object) -> None:
    """Show an error, or what its words are, as text."""
    st.error(markdown(str(problem)), icon=":material/error:")


MOST_DAMAGED = 3  # that are named on a page


def left_out(damaged: Sequence[DamagedRun]) -> None:
    """Say which runs were left out because they are damaged, if any were."""
    if not damaged:
        return
    lines = [f"Left out: {error}." for error in damaged[:MOST_DAMAGED]]
    if (more := len(damaged) - MOST_DAMAGED) > 0:
        lines.append(f"{format.plural(more, 'more run')} left out: `rnnlab doctor` lists them.")
    st.warning(markdown("\n\n".join(lines)), icon=":material/broken_image:")


TEXT_COLOR = "#161B26"  # of text on white


def text_color() -> str:
    """Return the text colour of the viewer's theme, for charts, which cannot inherit it."""
    return "#EEF1F6" if st.context.theme.type == "dark" else TEXT_COLOR


def strong_text_color() -> str:
    """Return the text colour of the viewer's theme that has most contrast."""
    return "#FFFFFF" if st.context.theme.type == "dark" else "#000000"


def chips(key: str, colors: Iterable[str]) -> str:
    """Return a style sheet that gives the chips of a multiselect these colours, in their order."""
    tints = "".join(
        f'.st-key-{key} [data-tag-index="{place}"] {{--tint: {color}}}\n'
        for place, color in enumerate(colors)
    )
    return f"<style>{tints}</style>"


def tint(color: str) -> str:
    """Return CSS that sets `--tint` to a colour "#RRGGBB", and `--ink` to what is readable on it.

    Black or white, whichever has more contrast (WCAG 2.2): at least 4.58:1 on any colour.
    """
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
        for share in (int(color[start : start + 2], 16) / 255 for start in (1, 3, 5))
    )
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return f"--tint:{color};--ink:{'#000' if luminance > 0.1791 else '#FFF'};"


def text(words: object) -> str:
    """Escape the words: HTML that shows exactly them."""
    return html.escape(str(words))


def icon(name: str, *, color: str = "inherit") -> str:
    """Return a Material symbol as HTML; screen readers skip it."""
    return f'<span class="lab-icon" aria-hidden="true" style="color:{color}">{text(name)}</span>'


def arch_badge(arch: str) -> str:
    """Return the architecture's name beside its colour, as HTML."""
    known = ARCHITECTURES[arch]
    return (
        f'<span class="lab-badge" style="--tint:{known.color}">'
        f'<i class="lab-dot"></i>{text(known.label)}</span>'
    )


def state_badge(state: RunState, words: str | None = None) -> str:
    """Return the state as symbol and word (or other `words`): never as colour alone."""
    symbol, color = STATES[state]
    return f'<span class="lab-badge">{icon(symbol, color=color)}{text(words or state)}</span>'


def figures(pairs: list[tuple[str, str]]) -> str:
    """Return (label, value) pairs as figures in a row."""
    cells = (
        f'<div class="lab-figure"><b>{text(value)}</b><span>{text(label)}</span></div>'
        for label, value in pairs
    )
    return f'<div class="lab-figures">{"".join(cells)}</div>'


def bar(share: float, *, color: str, label: str) -> str:
    """Return a progress bar, `share` from 0 to 1; screen readers read `label` out."""
    done = round(100 * min(max(share, 0.0), 1.0), 1)
    return (
        f'<div class="lab-bar" style="--tint:{color}" role="progressbar" aria-valuemin="0" '
        f'aria-valuemax="100" aria-valuenow="{done}" aria-label="{text(label)}">'
        f'<i style="width:{done}%"></i></div>'
    )


def markdown(words: str) -> str:
    """Escape the words: Markdown that shows exactly them, for labels, toasts and headings.

    Punctuation is escaped. Streamlit (1.67) still turns some of what is left into links, icons and
    arrows; an invisible word joiner inside such marks keeps them text.
    """
    parted = _MARKS.sub(WORD_JOINER, words)
    return "".join(f"\\{sign}" if sign in r"\`*_{}[]<>()#+-.!|~:$&" else sign for sign in parted)


def run_label(run: Run) -> str:
    """Return the run's name and architecture, as plain text."""
    return f"{run.name} ({ARCHITECTURES[run.config.arch].label})"
