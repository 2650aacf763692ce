"""The JSON documents of the command line. Every figure that is not finite becomes null."""

import dataclasses
import math
from collections.abc import Iterable
from typing import Any

from rnnlab import params
from rnnlab.classify import Result
from rnnlab.config import RunConfig
from rnnlab.runs import HISTORY_KEYS, Epoch, Run


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
    """All there is to say of a run."""
    rows = [dataclasses.asdict(epoch) for epoch in epochs]
    keys = (*HISTORY_KEYS, "seconds")
    return {
        "id": run.id,
        "name": run.name,
        "state": str(run.state),
        "config": run.config.to_dict(),
        "parameters": run.parameters,
        "layers": layers(run.config),
        "history": {key: [_finite(row[key]) for row in rows] for key in keys},
        "best_epoch": run.best_epoch,
        "metrics": {name: _finite(figure) for name, figure in run.metrics.items()},
        "versions": run.versions,
        "error": run.error,
    }


def line(run: Run) -> dict[str, Any]:
    """A run in a listing: without its layers and history."""
    return {
        "id": run.id,
        "name": run.name,
        "state": str(run.state),
        "config": run.config.to_dict(),
        "parameters": run.parameters,
        "epochs_done": run.epochs_done,
        "best_epoch": run.best_epoch,
        "metrics": {name: _finite(figure) for name, figure in run.metrics.items()},
        "seconds": run.seconds,
        "error": run.error,
    }


def classification(text: str, results: Iterable[Result]) -> dict[str, Any]:
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


def _finite(figure: float | None) -> float | None:
    return figure if figure is not None and math.isfinite(figure) else None
