"""Looks: colours, number formats, and small pieces of HTML.

Every helper that returns HTML escapes the words it is given, so that a run's name is always text.
HTML follows the viewer's theme by mixing with `currentColor`, without asking which it is.
"""

import html
import re

import streamlit as st

from rnnlab.config import ARCHITECTURES
from rnnlab.runs import Run, RunState

STATES: dict[RunState, tuple[str, str]] = {  # Material symbol, colour of the symbol
    RunState.QUEUED: ("hourglass_top", "inherit"),
    RunState.RUNNING: ("play_circle", "#3F7BFF"),
    RunState.FINISHED: ("check_circle", "#1F9D55"),
    RunState.STOPPED: ("stop_circle", "inherit"),
    RunState.FAILED: ("error", "#E5484D"),
    RunState.INTERRUPTED: ("power_off", "#D97706"),
}

WORD_JOINER = "\u2060"
# Within "https://", ":material/delete:", "www.", "me@there", "->", "--" and ">=".
_MARKS = re.compile(r"(?<=:)(?=[a-z/])|(?<=www)(?=\.)|(?<=@)|(?<=[-<>=])(?=[-<>=])", re.IGNORECASE)

CSS = """
<style>
.block-container, [data-testid="stMainBlockContainer"] {padding-top: 4.6rem; max-width: 1760px}
.lab-icon {font-family: "Material Symbols Rounded"; font-weight: 400; font-style: normal;
  font-size: 1.2em; line-height: 1; vertical-align: -0.2em; font-feature-settings: "liga"}
.lab-badge {display: inline-flex; align-items: center; gap: .38em; white-space: nowrap;
  font-size: .84rem; font-weight: 600; line-height: 1.3; padding: .14em .65em; border-radius: 99px;
  background: color-mix(in srgb, var(--tint, currentColor) 14%, transparent)}
.lab-dot {width: .72em; height: .72em; border-radius: 50%; background: var(--tint); flex: none}
.lab-muted {opacity: .74}
.lab-row {display: flex; align-items: center; gap: .5rem .6rem; flex-wrap: wrap}
.lab-figures {display: flex; flex-wrap: wrap; gap: .5rem 1.6rem}
.lab-figure {display: flex; flex-direction: column; line-height: 1.25}
.lab-figure b {font-size: 1.3rem; font-weight: 650; font-variant-numeric: tabular-nums;
  white-space: nowrap}
.lab-figure span {font-size: .82rem; opacity: .74}
.lab-bar {height: .6rem; border-radius: 99px; overflow: hidden;
  background: color-mix(in srgb, currentColor 14%, transparent)}
.lab-bar i {display: block; height: 100%; border-radius: 99px;
  background: var(--tint, currentColor); transition: width .45s linear}
.lab-apart {justify-content: space-between; flex-wrap: nowrap}
.lab-card {display: flex; flex-direction: column; gap: .6rem}
.lab-name {display: inline-flex; align-items: center; gap: .5rem; font-size: 1.15rem;
  font-weight: 650; min-width: 0; overflow-wrap: anywhere}
.lab-now {font-size: .88rem; font-variant-numeric: tabular-nums}
[class*="st-key-card_"].stHorizontalBlock {flex-wrap: nowrap}
[class*="st-key-card_"].stHorizontalBlock > :has(.stHtml) {min-width: 0; flex-shrink: 1}
/* Streamlit pales what waits for its next value; here one comes twice a second. */
[class*="st-key-live_"] [data-stale="true"] {opacity: 1 !important; transition: none !important}
.lab-stuck {margin-top: .5rem; font-size: .9rem; overflow-wrap: anywhere}
.lab-stuck code {background: none; color: inherit; padding: 0; font-size: .95em}
.lab-hero h1, .lab-title h1 {font-size: 2.1rem; font-weight: 700; margin: 0; padding: 0;
  overflow-wrap: anywhere}
.lab-hero {display: flex; align-items: baseline; gap: .3rem 1.1rem; flex-wrap: wrap}
.lab-hero p {font-size: 1.1rem; margin: 0; opacity: .8}
.lab-title {display: flex; align-items: center; gap: .5rem .8rem; flex-wrap: wrap}
.lab-empty {text-align: center; max-width: 52rem; margin: 1rem auto .5rem}
.lab-empty h2 {font-size: 1.7rem; padding: 0 0 .6rem}
.st-key-lab_empty {padding: 2rem 1rem 3rem}
.lab-leader p {margin: .3rem 0 .5rem}
.lab-empty p {text-wrap: balance; font-size: 1.12rem; line-height: 1.6}
.lab-leaders {display: grid; gap: 1rem;
  grid-template-columns: repeat(auto-fit, minmax(11.5rem, 1fr))}
.lab-leader {padding: .9rem 1.1rem 1rem; max-width: 26rem; border-radius: 10px; line-height: 1.45;
  display: flex; flex-direction: column;
  border: 1px solid color-mix(in srgb, currentColor 18%, transparent);
  border-top: 5px solid var(--tint)}
.lab-leader .lab-row {flex-wrap: nowrap; align-items: baseline; line-height: 1.3}
.lab-leader:has(.lab-score) .lab-row {flex: 1}
.lab-score {font-size: 2.9rem; font-weight: 700; line-height: 1.25; white-space: nowrap;
  font-variant-numeric: tabular-nums; letter-spacing: -.01em}
.lab-finding {font-size: 1.2rem; font-weight: 650; padding: 0; margin: .3rem 0 0}
.lab-scroll {overflow-x: auto}
.lab-table {border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums}
.lab-table th, .lab-table td {padding: .45rem .7rem; border: 0; text-align: right;
  white-space: nowrap; border-bottom: 1px solid color-mix(in srgb, currentColor 15%, transparent)}
.lab-table th:first-child, .lab-table td:first-child {text-align: left; padding-left: 0}
.lab-table thead th {font-size: .86rem; font-weight: 600; opacity: .75}
.lab-table tfoot td {font-weight: 700; border-bottom: 0}
.lab-pairs th {font-weight: 400; opacity: .78}
.lab-pairs td {font-weight: 600; white-space: normal; overflow-wrap: anywhere}
.st-key-lab_train_presets button {padding: .9rem 1.8rem}
.st-key-lab_train_presets button p {font-size: 1.3rem; font-weight: 600}
@media (min-width: 1700px) {html {font-size: 19.5px !important}}
@media (max-width: 640px) {
  .lab-table th, .lab-table td {padding: .4rem .3rem; font-size: .92rem}
  .lab-table td:first-child {white-space: normal}
  .lab-score {font-size: 2.1rem}
  .lab-leaders {grid-template-columns: 1fr 1fr; gap: .6rem}
  .lab-leader {padding: .7rem .8rem}
  .block-container, [data-testid="stMainBlockContainer"] {padding: 4.2rem 1rem 3rem}
}
@media (prefers-reduced-motion: reduce) {.lab-bar i {transition: none}}
</style>
"""


