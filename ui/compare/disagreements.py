"""The tab Disagreements: which reviews one side gets right and another wrong, and which kinds."""

from collections.abc import Mapping, Sequence

import streamlit as st

from rnnlab import format
from rnnlab.charts import slices
from rnnlab.charts.styling import TraceStyle
from rnnlab.compare.disagreements import (
    MIN_SLICE_REVIEWS,
    Disagreement,
    DisputedReview,
    disagreement,
)
from rnnlab.compare.verdict import Side
from ui import chart, theme
from ui.compare.view import View

SHOWN = 4  # reviews a side
START = 230  # characters of a review that its card shows


def show(view: View) -> None:
    """Two sides review by review, then all of them over kinds of reviews."""
    if len(view.groups) > 1:
        _pair(view)
    sides = view.reviewed.evaluated.sides
    for column, by in zip(st.columns(2, gap="medium"), ("length", "unknown"), strict=True):
        info = slices.slices(by, sides, view.reviewed.words, view.colors)
        column.html(f'<h3 class="lab-finding">{theme.text(info.title)}</h3>')
        with column:
            chart.exportable(
                slices.slices_figure(info, text_color=theme.text_color()),
                key=f"compare_by_{by}",
                label=slices.describe(info),
                title=info.title,
                file=f"by-{by}",
            )
    st.caption(
        "Points: accuracy in each slice of the reviews, the mean over seeds. Bars: 95 % "
        "intervals. Slices of fewer than "
        f"{MIN_SLICE_REVIEWS} reviews are left out."
    )


def _pair(view: View) -> None:
    names = {group.id: group.name for group in view.groups}
    sides = dict(zip(names, view.reviewed.evaluated.sides, strict=True))
    leader, opponent = _strongest(sides)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        one = st.selectbox(
            "One side",
            list(names),
            list(names).index(leader),
            format_func=names.get,
            key="one",
            bind="query-params",
        )
        rest = [group_id for group_id in names if group_id != one]
        other = st.selectbox(
            "Another",
            rest,
            rest.index(opponent) if opponent in rest else 0,
            format_func=names.get,
            key="other",
            bind="query-params",
        )
    found = disagreement(sides[one], sides[other])
    a, b = (view.styles[group_id]._replace(name=names[group_id]) for group_id in (one, other))
    st.html(bar(found, a, b))
    runs = [run.id for group in view.groups if group.id in (one, other) for run in group.runs]
    for column, right, wrong, splits in zip(
        st.columns(2, gap="medium"), (a, b), (b, a), (found.a_right, found.b_right), strict=True
    ):
        with column:
            st.markdown(
                f"##### {theme.markdown(right.name)} is right, "
                f"{theme.markdown(wrong.name)} is wrong"
            )
            for split in splits[:SHOWN]:
                _card(split, a, b, view, runs)
            if not splits:
                st.caption("No such review.")
            elif len(splits) > SHOWN:
                st.caption(f"The {SHOWN} most disputed of {len(splits):,}.")


def bar(found: Disagreement, a: TraceStyle, b: TraceStyle) -> str:
    """All reviews as one bar, by who gets them right, and its key with the counts."""
    only_a, only_b = len(found.a_right), len(found.b_right)
    total = found.both + found.neither + only_a + only_b
    parts = [
        ("both", "", "Both right", found.both),
        ("only", theme.tint(a.color), f"{a.name} alone", only_a),
        ("only", theme.tint(b.color), f"{b.name} alone", only_b),
        ("none", "", "Neither", found.neither),
    ]
    spans = "".join(
        f'<span class="{kind}" style="{tint}width:{100 * count / total:.2f}%">'
        f"{count / total:.0%}</span>"
        for kind, tint, _, count in parts
        if count
    )
    key = "".join(f"<span>{theme.text(name)}: <b>{count:,}</b></span>" for *_, name, count in parts)
    return f'<div class="dis-bar" aria-hidden="true">{spans}</div><div class="dis-key">{key}</div>'


def _strongest(sides: Mapping[str, Side]) -> tuple[str, str]:
    order = sorted(sides, key=lambda group_id: -sides[group_id].correct.mean())
    return order[0], order[1]


def _card(
    split: DisputedReview, a: TraceStyle, b: TraceStyle, view: View, runs: Sequence[str]
) -> None:
    review = view.reviewed.text(split.row)
    start = " ".join(review.replace("<br />", " ").split())
    if len(start) > START:
        start = start[:START].rsplit(" ", 1)[0] + " …"
    label = "Positive" if split.positive else "Negative"
    with st.container(border=True, key=f"dis_{a.id}_{b.id}_{split.row}", gap="small"):
        st.html(
            f'<p class="dis-review"><b>{label}:</b> {theme.text(start)}</p><p class="dis-says">'
            f"<span>{theme.text(a.name)}: <b>{format.percent(split.a)}</b> positive</span>"
            f"<span>{theme.text(b.name)}: <b>{format.percent(split.b)}</b> positive</span></p>"
        )
        if st.button(
            "Open in Classify",
            icon=":material/rate_review:",
            type="tertiary",
            key=f"dis_open_{a.id}_{b.id}_{split.row}",
        ):
            st.session_state.classify_text = review
            st.switch_page("pages/classify.py", query_params={"run": ",".join(runs)})
