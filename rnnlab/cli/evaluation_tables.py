"""Prints evaluations and comparisons of runs on stdout."""

from collections.abc import Mapping, Sequence

import numpy as np

from rnnlab import format
from rnnlab.cli.output import plain
from rnnlab.cli.tables import Stdout, new_table
from rnnlab.compare import settings
from rnnlab.compare.balance import called_positive, constant_answer
from rnnlab.compare.groups import Group
from rnnlab.compare.ranking import Evaluated
from rnnlab.evaluation import metrics
from rnnlab.evaluation.metrics import Metrics
from rnnlab.evaluation.predictions import Predictions
from rnnlab.runs import Run

COLUMNS = (
    ">accuracy",
    ">called positive",
    ">log loss",
    ">ROC AUC",
    ">F1",
    ">Brier score",
    ">calibration error",
)


def evaluations(runs: Sequence[Run], predictions: Sequence[Predictions], *, on: str) -> None:
    """Print a line for each run: its metrics on these reviews, and its validation accuracy."""
    table = new_table("run", "id", "arch", *COLUMNS, ">validation accuracy")
    for run, predicted in zip(runs, predictions, strict=True):
        figures = predicted.metrics
        table.add_row(
            plain(run.name),
            run.id,
            run.config.arch,
            *_cells(figures, called_positive([predicted])),
            format.percent(run.best_val_accuracy),
        )
    labels = predictions[0].labels
    table.add_row(constant_answer(labels).name, "", "", *_constant(labels))
    console = Stdout()
    console.print(table)
    console.print(
        plain(
            f"Evaluated on {on}: {format.plural(len(predictions[0].labels), 'review')}. The "
            "validation accuracy is optimistic: the same reviews chose each run's best epoch."
        ),
        soft_wrap=True,
    )


def comparison(
    groups: Mapping[str, Group[Run]],
    predictions: Mapping[str, Predictions],
    evaluated: Evaluated | None,
    *,
    refused: str | None,
    on: str,
) -> None:
    """Print a line for each group, the ranking and the verdict on each pair, or why there is none.

    `groups` by the id of the group or run, `predictions` by that of the run.
    """
    sides = {side.name: side for side in evaluated.sides} if evaluated else {}
    table = new_table("name", "id", ">seeds", ">reviews", *COLUMNS)
    for side_id, group in groups.items():
        side = sides.get(group.name)
        predicted = side.learned_runs if side else [predictions[run.id] for run in group.runs]
        seeds = str(group.seeds)
        if side and side.failures.failed:
            seeds = f"{side.failures.seeds} ({side.failures.failed} failed)"
        mean, sd = metrics.metrics_over_seeds([run.metrics for run in predicted])
        cells = _cells(mean, called_positive(predicted))
        if sd.accuracy is not None:
            cells[0] += f" ± {100 * sd.accuracy:.1f}"
        reviews = format.count(len(predicted[0].labels))
        table.add_row(plain(group.name), side_id, seeds, reviews, *cells)
    labels = next(iter(predictions.values())).labels
    constant = constant_answer(labels).name
    table.add_row(constant, "", "", format.count(len(labels)), *_constant(labels))
    console = Stdout()
    console.print(table)
    failed = any(side.failures.failed for side in sides.values())
    means = "Means over the seeds that learned" if failed else "Means over seeds"
    lines = [f"Evaluated on {on}. {means}; ± is the standard deviation, in points."]
    if evaluated:
        ranking = evaluated.ranking
        details = ranking.details if len(ranking.opponents) != 1 else ""  # the sentence has them
        lines.append(f"{ranking.headline}. {details}".strip())
        lines += filter(None, [settings.sentence(list(groups.values()))])
    if refused:
        lines.append(f"No verdict: {refused}.")
    for verdict in evaluated.verdicts if evaluated else ():
        parts = [verdict.sentence, verdict.findings, verdict.rests_on, verdict.outlook]
        lines += ["", *filter(None, parts)]
    for line in lines:
        console.print(plain(line), soft_wrap=True)


def _constant(labels: np.ndarray) -> list[str]:
    """Return the cells of accuracy and called positive, for the answer that fits most reviews."""
    constant = constant_answer(labels)
    return [format.percent(constant.accuracy), format.percent(float(constant.positive))]


def _cells(figures: Metrics, positive: float) -> list[str]:
    others = (format.NONE if figure is None else f"{figure:.4f}" for figure in figures[1:])
    return [format.percent(figures.accuracy), format.percent(positive), *others]
