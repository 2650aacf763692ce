"""The finding on top of the Compare page: which model is better, and how certain that is."""

from collections.abc import Sequence

import streamlit as st

from rnnlab import format
from rnnlab.charts import differences
from rnnlab.charts.differences import AccuracyDifferences
from rnnlab.compare import balance, tables, wording
from rnnlab.compare.groups import group_id, more_seeds
from rnnlab.compare.outcome import Outcome
from rnnlab.compare.ranking import Evaluated, Ranking, closest_verdict
from rnnlab.compare.sample_size import seeds_to_reach
from rnnlab.compare.side import MIN_SEEDS, MIN_SEEDS_SCATTERED
from rnnlab.compare.verdict import Verdict
from rnnlab.config import RunConfig
from rnnlab.lab import Lab
from ui import chart, roles, theme
from ui.compare import choice, holdout, settings
from ui.compare.view import View
from ui.reader import Snapshot


def show(view: View, lab: Snapshot) -> None:
    """Show the finding, the differences with their intervals, and a button for missing seeds."""
    evaluated = view.evaluated_reviews.evaluated
    ranking, verdicts = evaluated.ranking, evaluated.verdicts
    html = f'<p class="cmp-headline">{_text(ranking.headline)}</p>'
    if len(verdicts) == 1:
        (verdict,) = verdicts
        html += f'<p class="cmp-details">{_text(verdict.sentence)}</p>'
        if verdict.findings:
            html += f'<p class="cmp-details">{_text(verdict.findings)}</p>'
        rests_on = " ".join(filter(None, [wording.auc_sentence(verdict), verdict.rests_on]))
        html += f'<p class="cmp-rests">{theme.text(rests_on)}</p>'
    elif verdicts:
        html += f'<p class="cmp-details">{_text(ranking.relations)}</p>'
        html += f'<p class="cmp-rests">{_text(" ".join(ranking.failures))}</p>'
    else:
        html += f'<p class="cmp-details">{_text(ranking.details)}</p>'
    learned = {side.name: side.learned_runs for side in evaluated.sides}
    if sentences := balance.remarks(learned):
        html += f'<p class="cmp-rests">{theme.text(" ".join(sentences))}</p>'
    if not ranking.opponents:
        st.html(html)
        return
    words, figure = st.columns([5, 6], gap="large", vertical_alignment="center")
    words.html(html)
    with words:
        settings.describe(view.groups)
        _describe_outlook(evaluated)
    info = differences.accuracy_differences(ranking, view.colors, evaluated.sides)
    with figure:
        chart.exportable(
            differences.accuracy_differences_figure(info, text_color=theme.text_color()),
            key="compare_differences_chart",
            label=differences.describe(info),
            title=info.title,
            file="accuracy-differences",
            compact=False,
        )
        on = f"On {theme.markdown(view.evaluated_reviews.label)}. "
        st.caption(on + _caption(info, ranking, pairs=len(verdicts)))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if len({group_id(group.config) for group in view.groups}) > 1:  # else single runs of one
            _offer_all_seeds(view)
            _offer_seeds(view, lab)
            _offer_more_seeds(view, lab)
        holdout.offer(view.groups, lab.runs)
        settings.offer(view.groups, ranking.leader, lab)
    if len(verdicts) > 1:
        with st.expander(
            f"All {len(verdicts)} pairs, and what each verdict rests on", icon=":material/balance:"
        ):
            _pairs(verdicts)


def _caption(info: AccuracyDifferences, ranking: Ranking, *, pairs: int) -> str:
    """Explain the marks that the chart has."""
    parts = ["Bars: 95 % intervals that hold together." if pairs > 1 else "Bar: 95 % interval."]
    parts.append(f"Shaded: within {wording.margin(ranking.margin)}.")
    if info.beyond:
        parts.append("Arrows: the interval goes beyond the chart, to the values beside it.")
    if info.constant:
        dotted = "Dotted: " if info.constant_inside else ""
        parts.append(f"{dotted}{theme.markdown(info.constant.sentence)}")
    outcomes = {opponent.outcome for opponent in ranking.opponents}
    reasons = []
    if Outcome.NONE in outcomes:
        reasons.append("not significant")
    if Outcome.SEEDS in outcomes:
        reasons.append("too few seeds to tell")
    if reasons:
        parts.append(f"Faded: {', or '.join(reasons)}.")
    return " ".join(parts)


