"""The JSON documents of the command line: their keys are a contract with whoever reads them.

Every figure that is not finite becomes null, because JSON has no NaN.
"""

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from rnnlab import params
from rnnlab.config import RunConfig
from rnnlab.runs import HISTORY_KEYS, Epoch, Run

if TYPE_CHECKING:
    from rnnlab.classify import Result
    from rnnlab.estimate import Estimate


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


def _finite(figure: float | None) -> float | None:
    return figure if figure is not None and math.isfinite(figure) else None
