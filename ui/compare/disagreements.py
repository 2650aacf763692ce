"""The tab Disagreements: reviews that one model gets right and another wrong, and of which kind."""

from collections.abc import Sequence

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
from ui import chart, theme
from ui.compare.view import View

MAX_CARDS = 4  # reviews for each side
PREVIEW = 230  # characters of a review that its card shows


def show(view: View) -> None:
    """Show two models review by review, then all of them by kind of review."""
    if len(view.groups) > 1:
        _pair(view)
    sides = view.evaluated_reviews.evaluated.sides
    kinds: tuple[slices.By, ...] = ("length", "unknown")
    for column, by in zip(st.columns(2, gap="medium"), kinds, strict=True):
        info = slices.slices(by, sides, view.evaluated_reviews.words, view.colors)
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
        "Points: accuracy in each slice of the reviews, means over the seeds that learned. Bars: "
        f"95 % intervals. Slices of fewer than {MIN_SLICE_REVIEWS} reviews are left out."
    )


def _pair(view: View) -> None:
    names = {group.id: group.name for group in view.groups}
    sides = dict(zip(names, view.evaluated_reviews.evaluated.sides, strict=True))
    highest, second = sorted(sides, key=lambda group_id: -sides[group_id].accuracy)[:2]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        a_id = st.selectbox(
            "Model A",
            list(names),
            list(names).index(highest),
            format_func=names.__getitem__,
            key="one",
            bind="query-params",
        )
        others = [group_id for group_id in names if group_id != a_id]
        b_id = st.selectbox(
            "Model B",
            others,
            others.index(second) if second in others else 0,
            format_func=names.__getitem__,
            key="other",
            bind="query-params",
        )
    counts = disagreement(sides[a_id], sides[b_id])
    a, b = (view.styles[group_id]._replace(name=names[group_id]) for group_id in (a_id, b_id))
    st.html(bar(counts, a, b))
    run_ids = [run.id for group in view.groups if group.id in (a_id, b_id) for run in group.runs]
    for column, right, wrong, disputed in zip(
        st.columns(2, gap="medium"), (a, b), (b, a), (counts.a_right, counts.b_right), strict=True
    ):
        with column:
            st.markdown(
                f"##### {theme.markdown(right.name)} is right, "
                f"{theme.markdown(wrong.name)} is wrong"
            )
            for review in disputed[:MAX_CARDS]:
                _card(review, a, b, view, run_ids)
            if not disputed:
                st.caption("No such review.")
            elif len(disputed) > MAX_CARDS:
                st.caption(
                    f"The {MAX_CARDS} most disputed of {len(disputed):,}: those with the largest "
                    "difference in probability."
                )


def bar(counts: Disagreement, a: TraceStyle, b: TraceStyle) -> str:
    """Render all reviews as one bar, by who gets them right, and its key with the counts."""
    only_a, only_b = len(counts.a_right), len(counts.b_right)
    total = counts.both + counts.neither + only_a + only_b
    parts = [
        ("both", "", "Both right", counts.both),
        ("only", theme.tint(a.color), f"Only {a.name}", only_a),
        ("only", theme.tint(b.color), f"Only {b.name}", only_b),
        ("none", "", "Both wrong", counts.neither),
    ]
    spans = "".join(
        f'<span class="{kind}" style="{tint}width:{100 * count / total:.2f}%">'
        f"{count / total:.0%}</span>"
        for kind, tint, _, count in parts
        if count
    )
    key = "".join(f"<span>{theme.text(name)}: <b>{count:,}</b></span>" for *_, name, count in parts)
    return f'<div class="dis-bar" aria-hidden="true">{spans}</div><div class="dis-key">{key}</div>'


def _card(
    disputed: DisputedReview, a: TraceStyle, b: TraceStyle, view: View, run_ids: Sequence[str]
) -> None:
    text = view.evaluated_reviews.text(disputed.row)
    preview = " ".join(text.replace("<br />", " ").split())
    if len(preview) > PREVIEW:
        preview = preview[:PREVIEW].rsplit(" ", 1)[0] + " …"
    label = "Positive" if disputed.positive else "Negative"
    with st.container(border=True, key=f"dis_{a.id}_{b.id}_{disputed.row}", gap="small"):
        st.html(
            f'<p class="dis-review"><b>{label}:</b> {theme.text(preview)}</p><p class="dis-says">'
            f"<span>{theme.text(a.name)}: <b>{format.percent(disputed.a)}</b> positive</span>"
            f"<span>{theme.text(b.name)}: <b>{format.percent(disputed.b)}</b> positive</span></p>"
        )
        if st.button(
            "Open in Classify",
            icon=":material/rate_review:",
            type="tertiary",
            key=f"dis_open_{a.id}_{b.id}_{disputed.row}",
        ):
            st.session_state.classify_text = text
            st.switch_page("pages/classify.py", query_params={"run": ",".join(run_ids)})
