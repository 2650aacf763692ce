"""A comparison as one HTML file that needs nothing else: no network, no server, no fonts.

Owns the page: its words' order, its looks on a screen and on paper. What is found and drawn comes
from elsewhere; every word is escaped.
"""

import html
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

if TYPE_CHECKING:
    import plotly.graph_objects as go

PAPER_PX = 680  # the width of a chart on A4 and on US letter
ASSETS = Path(__file__).parent / "assets"


class ExportedFigure(NamedTuple):
    """A figure with the name of its file, its finding, and its description in words."""

    name: str
    title: str
    figure: "go.Figure"
    alt: str


class Section(NamedTuple):
    """A part of a report: a heading, words, and a table or charts under them."""

    title: str
    words: Sequence[str] = ()
    table: pd.DataFrame | None = None
    figures: Sequence[ExportedFigure] = ()


def page(
    title: str, lead: str, sections: Sequence[Section], *, caveats: Sequence[str], now: float
) -> str:
    """The report: its finding as the title, a lead, the sections, and what to keep in mind."""
    from plotly.offline import get_plotlyjs

    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(now))
    number = 0
    body, figure_data = [], []
    for section in sections:
        parts = [f"<h2>{_text(section.title)}</h2>"]
        parts += [f"<p>{_text(words)}</p>" for words in section.words]
        if section.table is not None:
            parts.append(table(section.table))
        body.append(f"<section>{''.join(parts)}</section>")
        for exported in section.figures:
            number += 1
            body.append(_chart(exported, f"figure-{number}"))
            figure_data.append(_data(exported, f"figure-{number}"))
    points = "".join(f"<li>{_text(words)}</li>" for words in caveats)
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{_text(title)}</title><style>{_asset('report.css')}</style></head><body>"
        f'<h1>{_text(title)}</h1><p class="lead">{_text(lead)}</p>'
        f'<p class="muted">Made by rnnlab, {_text(when)}.</p>'
        f"{''.join(body)}<section><h2>To keep in mind</h2><ul>{points}</ul></section>"
        f"{''.join(figure_data)}<script>{get_plotlyjs()}</script>"
        f"<script>const PAPER_PX = {PAPER_PX};\n{_asset('report.js')}</script></body></html>\n"
    )


def table(frame: pd.DataFrame) -> str:
    """The table as HTML; numbers to the right, with as many digits as they deserve."""
    numeric = list(frame.select_dtypes("number"))
    style = frame.style.hide(axis="index").format(_shown, na_rep="–", escape="html")
    style = style.format_index(axis=1, escape="html")
    style = style.set_properties(numeric, **{"text-align": "right", "white-space": "nowrap"})
    return f'<div class="wide">{style.to_html()}</div>'


def _shown(value: object) -> object:
    if not isinstance(value, float):
        return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else value
    if value == int(value) and abs(value) < 1e15:
        return f"{value:,.0f}"
    return f"{value:,.1f}" if abs(value) >= 100 else f"{value:.4g}"


def _chart(exported: ExportedFigure, name: str) -> str:
    height = exported.figure.layout.height or 420
    return (
        f'<section><h2>{_text(exported.title)}</h2><div class="chart" data-figure="{name}" '
        f'role="figure" aria-label="{_text(exported.alt)}" style="height:{height}px"></div>'
        "</section>"
    )


def _data(exported: ExportedFigure, name: str) -> str:
    # Plotly writes < as \u003c, so that no name can end the script.
    return f'<script type="application/json" id="{name}">{exported.figure.to_json()}</script>'


def _asset(name: str) -> str:
    return (ASSETS / name).read_text(encoding="utf-8")


def _text(words: object) -> str:
    return html.escape(str(words))
