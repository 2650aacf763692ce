"""Order: what each model answers to reviews whose words are moved or cut."""

from collections.abc import Sequence
from typing import NamedTuple

import streamlit as st

from rnnlab import format
from rnnlab.charts import last_words
from rnnlab.charts.last_words import LastWordsLine
from rnnlab.dataset_names import dataset_name
from rnnlab.errors import DamagedRun
from rnnlab.inference.damaged import load_each
from rnnlab.inside.order import SMALL, Order, Reordered
from rnnlab.inside.reviews import baselines
from rnnlab.inside.stored import Subject, load_order
from rnnlab.runs import Run
from ui import chart, networks, roles, theme
from ui.inside.opened import Opened
from ui.reader import snapshot

REVIEWS = {"bundled": "IMDB", "keras": "IMDB"}  # as people call the reviews of a dataset


class _Measured(NamedTuple):
    """A model, what it answers to changed reviews, and the colour in which that is drawn."""

    run: Run
    order: Order
    color: str


def show(opened_networks: Sequence[Opened]) -> None:
    """Draw the table of changes, the baselines beside the networks, and the last words' curve."""
    subjects = {opened.run.id: opened.subject for opened in opened_networks}
    damaged: list[DamagedRun] = []
    for opened in opened_networks:
        others = [run for run in baselines(opened.run, snapshot().runs) if run.id not in subjects]
        loaded, broken = load_each(others, networks.network)
        damaged += [error for error in broken if error.run not in {known.run for known in damaged}]
        for run in others:
            if run.id in loaded:
                subjects[run.id] = Subject(roles.store(), run, loaded[run.id], opened.dataset)
    theme.left_out(damaged)
    colors = {opened.run.id: opened.color for opened in opened_networks}
    measured = [
        _Measured(run, order, colors.get(run.id, run.config.architecture.color))
        for run, order in _measure(list(subjects.values()))
    ]
    shown = [(run, order) for run, order, _ in measured[: len(opened_networks)]]
    st.subheader(headline(shown), anchor=False)
    table, curve = st.columns([5, 3], gap="large")
    with table:
        st.html(_table(measured))
        st.caption(
            f"On {format.plural(measured[0].order.reviews, 'validation review')}. Small: the "
            "points of accuracy that the change costs, with the 95 % interval of the choice of "
            "reviews (McNemar’s exact test); faded where it includes 0."
        )
    with curve:
        _last_words(measured)


def headline(measured: Sequence[tuple[Run, Order]]) -> str:
    """Say what shuffling the words costs these networks, as far as the intervals back it."""
    costs = [(run, order.shuffled) for run, order in measured]
    if all(cost.low > -SMALL and cost.high < SMALL for _, cost in costs):
        finding = "word order hardly matters"
    elif all(cost.low > 0 for _, cost in costs):
        finding = "word order matters"
    elif all(cost.high < 0 for _, cost in costs):
        finding = "shuffled words even get more right answers"
    elif any(cost.low > 0 or cost.high < 0 for _, cost in costs):
        finding = "word order matters to one network"
    else:
        finding = "no significant effect of word order is shown"
    where = _which_reviews([run for run, _ in costs])
    parts = [
        f"{run.name} {_points(cost.value)} points (95 % interval {_points(cost.low)} to "
        f"{_points(cost.high)})"
        for run, cost in costs
    ]
    return f"On {where}, {finding}: shuffling costs {format.listing(parts)}"


def _which_reviews(runs: Sequence[Run]) -> str:
    """Name the reviews that these runs read: "IMDB with 300 and 500 words", "which-first"."""
    names = list(dict.fromkeys(_name(run.config.dataset) for run in runs))
    if names != ["IMDB"]:
        return format.listing(names)
    sizes = sorted({run.config.vocab_size for run in runs})
    return f"IMDB with {format.listing([format.count(size) for size in sizes])} words"


def _name(dataset_id: str) -> str:
    return REVIEWS.get(dataset_id) or dataset_name(dataset_id)


def _measure(subjects: Sequence[Subject]) -> list[tuple[Run, Order]]:
    """Return what is kept of each model, or measure it with a progress bar."""
    area = st.empty()
    measured = []
    for number, subject in enumerate(subjects):
        name = subject.run.name

        def report(share: float, change: str, number: int = number, name: str = name) -> None:
            done = (number + share) / len(subjects)
            area.progress(done, f"Reading the validation reviews with {name}: {change} …")

        measured.append((subject.run, load_order(subject, progress=report)))
    area.empty()
    return measured


def _table(measured: Sequence[_Measured]) -> str:
    heads = "".join(
        f"<th scope='col'><i class='lab-dot' style='--tint:{model.color}'></i>"
        f"{theme.text(model.run.name)}</th>"
        for model in measured
    )
    rows = []
    for number, row in enumerate(measured[0].order.rows):
        cells = "".join(_cell(model.order.rows[number]) for model in measured)
        rows.append(f"<tr><th scope='row'>{theme.text(row.name.capitalize())}</th>{cells}</tr>")
    return (
        "<div class='inside-order' tabindex='0' role='region' aria-label='Changed reviews'>"
        "<table class='lab-table'><thead><tr>"
        f"<th scope='col'>Reviews</th>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
        "</div>"
    )


def _cell(row: Reordered) -> str:
    accuracy = f"<b>{format.percent(row.accuracy)}</b>"
    if row.difference is None:
        return f"<td>{accuracy}</td>"
    low, value, high = (
        _points(share) for share in (row.difference.low, row.difference.value, row.difference.high)
    )
    faded = " class='inside-faded'" if row.difference.low <= 0 <= row.difference.high else ""
    return f"<td>{accuracy}<small{faded}>{value} ({low} to {high})</small></td>"


def _points(share: float) -> str:
    return format.number(100 * share, 1)


def _last_words(measured: Sequence[_Measured]) -> None:
    info = last_words.last_words_chart(
        [LastWordsLine(model.run.name, model.color, model.order.last) for model in measured]
    )
    st.html(f'<p class="inside-finding">{theme.text(info.title)}</p>')
    chart.exportable(
        last_words.last_words_figure(info, text_color=theme.text_color()),
        key="inside_last_words",
        label=last_words.describe(info),
        title=info.title,
        file="last-words",
    )