def _describe_outlook(evaluated: Evaluated) -> None:
    """Say how many seeds would show a difference of the margin's size.

    Of several models, for the two with the highest accuracies.
    """
    verdict = closest_verdict(evaluated)
    if verdict and verdict.outlook:
        st.caption(theme.markdown(verdict.outlook))


def _offer_all_seeds(view: View) -> None:
    """Show a button that compares all trained seeds where only some were chosen."""
    sides = view.evaluated_reviews.evaluated.sides
    unchosen = sum(side.left_out.not_chosen for side in sides)
    if unchosen and st.button(
        f"Add {format.plural(unchosen, 'trained seed')}",
        icon=":material/add_circle:",
        key="compare_all_seeds",
        help="The lab has more seeds of these settings. A choice of seeds can favor a model.",
    ):
        choice.replace([group.id for group in view.groups])


def _offer_seeds(view: View, lab: Snapshot) -> None:
    """Show a button that queues the seeds without which some verdict cannot be given."""
    evaluated = view.evaluated_reviews.evaluated
    if all(verdict.outcome is not Outcome.SEEDS for verdict in evaluated.verdicts):
        return
    missing = [
        config
        for group, side in zip(view.groups, evaluated.sides, strict=True)
        for config in more_seeds(
            group, side.lacking - side.left_out.not_chosen, lab.by_group.get(group.id, ())
        )
    ]
    if missing and roles.button(
        f"Train the {format.plural(len(missing), 'missing run')} "
        f"(about {settings.cost_text(missing)})",
        icon=":material/play_arrow:",
        type="primary",
        key="compare_seeds",
        help=f"A verdict needs {MIN_SEEDS} seeds of each model that have learned, "
        f"{MIN_SEEDS_SCATTERED} where seeds fail or scatter. With fewer, a real difference cannot "
        "be told from luck.",
    ):
        _queue(missing)


def _offer_more_seeds(view: View, lab: Snapshot) -> None:
    """Show a button that queues the seeds which would show a difference of the margin's size."""
    evaluated = view.evaluated_reviews.evaluated
    verdict = closest_verdict(evaluated)
    if verdict is None or not verdict.outlook or verdict.seeds_needed is None:
        return
    pair = [
        (group, side)
        for group, side in zip(view.groups, evaluated.sides, strict=True)
        if side.name in (verdict.a, verdict.b) and not side.deterministic
    ]
    seeds = seeds_to_reach(verdict.seeds_needed, min(len(side.typical) for _, side in pair))
    if seeds is None:
        return
    further = [
        config
        for group, side in pair
        for config in more_seeds(group, seeds - len(side.typical), lab.by_group.get(group.id, ()))
    ]
    if not further:
        st.caption("The seeds are on their way.")
    elif roles.button(
        f"Train {format.plural(len(further), 'further run')} (about {settings.cost_text(further)})",
        icon=":material/add:",
        key="compare_more_seeds",
        help=theme.markdown(verdict.outlook),
    ):
        _queue(further)


def _queue(configs: Sequence[RunConfig]) -> None:
    """Queue these runs; then show the page with them."""
    if roles.attempt(Lab.train_missing, configs):
        st.rerun()


def _pairs(verdicts: Sequence[Verdict]) -> None:
    number = st.column_config.NumberColumn
    points, auc = number(format="%+.1f"), number(format="%+.3f")
    st.dataframe(
        tables.verdict_table(verdicts),
        hide_index=True,
        key="compare_pairs",
        alt="The verdict on each pair of models",
        column_config={
            "Difference (points)": points,
            "95 % from (points)": points,
            "95 % to (points)": points,
            "p (corrected)": number(format="%.4f"),
            "AUC, difference": auc,
            "AUC, 95 % from": auc,
            "AUC, 95 % to": auc,
            "Findings": st.column_config.TextColumn(width="large"),
            "Rests on": st.column_config.TextColumn(width="large"),
        },
    )


def _text(words: str) -> str:
    """Escape words as HTML that does not break a line within "LSTM × 3"."""
    return theme.text(words.replace(" × ", f"{format.NO_BREAK}×{format.NO_BREAK}"))
