"""The report as a file: complete in itself, its words shown as words."""

import json
import re
from html.parser import HTMLParser

import pandas as pd
import plotly.graph_objects as go

from rnnlab.report import html
from rnnlab.report.html import ExportedFigure, Section

HOSTILE = "</script><img src=x onerror=alert(1)>"


class Page(HTMLParser):
    """Collects a page's elements, the text outside scripts, and what it would fetch."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags, self.fetched, self.words = [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.fetched += [value for name, value in attributes if name in ("src", "href")]

    def handle_data(self, data):
        self.words.append(data)


def made(name: str = "lstm-1") -> str:
    figure = go.Figure(go.Scatter(x=[1, 2], y=[0.7, 0.6], name=name), layout={"height": 300})
    frame = pd.DataFrame({"Name": [name, "gru-1"], "Accuracy (%)": [79.61, None], name: [8809, 7]})
    sections = [
        Section(f"What {name} does", (f"{name} leads.",), frame),
        Section(
            "Curves",
            figures=(ExportedFigure("loss", f"Lowest: {name}", figure, f"Chart of {name}"),),
        ),
    ]
    return html.render_page(
        f"{name} leads", "By far.", sections, caveats=(f"{name} may be luck.",), now=0
    )


def test_report_needs_nothing_from_elsewhere():
    page = Page(made())
    assert page.fetched == []
    assert "link" not in page.tags and "iframe" not in page.tags
    assert page.tags.count("script") == 3  # the figure, plotly.js, and what draws


def test_report_holds_its_words_tables_and_figures():
    page = made()
    words = " ".join(Page(page).words)
    for expected in (
        "lstm-1 leads",
        "By far.",
        "79.61",
        "8,809",
        "–",
        "Lowest: lstm-1",
        "lstm-1 may be luck.",
    ):
        assert expected in words
    (figure,) = re.findall(r'<script type="application/json" id="figure-1">(.*?)</script>', page)
    assert json.loads(figure)["data"][0]["y"] == [0.7, 0.6]


def test_hostile_name_is_text_everywhere():
    page = Page(made(HOSTILE))
    assert "img" not in page.tags
    assert page.tags.count("script") == 3
    assert HOSTILE in " ".join(page.words)
