"""The health card: figures, findings with their rows and what can be done, and charts."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from rnnlab import format
from rnnlab.charts import health
from rnnlab.config import FIELDS, RunConfig
from rnnlab.datasets.outside import OUTSIDE
from ui import chart, roles, theme
from ui.data import keys, understood

Card = Mapping[str, Any]
ALWAYS = ("copies", "contradicting")  # are acted on as any file is added
ROWS = 20  # of a finding
LEVELS = {  # Material symbol and its colour
    "problem": ("error", "#E5484D"),
    "warning": ("warning", theme.WARNING),
    "note": ("info", "#3F7BFF"),
    "fine": ("check_circle", "#1F9D55"),
}


def figures(card: Card) -> None:
    """Draw the counts of a card in a row."""
    dropped = sum(group["count"] for group in card["left_out"])
    share = card["positives"] / max(card["reviews"], 1)
    pairs = [
        (format.count(card["reviews"]), "reviews"),
        (format.count(card["distinct"]), "different"),
        (format.percent(share), "positive"),
        (format.count(dropped), "rows left out"),
    ]
    st.html(theme.figures([(label, value) for value, label in pairs]))


def findings(card: Card, *, digest: str | None = None, dataset_id: str = "") -> None:
    """Draw the findings, the worst first.

    Those of a file, with its `digest`, can be acted on; those of a dataset lead to the Train page.
    """
    worth = [finding for finding in card["findings"] if finding["level"] != "fine"]
    passed = [finding for finding in card["findings"] if finding["level"] == "fine"]
    if not worth:
        st.success("No problems found.", icon=":material/verified:")
    for finding in worth:
        with st.container(border=True, key=f"data_finding_{_slug(finding['key'])}"):
            st.html(_finding_html(finding))
            if digest is not None:
                _act(finding, digest)
            elif settings(finding) and roles.may_change() and dataset_id not in OUTSIDE:
                st.page_link(
                    "pages/train.py",
                    label=_train_with(finding),
                    icon=":material/model_training:",
                    query_params={
                        "dataset": dataset_id,
                        **{name: str(value) for name, value in settings(finding).items()},
                    },
                )
            _rows(finding)
    if passed:
        with st.expander(
            f"{format.plural(len(passed), 'check')} passed", icon=":material/check_circle:"
        ):
            st.html("".join(_finding_html(finding, advice=True) for finding in passed))


def charts(card: Card) -> None:
    """Draw class balance, lengths and unknown words."""
    color = theme.text_color()
    name = card["name"]
    balance = health.balance(card)
    lengths = health.length_bars(card, RunConfig().maxlen)
    unknown = health.unknown_bars(card)
    drawn: list[tuple[health.Balance | health.LengthBars | health.UnknownBars, Any, str]] = [
        (balance, health.balance_figure(balance, text_color=color), "balance"),
        (lengths, health.lengths_figure(lengths, text_color=color), "lengths"),
    ]
    if unknown.shares[0] > 0:
        drawn.append((unknown, health.unknown_figure(unknown, text_color=color), "unknown"))
    for info, figure, key in drawn:
        st.markdown(f"##### {theme.markdown(info.title)}")
        label = f"{name}: {info.title}"
        chart.show(chart.render(figure), key=f"data_{key}", label=label, compact=False)


def settings(finding: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the settings of a run that a finding asks for; none for most."""
    return finding.get("settings") or {}


def _train_with(finding: Mapping[str, Any]) -> str:
    named = [f"{FIELDS[name].label} {value:,}" for name, value in settings(finding).items()]
    return f"Train with {format.listing(named)}"


def _act(finding: Mapping[str, Any], digest: str) -> None:
    if not (finding["action"] or settings(finding)):
        return
    label = finding["action"] or _train_with(finding)
    if finding["drops"]:
        label += f" ({format.plural(finding['drops'], 'row')})"
    chosen = keys.act_on(digest)
    always = finding["key"] in ALWAYS
    key = f"data_act_{_slug(finding['key'])}_{digest[:12]}"

    def adopt() -> None:
        (chosen.add if st.session_state[key] else chosen.discard)(finding["key"])
        st.session_state.pop(keys.ADDED, None)

    st.checkbox(
        theme.markdown(label),
        value=always or finding["key"] in chosen,
        key=key,
        on_change=adopt,
        disabled=always,
        help="Done for every dataset of your own." if always else None,
    )


def _rows(finding: Mapping[str, Any]) -> None:
    rows = finding["rows"]
    if not rows:
        return
    label = "Show its rows"
    if finding["drops"] > ROWS or len(rows) > ROWS:
        label = f"Show {ROWS} of its rows"
    with st.expander(label, icon=":material/table_rows:"):
        body = "".join(understood.row_html(row, note=True) for row in rows[:ROWS])
        table = f'<table class="lab-table"><tbody>{body}</tbody></table>'
        st.html(f'<div class="data-rows" tabindex="0">{table}</div>')


def _finding_html(finding: Mapping[str, Any], *, advice: bool = True) -> str:
    symbol, color = LEVELS[finding["level"]]
    more = f"<p>{theme.text(finding['advice'])}</p>" if advice and finding["advice"] else ""
    return (
        f'<div class="data-finding">{theme.icon(symbol, color=color)}'
        f"<div><b>{theme.text(finding['title'])}</b>{more}</div></div>"
    )


def _slug(key: str) -> str:
    return "".join(c if c.isalnum() else "_" for c in key)
