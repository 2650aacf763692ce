"""What a comparison shows as tables: what differs, how good, at what cost, and each verdict.

Column names carry their units, so that a table says the same on the page and in a file.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from rnnlab.compare.cost import Cost
from rnnlab.compare.groups import Group
from rnnlab.compare.verdict import Side, Verdict
from rnnlab.config import FIELDS
from rnnlab.evaluation import metrics
from rnnlab.runs import Epoch, Run

At = Literal["best", "last"]


def differing_fields(groups: Sequence[Group[Run]]) -> tuple[str, ...]:
    """The fields in which the groups differ, in the order of `FIELDS`; never the seed."""
    return tuple(
        name
        for name in FIELDS
        if name != "seed" and len({getattr(group.config, name) for group in groups}) > 1
    )


def comparison_table(
    groups: Sequence[Group[Run]],
    costs: Sequence[Cost],
    epochs: Mapping[str, Sequence[Epoch]],
    *,
    at: At = "best",
) -> pd.DataFrame:
    """A row a group: the fields that differ, figures of the best or the last epoch, and the cost.

    Figures are means over the seeds, each with its standard deviation (missing for one seed).
    """
    fields = differing_fields(groups)
    priced = {cost.group: cost for cost in costs}
    return pd.DataFrame(
        [
            {"Name": group.name, "Seeds": group.seeds}
            | {FIELDS[name].label: _plain(getattr(group.config, name)) for name in fields}
            | _figures(group, epochs, at)
            | _cost(priced.get(group.id))
            for group in groups
        ]
    )


def metric_table(sides: Sequence[Side]) -> pd.DataFrame:
    """A row a side: its metrics on the reviews that it judged, see `metrics.Metrics`.

    Means over the seeds, each with its standard deviation (missing for one seed). A metric that
    is undefined for one seed is missing: the mean of the others would speak of fewer seeds.
    """
    return pd.DataFrame([_metrics(side) for side in sides])


def review_set_table(
    names: Sequence[str], said: Mapping[str, Sequence[Side | None]]
) -> pd.DataFrame:
    """A row a side: its accuracy in % on each set of reviews that it judged, the mean over seeds.

    `said` holds what each named side says, by what the reviews are called; None where nothing.
    """
    return pd.DataFrame(
        {"Name": names}
        | {
            f"{label} (%)": [
                None if side is None else 100 * float(side.correct.mean()) for side in sides
            ]
            for label, sides in said.items()
        }
    )


def verdict_table(found: Sequence[Verdict]) -> pd.DataFrame:
    """A row for each pair: A's accuracy and AUC less B's, intervals, p and the verdict."""
    return pd.DataFrame(
        [
            {
                "A": one.a,
                "B": one.b,
                "A less B (points)": 100 * one.accuracy.value,
                "95 % from (points)": 100 * one.accuracy.low,
                "95 % to (points)": 100 * one.accuracy.high,
                "p (Holm)": one.p,
                "AUC, A less B": None if one.auc is None else one.auc.value,
                "AUC, 95 % from": None if one.auc is None else one.auc.low,
                "AUC, 95 % to": None if one.auc is None else one.auc.high,
                "Verdict": one.short,
                "Rests on": one.rests_on,
            }
            for one in found
        ]
    )


def _metrics(side: Side) -> dict[str, Any]:
    seeds = zip(
        *(metrics.compute_metrics(run.labels, run.probabilities) for run in side.runs), strict=True
    )
    found = metrics.Metrics(*([] if None in values else values for values in seeds))
    return (
        {"Name": side.name, "Seeds": side.seeds}
        | _mean("Accuracy", [100 * value for value in found.accuracy], unit="%", spread="points")
        | _mean("Log loss", found.log_loss)
        | _mean("ROC AUC", found.roc_auc, spread="ROC AUC")
        | _mean("F1", found.f1, spread="F1")
        | _mean("Brier score", found.brier, spread="Brier score")
        | _mean(
            "Calibration error",
            [100 * value for value in found.ece],
            unit="points",
            spread="calibration error, points",
        )
    )


def _figures(
    group: Group[Run], epochs: Mapping[str, Sequence[Epoch]], at: At
) -> dict[str, float | None]:
    rows = [_epoch(run, epochs.get(run.id, ()), at) for run in group.runs]
    rows = [row for row in rows if row is not None]
    accuracy = [100 * row.val_accuracy for row in rows]
    return (
        _mean("Validation accuracy", accuracy, unit="%", spread="points")
        | _mean("Validation loss", [row.val_loss for row in rows])
        | _mean("Training loss", [row.loss for row in rows])
        | {"Epoch": _average([row.epoch for row in rows])}
    )


def _epoch(run: Run, epochs: Sequence[Epoch], at: At) -> Epoch | None:
    if not epochs:
        return None
    return epochs[-1] if at == "last" else epochs[run.best_epoch - 1]


def _mean(
    name: str, values: Sequence[float], *, unit: str = "", spread: str = ""
) -> dict[str, float | None]:
    sd = float(np.std(values, ddof=1)) if len(values) > 1 else None
    return {
        f"{name} ({unit})" if unit else name: _average(values),
        f"± ({spread or name.lower()})": sd,
    }


def _average(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if len(values) else None


def _cost(cost: Cost | None) -> dict[str, float | None]:
    kilobytes = cost and cost.file_bytes and cost.file_bytes / 1e3
    return {
        "Parameters": cost and cost.parameters,
        "Seconds per epoch": cost and cost.seconds_per_epoch,
        "Seconds to best": cost and cost.seconds_to_best,
        "Peak memory (MB)": cost and cost.peak_memory_mb,
        "Weights file (kB)": kilobytes,
    }


def _plain(value: Any) -> Any:
    """The value as a cell: a truth as a word, so that a column keeps one kind."""
    return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
