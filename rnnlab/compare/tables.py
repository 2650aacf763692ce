"""The tables of a comparison: settings, metrics, costs and verdicts.

Column names carry their units, so that a table says the same on the page and in a file.
"""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
import pandas as pd

from rnnlab import format
from rnnlab.compare import balance, wording
from rnnlab.compare.cost import Cost
from rnnlab.compare.equal_cost import EqualParameters, EqualTime
from rnnlab.compare.failures import FailureRate
from rnnlab.compare.groups import Group
from rnnlab.compare.side import Side
from rnnlab.compare.stuck import without_stuck
from rnnlab.compare.verdict import Verdict
from rnnlab.config import FIELDS, SEED_FIELDS
from rnnlab.evaluation.predictions import Predictions
from rnnlab.evaluation.seeds import mean_and_sd
from rnnlab.runs import Epoch, Run

At = Literal["best", "last"]


def differing_fields(groups: Sequence[Group[Run]]) -> tuple[str, ...]:
    """Return the fields in which the groups differ, in the order of `FIELDS`; never the seeds."""
    return tuple(
        name
        for name in FIELDS
        if name not in SEED_FIELDS and len({getattr(group.config, name) for group in groups}) > 1
    )


def comparison_table(
    groups: Sequence[Group[Run]],
    costs: Sequence[Cost],
    epochs: Mapping[str, Sequence[Epoch]],
    *,
    at: At = "best",
    stuck: Mapping[str, frozenset[str]] = MappingProxyType({}),
    failed: Mapping[str, FailureRate] = MappingProxyType({}),
) -> pd.DataFrame:
    """Return a row for each group: fields that differ, figures of the best or last epoch, costs.

    Figures are means over the seeds that learned, each with its standard deviation (missing for one
    seed). `stuck` has the ids of the other runs, by group id; `failed` the failure rates by name,
    which are shown if there are any.
    """
    fields = differing_fields(groups)
    cost_by_group = {cost.group: cost for cost in costs}
    return pd.DataFrame(
        [
            {"Name": group.name, "Seeds": group.seeds}
            | _failed_cells(
                None if group.config.architecture.deterministic else failed.get(group.name),
                failed.values(),
            )
            | {FIELDS[name].label: _cell(getattr(group.config, name)) for name in fields}
            | _epoch_cells(group, epochs, at, stuck.get(group.id, frozenset()))
            | _cost_cells(cost_by_group.get(group.id))
            for group in groups
        ]
    )


def metric_table(sides: Sequence[Side]) -> pd.DataFrame:
    """Return a row for each side: its metrics on the reviews, see `metrics.Metrics`.

    Means over the seeds that learned, each with its standard deviation; see `seeds.mean_and_sd`.
    """
    rates = [side.failures for side in sides]
    return pd.DataFrame([_metric_cells(side, rates) for side in sides])


def with_constant_answer(frame: pd.DataFrame, labels: np.ndarray) -> pd.DataFrame:
    """Return a table of metrics with a last row: the constant answer that fits most labels."""
    longer = pd.concat([frame.astype(object), pd.DataFrame([_constant_cells(labels)])])
    numbers = [name for name in frame.columns if name not in ("Name", "Seeds", "Failed seeds")]
    # As a number a missing count of seeds would make the others read "3.0".
    return longer.reset_index(drop=True).astype(dict.fromkeys(numbers, float))


def run_metric_table(predictions: Sequence[Predictions]) -> pd.DataFrame:
    """Return a row for each run: its metrics on the reviews; last that of the constant answer."""
    rows = [
        {
            "Name": run.name,
            "Accuracy (%)": 100 * run.metrics.accuracy,
            "Called positive (%)": 100 * balance.called_positive([run]),
            "Log loss": run.metrics.log_loss,
            "ROC AUC": run.metrics.roc_auc,
            "F1": run.metrics.f1,
            "Brier score": run.metrics.brier,
        }
        for run in predictions
    ]
    return with_constant_answer(pd.DataFrame(rows), predictions[0].labels)


def review_set_table(
    names: Sequence[str], by_review_set: Mapping[str, Sequence[Side | None]]
) -> pd.DataFrame:
    """Return a row for each name: the mean accuracy in % on each set of reviews.

    `by_review_set` holds the side of each name, by the label of the set; None if not evaluated.
    """
    columns = {
        f"{label} (%)": [None if side is None else 100 * side.accuracy for side in sides]
        for label, sides in by_review_set.items()
    }
    return pd.DataFrame({"Name": names} | columns)


def equal_time_table(compared: EqualTime) -> pd.DataFrame:
    """Return a row for each group: its highest mean accuracy within the time, highest first."""
    rows = [
        {
            "Name": group.name,
            "Accuracy in time (%)": None if group.accuracy is None else 100 * group.accuracy,
            "± (points)": None if group.sd is None else 100 * group.sd,
            "Seeds in time": group.seeds,
        }
        for group in sorted(compared.groups, key=lambda group: -(group.accuracy or 0.0))
    ]
    return pd.DataFrame(rows)


def size_table(compared: EqualParameters, costs: Sequence[Cost]) -> pd.DataFrame:
    """Return a row for each group, by its parameters: how far they are off, what evens them out.

    The accuracy is that of the best epoch on the validation reviews.
    """
    accuracies = {cost.name: cost.accuracy for cost in costs}
    rows = [
        {
            "Name": size.name,
            "Parameters": size.parameters,
            "To even out": "" if size.name == compared.reference else size.remedy,
            "Accuracy (%)": 100 * accuracies[size.name] if size.name in accuracies else None,
            "Difference (%)": 100 * size.excess,
        }
        for size in compared.groups
    ]
    return pd.DataFrame(rows)