def install() -> None:
    """Put the style sheet on the page; once per script run."""
    st.html(CSS)


def heading(title: str, words: str) -> None:
    """Put a page's heading on it, with what the page is for."""
    st.html(f'<div class="lab-hero"><h1>{text(title)}</h1><p>{text(words)}</p></div>')


TEXT_COLOR = "#161B26"  # of text on white


def text_color() -> str:
    """The colour of text in the viewer's theme, for charts, which cannot inherit it."""
    return "#EEF1F6" if st.context.theme.type == "dark" else TEXT_COLOR


def strong() -> str:
    """The strongest text colour of the viewer's theme."""
    return "#FFFFFF" if st.context.theme.type == "dark" else "#000000"


def text(words: object) -> str:
    """The words as HTML that shows exactly them."""
    return html.escape(str(words))


def icon(name: str, *, color: str = "inherit") -> str:
    """A Material symbol; screen readers pass over it."""
    return f'<span class="lab-icon" aria-hidden="true" style="color:{color}">{text(name)}</span>'


def arch_badge(arch: str) -> str:
    """The architecture's name beside its colour."""
    known = ARCHITECTURES[arch]
    return (
        f'<span class="lab-badge" style="--tint:{known.color}">'
        f'<i class="lab-dot"></i>{text(known.label)}</span>'
    )


def state_badge(state: RunState, words: str | None = None) -> str:
    """The state as symbol and word (or other `words`), never as colour alone."""
    symbol, color = STATES[state]
    return f'<span class="lab-badge">{icon(symbol, color=color)}{text(words or state)}</span>'


def figures(pairs: list[tuple[str, str]]) -> str:
    """Figures in a row: (label, value)."""
    cells = (
        f'<div class="lab-figure"><b>{text(value)}</b><span>{text(label)}</span></div>'
        for label, value in pairs
    )
    return f'<div class="lab-figures">{"".join(cells)}</div>'


def bar(share: float, *, color: str, label: str) -> str:
    """A progress bar, `share` from 0 to 1; `label` is read out."""
    done = round(100 * min(max(share, 0.0), 1.0), 1)
    return (
        f'<div class="lab-bar" style="--tint:{color}" role="progressbar" aria-valuemin="0" '
        f'aria-valuemax="100" aria-valuenow="{done}" aria-label="{text(label)}">'
        f'<i style="width:{done}%"></i></div>'
    )


def markdown(words: str) -> str:
    """The words as Markdown that shows exactly them, for labels, toasts, errors and headings.

    Signs are escaped. Streamlit (1.67) makes links, icons and arrows of the text that is left
    after that; an invisible word joiner inside such marks keeps them words.
    """
    parted = _MARKS.sub(WORD_JOINER, words)
    return "".join(f"\\{sign}" if sign in r"\`*_{}[]<>()#+-.!|~:$&" else sign for sign in parted)


def run_label(run: Run) -> str:
    """The run's name and architecture, as plain words."""
    return f"{run.name} ({ARCHITECTURES[run.config.arch].label})"
