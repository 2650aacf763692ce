"""Builds the JSON documents of the command line; their keys are a contract with their readers.

Every figure that is not finite becomes null, because JSON has no NaN.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

from rnnlab import params
from rnnlab.compare.groups import group_id
from rnnlab.config import PRESETS, RunConfig, preset_label
from rnnlab.errors import DamagedRun
from rnnlab.runs import HISTORY_KEYS, Epoch, Run

if TYPE_CHECKING:
    from rnnlab.compare.groups import Group
    from rnnlab.compare.reproduction import Reproduction
    from rnnlab.compare.splits import SplitDifference
    from rnnlab.compare.statistics import Difference
    from rnnlab.compare.verdict import Verdict
    from rnnlab.estimate import Estimate
    from rnnlab.evaluation.predictions import Predictions
    from rnnlab.inference.classify import Result


def preset(name: str) -> dict[str, Any]:
    """Describe the preset of this name."""
    config = PRESETS[name]
    return {
        "name": name,
        "label": preset_label(name),
        "parameters": params.parameters(config),
        "config": config.to_dict(),
    }


def cost(config: RunConfig, estimate: "Estimate", *, reviews: int) -> dict[str, Any]:
    """Describe a network before training: its layers, and what training it on reviews would cost.

    reviews: the number of those that it trains on.
    """
    return {
        "config": config.to_dict(),
        "parameters": params.parameters(config),
        "layers": layers(config),
        "bytes": params.parameters(config) * params.FLOAT_BYTES,
        "input_bytes": params.input_bytes(config, reviews),
        "one_hot_bytes": params.one_hot_bytes(config, reviews),
        "estimate": {
            "memory_bytes": estimate.memory_bytes,
            "seconds_per_epoch": _finite(estimate.seconds_per_epoch),
            "rests_on": estimate.rests_on,
        },
    }


def layers(config: RunConfig) -> list[dict[str, Any]]:
    """List the layers of a network."""
    return [
        {
            "name": row.name,
            "type": row.type,
            "output_shape": list(row.output_shape),
            "parameters": row.parameters,
        }
        for row in params.layers(config)
    ]


def run(run: Run, epochs: Iterable[Epoch]) -> dict[str, Any]:
    """Describe a run completely; `history` holds one figure for each epoch, from epoch 1."""
    epochs = list(epochs)
    keys = (*HISTORY_KEYS, "seconds")
    return {
        "id": run.id,
        "name": run.name,
        "state": str(run.state),
        "config": run.config.to_dict(),
        "parameters": run.parameters,
        "layers": layers(run.config),
        "history": {key: [_finite(getattr(epoch, key)) for epoch in epochs] for key in keys},
        "best_epoch": run.best_epoch,
        "metrics": {name: _finite(figure) for name, figure in run.metrics.items()},
        "versions": run.versions,
        "error": run.error,
    }


def update_ratios(
    ratios: Mapping[int, Mapping[str, float]], epochs: Iterable[Epoch]
) -> dict[str, list[float | None]]:
    """List the update-to-weight ratio of each layer, one for each epoch, from epoch 1.

    `ratios` are those of `RunStore.update_ratios`; null where an epoch has none.
    """
    numbers = [epoch.epoch for epoch in epochs]
    names = dict.fromkeys(name for layers in ratios.values() for name in layers)
    return {
        name: [_finite(ratios.get(number, {}).get(name)) for number in numbers] for name in names
    }


def exported_run(run: Run) -> dict[str, Any]:
    """Describe what shaped a run's training, and its best epoch, for the file with its weights."""
    return {
        "id": run.id,
        "name": run.name,
        "state": str(run.state),
        "config": run.config.to_dict(),
        "parameters": run.parameters,
        "epochs_done": run.epochs_done,
        "best_epoch": run.best_epoch,
        "metrics": {name: _finite(figure) for name, figure in run.metrics.items()},
        "versions": run.versions,
        "manifest": run.manifest,
    }


def reproduction(
    repeat: Run, epochs: Iterable[Epoch], comparison: "Reproduction | None"
) -> dict[str, Any]:
    """Describe a run that repeats another; `comparison` is None until it has finished."""
    return {
        "run": run(repeat, epochs),
        "reproduces": repeat.reproduces,
        "identical": comparison and comparison.identical,
        "largest_difference": comparison and comparison.largest_difference,
        "where": comparison and comparison.where,
        "weights_identical": comparison and comparison.weights_identical,
    }


def run_line(run: Run) -> dict[str, Any]:
    """Describe a run for a list: without its layers and history."""
    return {
        "id": run.id,
        "name": run.name,
        "state": str(run.state),
        "group": group_id(run.config),
        "config": run.config.to_dict(),
        "parameters": run.parameters,
        "epochs_done": run.epochs_done,
        "best_epoch": run.best_epoch,
        "metrics": {name: _finite(figure) for name, figure in run.metrics.items()},
        "seconds": run.seconds,
        "owner": run.owner or None,
        "error": run.error,
        **({"starter": True} if run.is_starter else {}),
    }


