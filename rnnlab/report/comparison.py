"""A comparison to take away: its tables, its charts, its report, and all of it in one ZIP.

Owns what belongs to it and under which names; writes no file itself.
"""

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from rnnlab import datasets
from rnnlab.charts import (
    cost,
    differences,
    over_seeds,
    over_seeds_figure,
    quality,
    slices,
    styling,
    threshold,
)
from rnnlab.charts.styling import TEXT_COLOR, TraceStyle
from rnnlab.compare import tables
from rnnlab.compare.cost import Cost, group_costs
from rnnlab.compare.disagreements import Words
from rnnlab.compare.groups import Group, group_runs
from rnnlab.compare.ranking import Evaluated, evaluate_sides
from rnnlab.compare.verdict import MIN_SEEDS, Side
from rnnlab.errors import DataError
from rnnlab.evaluation import predictions
from rnnlab.lab import Lab
from rnnlab.report import documents, table_formats
from rnnlab.report import html as html_report
from rnnlab.report.html import ExportedFigure, Section
from rnnlab.runs import Epoch, Run

if TYPE_CHECKING:
    import plotly.graph_objects as go

ENDINGS: dict[table_formats.Format, str] = {
    "csv": "csv",
    "json": "json",
    "markdown": "md",
    "latex": "tex",
}


@dataclass(frozen=True, eq=False)
class Comparison:
    """Groups beside each other: their styles by group id, epochs by run id, and costs.

    `evaluated` and `words` are None where the groups cannot be judged on the same reviews, which
    `reviews` counts and names. `by_review_set` holds what each group says of other reviews too.
    """

    groups: Sequence[Group[Run]]
    styles: Mapping[str, TraceStyle]
    epochs: Mapping[str, Sequence[Epoch]]
    costs: Sequence[Cost]
    evaluated: Evaluated | None
    words: Words | None
    reviews: str = ""  # "5,000 validation reviews"
    by_review_set: Mapping[str, Sequence[Side | None]] = field(default_factory=dict)

    @property
    def colors(self) -> dict[str, str]:
        """The groups' colours, by name."""
        return {group.name: self.styles[group.id].color for group in self.groups}

    @property
    def title(self) -> str:
        """The finding."""
        if self.evaluated:
            return self.evaluated.ranking.headline
        return "Networks side by side"


def compare_runs(lab: Lab, runs: Sequence[Run], *, every: Sequence[Run]) -> Comparison:
    """The comparison of these runs on their validation reviews; `every` are all runs of the lab.

    Runs of different datasets are not judged. Raises DataError where reviews are missing.
    """
    chosen = group_runs(runs)
    run_costs = lab.store.run_costs([run.id for run in runs])
    epochs = {run.id: lab.store.epochs(run.id) for run in runs}
    evaluated = words = None
    counted = ""
    names = {run.config.dataset for run in runs}
    if len(names) == 1:
        dataset = datasets.load(names.pop(), lab.home)
        try:
            evaluated = evaluate_sides([_side(lab, group, dataset) for group in chosen])
            rows = np.asarray(dataset.validation_rows)
            words = Words.from_rows(dataset, rows)
            counted = f"{len(rows):,} validation reviews"
        except DataError:
            evaluated = None  # trained on another state of the reviews: curves alone
    styles = styling.trace_styles(group_runs(every))
    costs = group_costs(chosen, run_costs)
    return Comparison(chosen, styles, epochs, costs, evaluated, words, counted)


def report_tables(compared: Comparison) -> dict[str, pd.DataFrame]:
    """The tables by name."""
    found = {
        "differences": tables.comparison_table(compared.groups, compared.costs, compared.epochs)
    }
    if compared.evaluated:
        found["quality"] = tables.metric_table(compared.evaluated.sides)
        found["verdicts"] = tables.verdict_table(compared.evaluated.verdicts)
    if len(compared.by_review_set) > 1:
        names = [group.name for group in compared.groups]
        found["elsewhere"] = tables.review_set_table(names, compared.by_review_set)
    return {name: frame for name, frame in found.items() if len(frame)}


def exported_figures(
    compared: Comparison, *, text_color: str = TEXT_COLOR
) -> tuple[ExportedFigure, ...]:
    """The charts, the finding first, their text in the colour `text_color`."""
    return tuple(_exported_figures(compared, text_color))


def _exported_figures(compared: Comparison, text_color: str) -> Iterator[ExportedFigure]:
    evaluated, colors = compared.evaluated, compared.colors
    if evaluated and evaluated.ranking.opponents:
        ahead = differences.accuracy_differences(evaluated.ranking, colors)
        yield _exported_figure(
            "accuracy-differences",
            ahead,
            differences.accuracy_differences_figure(ahead, text_color=text_color),
            differences.describe,
        )
    for quantity in ("loss", "accuracy", "gap"):
        curves = over_seeds.group_curves(
            compared.groups, compared.epochs, compared.styles, quantity=quantity
        )
        figure = over_seeds_figure.group_curves_figure(curves, text_color=text_color)
        yield _exported_figure(f"curves-{quantity}", curves, figure, over_seeds.describe)
    if evaluated:
        roc_curves = quality.roc_curves(evaluated.sides, colors)
        calls = threshold.at_threshold(evaluated.sides, colors, threshold=0.5)
        yield _exported_figure(
            "roc",
            roc_curves,
            quality.roc_figure(roc_curves, calls, text_color=text_color),
            quality.describe_roc,
        )
        bins = quality.reliability_curves(evaluated.sides, colors)
        figure = quality.reliability_figure(bins, text_color=text_color)
        yield _exported_figure("reliability", bins, figure, quality.describe_reliability)
        scores = threshold.histograms(evaluated.sides, colors)
        figure = threshold.histograms_figure(scores, threshold=0.5, text_color=text_color)
        yield _exported_figure("scores", scores, figure, threshold.describe)
    chosen = [group.id for group in compared.groups]
    for axis in cost.AXES:
        priced = cost.against(axis, compared.costs, selected=chosen)
        if priced.costs:
            figure = cost.figure(priced, compared.styles, text_color=text_color)
            yield _exported_figure(f"cost-{axis}", priced, figure, cost.describe)
    if evaluated:
        for by in slices.AXES:
            sliced = slices.slices(by, evaluated.sides, compared.words, colors)
            figure = slices.slices_figure(sliced, text_color=text_color)
            yield _exported_figure(f"by-{by}", sliced, figure, slices.describe)


