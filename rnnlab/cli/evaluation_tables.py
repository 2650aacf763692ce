"""How the command line shows people what runs are worth, on stdout."""

from collections.abc import Mapping, Sequence

from rnnlab.cli.output import percent, plain
from rnnlab.cli.tables import Stdout, new_table
from rnnlab.compare.groups import Group
from rnnlab.compare.ranking import Evaluated
from rnnlab.evaluation import metrics
from rnnlab.evaluation.metrics import Metrics
from rnnlab.evaluation.predictions import Predictions
from rnnlab.runs import Run

FIGURES = (">accuracy", ">log loss", ">ROC AUC", ">F1", ">Brier score", ">calibration error")


def evaluations(runs: Sequence[Run], said: Sequence[Predictions], *, on: str) -> None:
    """A line a run: its metrics on these reviews, beside its accuracy on those of validation."""
    lines = new_table("run", "id", "arch", *FIGURES, ">validation accuracy")
    for run, one in zip(runs, said, strict=True):
        figures = metrics.compute_metrics(one.labels, one.probabilities)
        lines.add_row(
            plain(run.name),
            run.id,
            run.config.arch,
            *_figures(figures),
            percent(run.best_val_accuracy),
        )
    console = Stdout()
    console.print(lines)
    console.print(
        plain(
            f"Judged on {on}, {len(said[0].labels):,} reviews. The validation reviews chose each "
            "run's best epoch, so the validation accuracy flatters."
        ),
        soft_wrap=True,
    )


def comparison(
    sides: Mapping[str, Group[Predictions]],
    found: Evaluated | None,
    *,
    refused: str | None,
    on: str,
) -> None:
    """A line a side, who leads, and the verdict on each pair; or why there is none."""
    lines = new_table("name", "id", ">seeds", ">reviews", *FIGURES)
    for name, side in sides.items():
        figures = [metrics.compute_metrics(one.labels, one.probabilities) for one in side.runs]
        mean, sd = metrics.mean_and_sd(figures)
        cells = _figures(mean)
        if sd.accuracy is not None:
            cells[0] += f" ± {100 * sd.accuracy:.1f}"
        lines.add_row(
            plain(side.name), name, str(side.seeds), f"{len(side.runs[0].labels):,}", *cells
        )
    console = Stdout()
    console.print(lines)
    said = [f"Judged on {on}. Means over the seeds; ± is the standard deviation, in points."]
    if found:
        said += [f"{found.ranking.headline}. {found.ranking.details}"]
    if refused:
        said += [f"No verdict: {refused}."]
    for one in found.verdicts if found else ():
        said += ["", one.sentence, one.rests_on]
    for line in said:
        console.print(plain(line.replace("\u00a0", " ")), soft_wrap=True)


def _figures(figures: Metrics) -> list[str]:
    def short(figure: float | None) -> str:
        return "–" if figure is None else f"{figure:.4f}"

    return [percent(figures.accuracy), *map(short, figures[1:])]
