"""The JSON documents of the command line: their keys are a contract with whoever reads them.

Every figure that is not finite becomes null, because JSON has no NaN.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

from rnnlab import params
from rnnlab.compare.groups import group_id
from rnnlab.config import RunConfig
from rnnlab.runs import HISTORY_KEYS, Epoch, Run

if TYPE_CHECKING:
    from rnnlab.compare.groups import Group
    from rnnlab.compare.reproduction import Reproduction
    from rnnlab.compare.statistics import Difference
    from rnnlab.compare.verdict import Verdict
    from rnnlab.estimate import Estimate
    from rnnlab.evaluation.predictions import Predictions
    from rnnlab.inference.classify import Result


def preset(config: RunConfig) -> dict[str, Any]:
    """One of the presets; it is named after its architecture."""
    return {
        "name": config.arch,
        "label": config.architecture.label,
        "parameters": params.parameters(config),
        "config": config.to_dict(),
    }


def cost(config: RunConfig, estimate: "Estimate") -> dict[str, Any]:
    """A network before training: its layers, and what training it will cost."""
    return {
        "config": config.to_dict(),
        "parameters": params.parameters(config),
        "layers": layers(config),
        "bytes": params.parameters(config) * params.FLOAT_BYTES,
        "input_bytes": params.input_bytes(config),
        "one_hot_bytes": params.one_hot_bytes(config),
        "estimate": {
            "memory_bytes": estimate.memory_bytes,
            "seconds_per_epoch": _finite(estimate.seconds_per_epoch),
            "rests_on": estimate.rests_on,
        },
    }


def layers(config: RunConfig) -> list[dict[str, Any]]:
    """The layer table of a config."""
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
    """All there is to say of a run; `history` holds one figure an epoch, from epoch 1."""
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


def exported(run: Run) -> dict[str, Any]:
    """What shaped a run's training, and its best epoch, for the file beside its weights."""
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
    again: Run, epochs: Iterable[Epoch], found: "Reproduction | None"
) -> dict[str, Any]:
    """A run that was trained again beside its original; without `found` nothing is known yet."""
    return {
        "run": run(again, epochs),
        "reproduces": again.reproduces,
        "identical": found and found.identical,
        "largest_difference": found and found.largest_difference,
        "where": found and found.where,
        "weights_identical": found and found.weights_identical,
    }


def line(run: Run) -> dict[str, Any]:
    """A run in a listing: without its layers and history."""
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
        "error": run.error,
    }


def classification(text: str, results: Iterable["Result"]) -> dict[str, Any]:
    """What runs say of a text. Without any word in it, probability and label are null."""
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
    }


def evaluation(said: "Predictions", *, left_out: int) -> dict[str, Any]:
    """How well a run judges labelled reviews; `left_out` counts rows that could not be used."""
    from rnnlab.evaluation import metrics

    figures = metrics.compute_metrics(said.labels, said.probabilities)
    return {
        "run": said.run,
        "rows": len(said.labels),
        "left_out": left_out,
        "metrics": _finite_all(figures._asdict()),
    }


def comparison(
    runs: Iterable[Run],
    sides: "Mapping[str, Group[Predictions]]",
    verdicts: "Sequence[Verdict] | None",
    *,
    refused: str | None,
) -> dict[str, Any]:
    """Several sides by their ids: the metrics of each and of its runs, and the verdict on each
    pair; `refused` says why there is none. `p` is corrected for all pairs, `auc` is not."""
    from rnnlab.evaluation import metrics

    figures = {}
    for side_id, side in sides.items():
        own = [metrics.compute_metrics(run.labels, run.probabilities) for run in side.runs]
        rows = len(side.runs[0].labels)
        mean, spread = metrics.mean_and_sd(own)
        figures[side_id] = {
            "name": side.name,
            "n": side.seeds,
            "rows": rows,
            **_finite_all(mean._asdict()),
            "sd": _finite_all(spread._asdict()),
        }
        for run, one in zip(side.runs, own, strict=True):
            shared = {"name": run.name, "n": 1, "rows": rows}
            figures.setdefault(run.run, {**shared, **_finite_all(one._asdict()), "sd": None})
    pairs = zip(combinations(sides, 2), verdicts or (), strict=verdicts is not None)
    return {
        "runs": [line(run) for run in runs],
        "metrics": figures,
        "pairs": [
            {
                "a": a,
                "b": b,
                **_difference(found.accuracy),
                "p": found.p,
                "verdict": str(found.outcome),
                "sentence": found.sentence,
                "rests_on": found.rests_on,
                "auc": found.auc and _difference(found.auc),
            }
            for (a, b), found in pairs
        ],
        "refused": refused,
    }


def _difference(found: "Difference") -> dict[str, float]:
    """A's figure less B's, as a share, with its 95 % interval."""
    return {"difference": found.value, "low": found.low, "high": found.high, "p": found.p}


def _finite_all(figures: dict[str, float | None]) -> dict[str, float | None]:
    return {name: _finite(figure) for name, figure in figures.items()}


def _finite(figure: float | None) -> float | None:
    return figure if figure is not None and math.isfinite(figure) else None