def _exported_figure(
    name: str, info: Any, figure: "go.Figure", describe: Callable[[Any], str]
) -> ExportedFigure:
    return ExportedFigure(name, info.title, figure, describe(info))


def caveats(compared: Comparison) -> tuple[str, ...]:
    """What a reader has to keep in mind, from the data."""
    said = []
    runs = [run for group in compared.groups for run in group.runs]
    if compared.evaluated:
        if compared.evaluated.sides[0].runs[0].used_for_selection:
            said.append(
                "The validation reviews also chose each run's best epoch, so figures on them "
                "flatter."
            )
        few = [g.name for g in compared.groups if g.seeds < MIN_SEEDS and g.config.seed is not None]
        if few:
            said.append(f"Fewer than {MIN_SEEDS} seeds, too few for a verdict: {', '.join(few)}.")
    else:
        said.append("These runs were not judged on the same reviews, so there is no verdict.")
    if len({run.machine for run in runs}) > 1:
        said.append("The runs were trained on different machines: their times do not compare.")
    if len({json.dumps(run.versions, sort_keys=True) for run in runs}) > 1:
        said.append("The runs were trained with different versions of the libraries.")
    stopped = [run.name for run in runs if run.state == "stopped"]
    if stopped:
        said.append(f"Stopped on request before their end: {', '.join(stopped)}.")
    said.append("Bands and ± are one standard deviation over seeds; intervals are 95 % intervals.")
    return tuple(said)


def render_html(compared: Comparison, *, now: float) -> str:
    """The report, one HTML file complete in itself."""
    charts = {exported.name: exported for exported in exported_figures(compared)}
    sections = []
    lead = "Curves, settings and costs of networks that judged different reviews."
    if compared.evaluated:
        lead = f"Judged on {compared.reviews}. {compared.evaluated.ranking.details}"
        sections += _verdict_sections(compared.evaluated, _named(charts, "accuracy-differences"))
    found = report_tables(compared)
    good, cost_columns = _parted(found["differences"])
    words = "Figures of the best epoch: means over the seeds and standard deviations."
    sections.append(Section("What differs, and how good", (words,), good))
    sections.append(Section("At what cost", table=cost_columns))
    if "quality" in found:
        sections.append(Section("Metrics", table=found["quality"]))
    if "elsewhere" in found:
        sections.append(Section("Accuracy on each set of reviews", table=found["elsewhere"]))
    sections.append(Section("How they learned", figures=_named(charts, "curves-")))
    charts_of_quality = [
        charts[name] for name in ("roc", "reliability", "scores") if name in charts
    ]
    sections.append(Section("How far they can be believed", figures=charts_of_quality))
    sections.append(Section("What accuracy costs", figures=_named(charts, "cost-")))
    sections.append(Section("Which reviews they get right", figures=_named(charts, "by-")))
    sections = [part for part in sections if part.words or part.table is not None or part.figures]
    return html_report.page(compared.title, lead, sections, caveats=caveats(compared), now=now)


def zip_archive(compared: Comparison, pictures: Mapping[str, bytes], *, now: float) -> bytes:
    """A ZIP of the report, every table in each format, the pictures, and each run's document."""
    files: dict[str, bytes] = {"report.html": render_html(compared, now=now).encode()}
    for name, frame in report_tables(compared).items():
        for format, ending in ENDINGS.items():
            files[f"tables/{name}.{ending}"] = table_formats.to_text(frame, format).encode()
    files |= {f"charts/{name}": content for name, content in pictures.items()}
    for group in compared.groups:
        for run in (*group.runs, *group.repeats):
            document = documents.run(run, compared.epochs.get(run.id, ()))
            name = re.sub(r"[^\w.-]+", "_", run.name)[:40]
            files[f"runs/{name}-{run.id}.json"] = json.dumps(document, indent=1).encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _verdict_sections(evaluated: Evaluated, figures: Sequence[ExportedFigure]) -> list[Section]:
    """The differences, the leader's pairs in words, and a table of all pairs."""
    if not evaluated.verdicts:
        return []
    leader = evaluated.ranking.leader
    sentences = [
        f"{one.sentence} {one.rests_on}" for one in evaluated.verdicts if leader in (one.a, one.b)
    ]
    table = tables.verdict_table(evaluated.verdicts).drop(columns="Rests on")
    return [
        Section("How surely", figures=figures),
        Section("The leader against each other", sentences),
        Section("All pairs", table=table),
    ]


def _parted(frame: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A table of differences as two that fit on paper: figures, then costs."""
    place = frame.columns.get_loc("Parameters")
    return frame.iloc[:, :place], frame[["Name", *frame.columns[place:]]]


def _side(lab: Lab, group: Group[Run], dataset: datasets.Dataset) -> Side:
    runs = tuple(predictions.load_predictions(lab.store, run, dataset) for run in group.runs)
    return Side(group.name, runs, len(group.repeats))


def _named(charts: Mapping[str, ExportedFigure], start: str) -> list[ExportedFigure]:
    return [exported for name, exported in charts.items() if name.startswith(start)]
