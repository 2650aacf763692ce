"""Exports a comparison: its tables, charts and HTML report, and all of it in one ZIP.

Owns what belongs to it and under which names; writes no files itself.
"""

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from rnnlab import format
from rnnlab.charts import (
    cost,
    differences,
    over_seeds,
    over_seeds_figure,
    reliability,
    roc,
    slices,
    threshold,
)
from rnnlab.charts.styling import TEXT_COLOR
from rnnlab.compare import settings, tables, wording
from rnnlab.compare.groups import was_stopped
from rnnlab.compare.ranking import Evaluated
from rnnlab.report import documents, table_formats
from rnnlab.report import html as html_report
from rnnlab.report.compared import Comparison
from rnnlab.report.html import ExportedFigure, Section

if TYPE_CHECKING:
    import plotly.graph_objects as go

ENDINGS: dict[table_formats.Format, str] = {
    "csv": "csv",
    "json": "json",
    "markdown": "md",
    "latex": "tex",
}


def report_tables(compared: Comparison) -> dict[str, pd.DataFrame]:
    """Return the tables by name, without empty ones."""
    frames = {
        "differences": tables.comparison_table(
            compared.groups,
            compared.costs,
            compared.epochs,
            stuck=compared.stuck,
            failed=compared.failed,
        )
    }
    if compared.evaluated:
        sides = compared.evaluated.sides
        frames["quality"] = tables.with_constant_answer(
            tables.metric_table(sides), sides[0].runs[0].labels
        )
        frames["verdicts"] = tables.verdict_table(compared.evaluated.verdicts)
    if len(compared.groups) > 1:
        if in_time := compared.in_time:
            frames["equal-time"] = tables.equal_time_table(in_time)
        frames["equal-parameters"] = tables.size_table(compared.sizes, compared.costs)
    if len(compared.by_review_set) > 1:
        names = [group.name for group in compared.groups]
        frames["elsewhere"] = tables.review_set_table(names, compared.by_review_set)
    return {name: frame for name, frame in frames.items() if len(frame)}


def export_tables(compared: Comparison) -> dict[str, pd.DataFrame]:
    """Return the tables of the report as they are exported, each with what it rests on.

    That is the ids of each group's runs, and the reviews that its figures were measured on.
    """
    ids = {group.name: " ".join(run.id for run in group.runs) for group in compared.groups}
    frames = dict(report_tables(compared))
    for name, frame in frames.items():
        columns: dict[str, Any] = {
            "Run ids" if column == "Name" else f"Run ids, {column.lower()}": frame[column].map(ids)
            for column in ("Name", "Higher", "Lower")
            if column in frame
        }
        if name in ("quality", "verdicts"):
            columns["Reviews"] = compared.reviews
        frames[name] = frame.assign(**columns)
    return frames


def exported_figures(
    compared: Comparison, *, text_color: str = TEXT_COLOR
) -> tuple[ExportedFigure, ...]:
    """Return the charts, the finding first, their text in the colour `text_color`."""
    return tuple(_exported_figures(compared, text_color))


def _exported_figures(compared: Comparison, text_color: str) -> Iterator[ExportedFigure]:
    evaluated, colors = compared.evaluated, compared.colors
    if evaluated and evaluated.ranking.opponents:
        ahead = differences.accuracy_differences(evaluated.ranking, colors, evaluated.sides)
        yield _exported_figure(
            "accuracy-differences",
            ahead,
            differences.accuracy_differences_figure(ahead, text_color=text_color),
            differences.describe,
        )
    for quantity in ("loss", "accuracy", "gap"):
        curves = over_seeds.group_curves(
            compared.groups,
            compared.epochs,
            compared.styles,
            quantity=quantity,
            stuck=frozenset().union(*compared.stuck.values()),
        )
        figure = over_seeds_figure.group_curves_figure(curves, text_color=text_color)
        yield _exported_figure(f"curves-{quantity}", curves, figure, over_seeds.describe)
    if evaluated:
        roc_curves = roc.roc_curves(evaluated.sides, colors)
        calls = threshold.at_threshold(evaluated.sides, colors, threshold=0.5)
        yield _exported_figure(
            "roc",
            roc_curves,
            roc.roc_figure(roc_curves, calls, text_color=text_color),
            roc.describe_roc,
        )
        bins = reliability.reliability_curves(evaluated.sides, colors)
        figure = reliability.reliability_figure(bins, text_color=text_color)
        yield _exported_figure("reliability", bins, figure, reliability.describe_reliability)
        scores = threshold.histograms(evaluated.sides, colors)
        figure = threshold.histograms_figure(scores, threshold=0.5, text_color=text_color)
        yield _exported_figure("scores", scores, figure, threshold.describe)
    chosen = [group.id for group in compared.groups]
    for axis in cost.AXES:
        priced = cost.against(axis, compared.costs, selected=chosen)
        if priced.costs:
            figure = cost.figure(priced, compared.styles, text_color=text_color)
            yield _exported_figure(f"cost-{axis}", priced, figure, cost.describe)
    if evaluated and compared.words is not None:
        for by in slices.AXES:
            sliced = slices.slices(by, evaluated.sides, compared.words, colors)
            figure = slices.slices_figure(sliced, text_color=text_color)
            yield _exported_figure(f"by-{by}", sliced, figure, slices.describe)


def _exported_figure(
    name: str, info: Any, figure: "go.Figure", describe: Callable[[Any], str]
) -> ExportedFigure:
    return ExportedFigure(name, info.title, figure, describe(info))


