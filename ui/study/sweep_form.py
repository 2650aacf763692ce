"""The part of the form that starts a sweep: fields, ranges, budget, seeds."""

from collections.abc import Sequence

import streamlit as st

from rnnlab.config import FIELDS, RunConfig
from rnnlab.studies import StudySpec
from rnnlab.study import plan, ranges
from ui.number_box import number_box
from ui.study import keys

# What the form offers to search, and the ranges that it starts with.
OFFERED = {
    "learning_rate": "3e-5..3e-2",
    "units": "4..64",
    "embedding_dim": "8..64",
    "vocab_size": "200..5000",
    "maxlen": "50..200",
    "layers": "1..2",
    "dropout": "0..0.5",
    "batch_size": "16..128",
    "bidirectional": "false, true",
    "optimizer": "adam, rmsprop",
}
AT_FIRST = ("learning_rate", "units")
RUNS, MINUTES = "Runs", "Minutes"
IN_A_ROW = 3


def ask(chosen: Sequence[RunConfig], epochs: int) -> StudySpec:
    """Show the boxes of a sweep; return what they describe. Raises InvalidField.

    `chosen` are the architectures' settings, `epochs` the most that any of them trains by default.
    """
    fields = st.pills(
        "Search",
        list(OFFERED),
        default=list(AT_FIRST),
        format_func=lambda name: FIELDS[name].label,
        selection_mode="multi",
        key=keys.FIELDS,
    )
    texts = {}
    for start in range(0, len(fields), IN_A_ROW):
        row = fields[start : start + IN_A_ROW]
        for column, name in zip(st.columns(IN_A_ROW), row, strict=False):
            texts[name] = column.text_input(
                FIELDS[name].label,
                OFFERED[name],
                key=f"{keys.RANGE}_{name}",
                help="From..to, or values separated by commas.",
            )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        unit = st.segmented_control(
            "Budget of each architecture", [RUNS, MINUTES], default=RUNS, required=True,
            key=keys.UNIT, width="content",
        )  # fmt: skip
        budget = ranges.RUNS if unit == RUNS else ranges.MINUTES
        amount = number_box(
            budget,
            key=f"{keys.BUDGET}_{budget.name}",
            default=ranges.DEFAULT_RUNS if unit == RUNS else 10.0,
            help=budget.help,
            label=f"{unit} each",
        )
    numbers = {}
    for column, field, key, default in zip(
        st.columns(3),
        (plan.SEEDS, plan.FRESH_SEEDS, FIELDS["epochs"]),
        (keys.SWEEP_SEEDS, keys.FRESH_SEEDS, keys.EPOCHS),
        (ranges.DEFAULT_SEEDS, plan.DEFAULT_FRESH_SEEDS, epochs),
        strict=True,
    ):
        with column:
            numbers[field.name] = number_box(field, key=key, default=default, help=field.help)
    prune = st.toggle(
        "Stop runs that fall below the median",
        value=True,
        key=keys.PRUNE,
        help="After an epoch, a run is stopped if its highest accuracy is below the median of what "
        "the sweep's finished runs had reached by then.",
    )
    bases = [plan.with_fields(config, epochs=numbers["epochs"]) for config in chosen]
    return ranges.make_sweep(
        bases,
        {name: ranges.parse_range(name, text) for name, text in texts.items()},
        runs=amount if unit == RUNS else None,
        minutes=None if unit == RUNS else amount,
        seeds=numbers["seeds"],
        fresh_seeds=numbers["fresh_seeds"],
        prune=prune,
    )
