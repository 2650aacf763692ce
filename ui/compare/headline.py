"""The finding on top of the Compare page: which model is better, and how certain that is."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from rnnlab import format
from rnnlab.charts import differences
from rnnlab.charts.differences import AccuracyDifferences
from rnnlab.compare import tables
from rnnlab.compare.groups import Group, missing_seeds
from rnnlab.compare.ranking import Evaluated, Ranking
from rnnlab.compare.verdict import MIN_SEEDS, Outcome, Verdict
from rnnlab.runs import Run
from ui import chart, reader, theme
from ui.compare.view import View


def show(view: View) -> None:
    """Show the finding, the differences with their intervals, and a button for missing seeds."""
    evaluated = view.evaluated_reviews.evaluated
    ranking, verdicts = evaluated.ranking, evaluated.verdicts
    html = f'<p class="cmp-headline">{_text(ranking.headline)}</p>'
    if len(verdicts) == 1:
        (verdict,) = verdicts
        html += f'<p class="cmp-details">{_text(verdict.sentence)}</p>'
        html += f'<p class="cmp-rests">{theme.text(_auc(verdict) + verdict.rests_on)}</p>'
    else:
        html += f'<p class="cmp-details">{_text(ranking.details)}</p>'
    if not ranking.opponents:
        st.html(html)
        return
    words, figure = st.columns([5, 6], gap="large", vertical_alignment="center")
    words.html(html)
    with words:
        _offer_seeds(evaluated, view.groups)
    info = differences.accuracy_differences(ranking, view.colors)
    with figure:
        chart.exportable(
            differences.accuracy_differences_figure(info, text_color=theme.text_color()),
            key="compare_differences_chart",
            label=differences.describe(info),
            title=info.title,
            file="accuracy-differences",
            compact=False,
        )
        st.caption(_caption(info, ranking, pairs=len(verdicts)))
    if len(verdicts) > 1:
        with st.expander(
            f"All {len(verdicts)} pairs, and what each verdict rests on", icon=":material/balance:"
        ):
            _pairs(verdicts)


def _caption(info: AccuracyDifferences, ranking: Ranking, *, pairs: int) -> str:
    """Explain the marks that the chart has."""
    parts = ["Bars: 95 % intervals that hold together." if pairs > 1 else "Bar: 95 % interval."]
    if info.beyond:
        parts.append("Arrows: the interval goes beyond the chart, to the values beside it.")
    outcomes = {opponent.outcome for opponent in ranking.opponents}
    reasons = []
    if Outcome.NONE in outcomes:
        reasons.append("not significant")
    if Outcome.SEEDS in outcomes:
        reasons.append("too few seeds to tell")
    if reasons:
        parts.append(f"Faded: {', or '.join(reasons)}.")
    return " ".join(parts)


def _offer_seeds(evaluated: Evaluated, groups: Sequence[Group[Run]]) -> None:
    """Show a button that queues the seeds without which some verdict cannot be given."""
    if all(verdict.outcome is not Outcome.SEEDS for verdict in evaluated.verdicts):
        return
    missing = [config for group in groups for config in missing_seeds(group, wanted=MIN_SEEDS)]
    if not missing:
        return
    minutes = reader.minutes(missing, workers=2)
    if st.button(
        f"Train the {format.plural(len(missing), 'missing run')} "
        f"(about {format.plural(minutes, 'minute')})",
        icon=":material/play_arrow:",
        type="primary",
        key="compare_seeds",
        help=f"Brings each model to {MIN_SEEDS} seeds.",
    ) and all([reader.attempt(partial(reader.get_lab().train, config)) for config in missing]):
        st.rerun()
    st.caption(
        f"With fewer than {MIN_SEEDS} seeds per model, a real difference cannot be told from luck."
    )


def _pairs(verdicts: Sequence[Verdict]) -> None:
    number = st.column_config.NumberColumn
    points, auc = number(format="%+.1f"), number(format="%+.3f")
    st.dataframe(
        tables.verdict_table(verdicts),
        hide_index=True,
        key="compare_pairs",
        alt="The verdict on each pair of models",
        column_config={
            "A minus B (points)": points,
            "95 % from (points)": points,
            "95 % to (points)": points,
            "p (corrected)": number(format="%.4f"),
            "AUC, A minus B": auc,
            "AUC, 95 % from": auc,
            "AUC, 95 % to": auc,
            "Rests on": st.column_config.TextColumn(width="large"),
        },
    )


def _auc(verdict: Verdict) -> str:
    """Give the difference in AUC with its interval, as a sentence; empty where it has none."""
    if verdict.auc is None:
        return ""
    value, low, high, *_ = verdict.auc
    return (
        f"ROC AUC, {verdict.a} minus {verdict.b}: {value:+.3f} "
        f"(95 % interval {low:+.3f} to {high:+.3f}). "
    )


def _text(words: str) -> str:
    """Escape words as HTML that does not break a line within "LSTM × 3"."""
    return theme.text(words.replace(" × ", f"{format.NO_BREAK}×{format.NO_BREAK}"))