def caveats(compared: Comparison) -> tuple[str, ...]:
    """Return what a reader has to keep in mind, from the data."""
    sentences = []
    runs = [run for group in compared.groups for run in group.runs]
    if compared.evaluated:
        if compared.evaluated.sides[0].runs[0].used_for_selection:
            sentences.append(
                "Accuracies on the validation reviews are optimistic: the same reviews chose each "
                "run's best epoch."
            )
        elif all(run.has_test_reviews for run in runs) and (
            words := wording.beside_validation(compared.groups)
        ):
            sentences.append(words)
        few = [side.name for side in compared.evaluated.sides if side.lacking]
        if few:
            sentences.append(f"Too few seeds for a verdict: {format.listing(few)}.")
    else:
        sentences.append(
            "These runs were not evaluated on the same reviews, so there is no verdict."
        )
    if len({run.machine for run in runs}) > 1:
        sentences.append(
            "The runs were trained on different machines, so their times are not comparable."
        )
    packages = {package for run in runs for package in run.versions}
    if any(len({run.versions.get(name) for run in runs} - {None}) > 1 for name in packages):
        sentences.append("The runs were trained with different library versions.")
    stopped = [run.name for run in runs if was_stopped(run)]
    if stopped:
        sentences.append(f"Stopped on request before the end: {format.listing(stopped)}.")
    left_out = [run.name for group in compared.groups for run in group.stopped]
    if left_out:
        sentences.append(f"Left out, because stopped before the end: {format.listing(left_out)}.")
    which = "over the seeds that learned" if any(compared.stuck.values()) else "over seeds"
    sentences.append(
        f"Bands and ± show one standard deviation {which}; intervals are 95\u00a0% intervals."
    )
    return tuple(sentences)


def render_html(compared: Comparison, *, now: float) -> str:
    """Return the report as one self-contained HTML file."""
    charts = {exported.name: exported for exported in exported_figures(compared)}
    sections = []
    lead = "Curves, settings and costs of networks that were evaluated on different reviews."
    if compared.evaluated:
        details = [compared.evaluated.ranking.details, settings.sentence(compared.groups)]
        lead = " ".join(filter(None, [f"Evaluated on {compared.reviews}.", *details]))
        sections += _verdict_sections(compared.evaluated, _named(charts, "accuracy-differences"))
    frames = report_tables(compared)
    figures, costs = _split_columns(frames["differences"])
    which = "the seeds that learned" if any(compared.stuck.values()) else "seeds"
    words = f"Figures of the best epoch: means over {which}, with standard deviations."
    sections.append(Section("Settings and results", (words,), figures))
    sections.append(Section("Cost", table=costs))
    if "equal-time" in frames and (in_time := compared.in_time):
        words = f"{in_time.title}."
        sections.append(Section("At equal training time", (words,), frames["equal-time"]))
    if "equal-parameters" in frames:
        words = f"{compared.sizes.title}."
        sections.append(Section("At equal parameters", (words,), frames["equal-parameters"]))
    if "quality" in frames:
        sections.append(Section("Metrics", table=frames["quality"]))
    if "elsewhere" in frames:
        sections.append(Section("Accuracy on each set of reviews", table=frames["elsewhere"]))
    sections.append(Section("Learning curves", figures=_named(charts, "curves-")))
    quality_charts = [charts[name] for name in ("roc", "reliability", "scores") if name in charts]
    sections.append(Section("ROC, calibration and predictions", figures=quality_charts))
    sections.append(Section("Accuracy and cost", figures=_named(charts, "cost-")))
    sections.append(Section("Accuracy by kind of review", figures=_named(charts, "by-")))
    sections = [part for part in sections if part.words or part.table is not None or part.figures]
    return html_report.render_page(
        compared.title, lead, sections, caveats=caveats(compared), now=now
    )


def zip_archive(compared: Comparison, pictures: Mapping[str, bytes], *, now: float) -> bytes:
    """Return a ZIP of the report, every table in each format, the pictures, and a JSON per run."""
    files: dict[str, bytes] = {"report.html": render_html(compared, now=now).encode()}
    for name, frame in export_tables(compared).items():
        for table_format, ending in ENDINGS.items():
            files[f"tables/{name}.{ending}"] = table_formats.to_file(frame, table_format)
    files |= {f"charts/{name}": content for name, content in pictures.items()}
    for group in compared.groups:
        for run in group.all_runs:
            document = documents.run(run, compared.epochs.get(run.id, ()))
            name = re.sub(r"[^\w.-]+", "_", run.name)[:40]
            files[f"runs/{name}-{run.id}.json"] = json.dumps(document, indent=1).encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _verdict_sections(evaluated: Evaluated, figures: Sequence[ExportedFigure]) -> list[Section]:
    """Return the differences, the leader's pairs in words, and a table of all pairs."""
    if not evaluated.verdicts:
        return []
    leader = evaluated.ranking.leader
    sentences = [
        " ".join(
            filter(None, [verdict.sentence, verdict.findings, verdict.rests_on, verdict.outlook])
        )
        for verdict in evaluated.verdicts
        if leader in (verdict.a, verdict.b)
    ]
    table = tables.verdict_table(evaluated.verdicts).drop(columns=["Findings", "Rests on"])
    return [
        Section("How certain the differences are", figures=figures),
        Section(f"{leader} against each other model", sentences),
        Section("All pairs", table=table),
    ]


def _split_columns(frame: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Split a table of differences into two that fit on paper: figures, then costs."""
    place = frame.columns.get_loc("Parameters")
    return frame.iloc[:, :place], frame[["Name", *frame.columns[place:]]]


def _named(charts: Mapping[str, ExportedFigure], start: str) -> list[ExportedFigure]:
    return [exported for name, exported in charts.items() if name.startswith(start)]
