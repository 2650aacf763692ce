"""The finding on top of the Compare page: who leads, how surely, and what that rests on."""

from collections.abc import Sequence

import streamlit as st

from rnnlab import format
from rnnlab.charts import differences
from rnnlab.compare import tables
from rnnlab.compare.groups import Group, missing_seeds
from rnnlab.compare.ranking import Evaluated
from rnnlab.compare.verdict import MIN_SEEDS, Outcome, Verdict
from rnnlab.runs import Run
from ui import chart, reader, theme
from ui.compare.view import View


def show(view: View) -> None:
    """The sentence, the leads with their intervals, and what to do where seeds are missing."""
    evaluated = view.reviewed.evaluated
    told = evaluated.ranking
    words = f'<p class="cmp-headline">{_text(told.headline)}</p>'
    if len(evaluated.verdicts) == 1:
        (only,) = evaluated.verdicts
        words += f'<p class="cmp-details">{_text(only.sentence)}</p>'
        words += f'<p class="cmp-rests">{theme.text(_auc(only) + only.rests_on)}</p>'
    else:
        words += f'<p class="cmp-details">{_text(told.details)}</p>'
    if not told.opponents:
        st.html(words)
        return
    said, drawn = st.columns([5, 6], gap="large", vertical_alignment="center")
    said.html(words)
    with said:
        _offer_seeds(evaluated, view.groups)
    info = differences.accuracy_differences(told, view.colors)
    with drawn:
        chart.exportable(
            differences.accuracy_differences_figure(info, text_color=theme.text_color()),
            key="compare_leads",
            label=differences.describe(info),
            title=info.title,
            file="accuracy-differences",
            compact=False,
        )
        if len(evaluated.verdicts) > 1:
            st.caption(
                "Bars: 95 % intervals, each of its own pair. Faint: not sure, once it is allowed "
                f"for that {len(evaluated.verdicts)} pairs are compared at once (Holm)."
            )
    if len(evaluated.verdicts) > 1:
        with st.expander(
            f"All {len(evaluated.verdicts)} pairs, and what each verdict rests on",
            icon=":material/balance:",
        ):
            _pairs(evaluated.verdicts)


def _offer_seeds(evaluated: Evaluated, groups: Sequence[Group[Run]]) -> None:
    """A button that queues the seeds without which some verdict cannot be given."""
    if all(one.outcome is not Outcome.SEEDS for one in evaluated.verdicts):
        return
    wanted = [config for group in groups for config in missing_seeds(group, wanted=MIN_SEEDS)]
    if not wanted:
        return
    minutes = reader.minutes(wanted, workers=2)
    if st.button(
        f"Train the {format.plural(len(wanted), 'missing run')} "
        f"(about {format.plural(minutes, 'minute')})",
        icon=":material/play_arrow:",
        type="primary",
        key="compare_seeds",
        help=f"So that each side has {MIN_SEEDS} seeds.",
    ) and all([reader.attempt(lambda c=c: reader.get_lab().train(c)) for c in wanted]):
        st.rerun()
    st.caption("With fewer than three seeds a side, luck cannot be told from skill.")


def _pairs(verdicts: Sequence[Verdict]) -> None:
    number = st.column_config.NumberColumn
    points, auc = number(format="%+.1f"), number(format="%+.3f")
    st.dataframe(
        tables.verdict_table(verdicts),
        hide_index=True,
        key="compare_pairs",
        alt="The verdict on each pair",
        column_config={
            "A less B (points)": points,
            "95 % from (points)": points,
            "95 % to (points)": points,
            "p (Holm)": number(format="%.4f"),
            "AUC, A less B": auc,
            "AUC, 95 % from": auc,
            "AUC, 95 % to": auc,
            "Rests on": st.column_config.TextColumn(width="large"),
        },
    )


def _auc(one: Verdict) -> str:
    """The difference in AUC with its interval, as a sentence; empty where it has none."""
    if one.auc is None:
        return ""
    value, low, high, *_ = one.auc
    return (
        f"ROC AUC, {one.a} less {one.b}: {value:+.3f} (95 % interval {low:+.3f} to {high:+.3f}). "
    )


def _text(words: str) -> str:
    """The words as HTML that does not break a line within "LSTM × 3"."""
    return theme.text(words.replace(" × ", "\u00a0×\u00a0"))