def left_out(damaged: Sequence[DamagedRun]) -> dict[str, Any]:
    """Describe the runs that were left out because they are damaged; empty where none was."""
    runs = [{"run": error.run, "name": error.name, "error": str(error)} for error in damaged]
    return {"left_out": runs} if runs else {}


def classification(
    text: str, results: Iterable["Result"], damaged: Sequence[DamagedRun] = ()
) -> dict[str, Any]:
    """Describe how runs classify a text; probability and label are null if it has no words."""
    return {
        "text": text,
        "results": [
            {
                "run": result.run,
                "name": result.name,
                "arch": result.arch,
                "probability": result.probability,
                "label": result.label,
                "tokens": list(result.reading.tokens),
                "unknown": list(result.reading.unknown),
                "cut": result.reading.cut,
            }
            for result in results
        ],
        **left_out(damaged),
    }


def evaluation(predictions: "Predictions", *, left_out: int) -> dict[str, Any]:
    """Describe how well a run classifies labelled reviews; `left_out` counts unusable rows."""
    figures = predictions.metrics
    return {
        "run": predictions.run,
        "rows": len(predictions.labels),
        "left_out": left_out,
        "metrics": _finite_all(figures._asdict()),
    }


def damaged_evaluation(error: DamagedRun, *, left_out: int) -> dict[str, Any]:
    """Describe, in place of an `evaluation`, a run that could not be evaluated."""
    return {
        "run": error.run,
        "rows": 0,
        "left_out": left_out,
        "metrics": {},
        "error": str(error),
    }


def comparison(
    runs: Iterable[Run],
    groups: "Mapping[str, Group[Run]]",
    predictions: "Mapping[str, Predictions]",
    verdicts: "Sequence[Verdict] | None",
    *,
    refused: str | None,
    damaged: Sequence[DamagedRun] = (),
) -> dict[str, Any]:
    """Describe groups by their ids: the metrics of each and of its runs, and each pair's verdict.

    `predictions` by run id. `refused` says why there is no verdict. `p` is corrected for looks and
    for the other models; the intervals are, too.
    """
    from rnnlab.evaluation import metrics

    figures: dict[str, dict[str, Any]] = {}
    for side_id, group in groups.items():
        predicted = [predictions[run.id] for run in group.runs]
        of_runs = [run.metrics for run in predicted]
        rows = len(predicted[0].labels)
        mean, sd = metrics.metrics_over_seeds(of_runs)
        figures[side_id] = {
            "name": group.name,
            "n": group.seeds,
            "rows": rows,
            **_finite_all(mean._asdict()),
            "sd": _finite_all(sd._asdict()),
        }
        for run, run_metrics in zip(predicted, of_runs, strict=True):
            shared: dict[str, Any] = {"name": run.name, "n": 1, "rows": rows}
            figures.setdefault(
                run.run, {**shared, **_finite_all(run_metrics._asdict()), "sd": None}
            )
    pairs = zip(combinations(groups, 2), verdicts or (), strict=verdicts is not None)
    return {
        "runs": [run_line(run) for run in runs],
        "metrics": figures,
        "pairs": [
            {
                "a": a,
                "b": b,
                **_difference(verdict.accuracy),
                "p": verdict.p,
                "verdict": str(verdict.outcome),
                "sentence": verdict.sentence,
                "findings": verdict.findings,
                "rests_on": verdict.rests_on,
                "auc": verdict.auc and _difference(verdict.auc),
                "equivalent": verdict.equivalent,
                "margin": verdict.margin,
                "failures": {
                    "a": verdict.failures_a._asdict(),
                    "b": verdict.failures_b._asdict(),
                    "p": verdict.failures_p,
                },
                "average": verdict.average
                and {
                    **_difference(verdict.average.difference),
                    "verdict": str(verdict.average.outcome),
                },
                "seeds_needed": verdict.seeds_needed and verdict.seeds_needed._asdict(),
                "over_splits": verdict.over_splits
                and {**_difference(verdict.over_splits), "by_split": verdict.over_splits.by_split},
            }
            for (a, b), verdict in pairs
        ],
        "refused": refused,
        **left_out(damaged),
    }


def _difference(difference: "Difference | SplitDifference") -> dict[str, float]:
    """Describe A's figure minus B's, as a share, with its 95 % interval."""
    return {
        "difference": difference.value,
        "low": difference.low,
        "high": difference.high,
        "p": difference.p,
    }


def _finite_all(figures: dict[str, float | None]) -> dict[str, float | None]:
    return {name: _finite(figure) for name, figure in figures.items()}


def _finite(figure: float | None) -> float | None:
    return figure if figure is not None and math.isfinite(figure) else None