def verdict_table(verdicts: Sequence[Verdict]) -> pd.DataFrame:
    """Return a row for each pair, told from the side with the higher accuracy.

    Differences are the higher side's figure minus the lower's, so that of the AUC may be negative.
    """
    return pd.DataFrame([_verdict_cells(verdict) for verdict in verdicts])


def _verdict_cells(verdict: Verdict) -> dict[str, Any]:
    higher, lower = verdict.a, verdict.b
    accuracy, auc = verdict.accuracy, verdict.auc
    failures = verdict.failures_a, verdict.failures_b
    if accuracy.value < 0:
        higher, lower, accuracy = lower, higher, wording.flipped(accuracy)
        auc, failures = auc and wording.flipped(auc), failures[::-1]
    return {
        "Higher": higher,
        "Lower": lower,
        "Difference (points)": 100 * accuracy.value,
        "95 % from (points)": 100 * accuracy.low,
        "95 % to (points)": 100 * accuracy.high,
        "p (corrected)": verdict.p,
        "AUC, difference": auc and auc.value,
        "AUC, 95 % from": auc and auc.low,
        "AUC, 95 % to": auc and auc.high,
        "Verdict": verdict.short,
        "Failed seeds of the higher": _failed(failures[0]),
        "Failed seeds of the lower": _failed(failures[1]),
        "Findings": verdict.findings,
        "Rests on": verdict.rests_on,
    }


def _failed(rate: FailureRate) -> str:
    return f"{rate.failed} of {rate.seeds}"


def _failed_cells(rate: FailureRate | None, rates: Iterable[FailureRate]) -> dict[str, str]:
    """Return a cell for a group's failed seeds; none where no group has any."""
    if not any(other.failed for other in rates):
        return {}
    return {"Failed seeds": _failed(rate) if rate else format.NONE}


def _metric_cells(side: Side, rates: Sequence[FailureRate]) -> dict[str, Any]:
    seeds = [run.metrics for run in side.learned_runs]
    return (
        {"Name": side.name, "Seeds": side.seeds}
        | _failed_cells(None if side.deterministic else side.failures, rates)
        | _mean_cells("Accuracy", _percent([m.accuracy for m in seeds]), unit="%", spread="points")
        | {"Called positive (%)": 100 * balance.called_positive(side.learned_runs)}
        | _mean_cells("Log loss", [m.log_loss for m in seeds])
        | _mean_cells("ROC AUC", [m.roc_auc for m in seeds], spread="ROC AUC")
        | _mean_cells("F1", [m.f1 for m in seeds], spread="F1")
        | _mean_cells("Brier score", [m.brier for m in seeds], spread="Brier score")
        | _mean_cells(
            "Calibration error",
            _percent([m.ece for m in seeds]),
            unit="points",
            spread="calibration error, points",
        )
    )


def _constant_cells(labels: np.ndarray) -> dict[str, Any]:
    constant = balance.constant_answer(labels)
    return {
        "Name": constant.name,
        "Accuracy (%)": 100 * constant.accuracy,
        "Called positive (%)": 100.0 if constant.positive else 0.0,
    }


def _epoch_cells(
    group: Group[Run], epochs: Mapping[str, Sequence[Epoch]], at: At, stuck: frozenset[str]
) -> dict[str, float | None]:
    learned = without_stuck(group.runs, stuck)
    rows = [_epoch(run, epochs.get(run.id, ()), at) for run in learned]
    known = [row for row in rows if row is not None]
    accuracies = _percent([row.val_accuracy for row in known])
    return (
        _mean_cells("Validation accuracy", accuracies, unit="%", spread="points")
        | _mean_cells("Validation loss", [row.val_loss for row in known])
        | _mean_cells("Training loss", [row.loss for row in known])
        | {"Epoch": mean_and_sd([row.epoch for row in known]).mean}
    )


def _epoch(run: Run, epochs: Sequence[Epoch], at: At) -> Epoch | None:
    if not epochs or run.best_epoch is None:
        return None
    return epochs[-1] if at == "last" else epochs[run.best_epoch - 1]


def _mean_cells(
    name: str, values: Sequence[float | None], *, unit: str = "", spread: str = ""
) -> dict[str, float | None]:
    mean, sd = mean_and_sd(values)
    return {f"{name} ({unit})" if unit else name: mean, f"± ({spread or name.lower()})": sd}


def _percent(shares: Sequence[float]) -> list[float]:
    return [100 * share for share in shares]


def _cost_cells(cost: Cost | None) -> dict[str, float | None]:
    kilobytes = cost and cost.file_bytes and cost.file_bytes / 1e3
    return {
        "Parameters": cost and cost.parameters,
        "Seconds per epoch": cost and cost.seconds_per_epoch,
        "Seconds to best": cost and cost.seconds_to_best,
        "Peak memory (MB)": cost and cost.peak_memory_mb,
        "Weights file (kB)": kilobytes,
    }


def _cell(value: Any) -> Any:
    """Return the value as a cell: yes or no for a bool, so that a column keeps one type."""
    return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
