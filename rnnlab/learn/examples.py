"""The trained runs that come with rnnlab: histories, and the weights of a few small networks.

Owns their files, `rnnlab/learn/data`, which `rnnlab.learn.make` writes. A run is described there
as the store describes it: its config by field names, its history by Keras's metrics, the versions
that trained it. Reads no store.
"""

import functools
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from rnnlab import params
from rnnlab.arrays import npz_arrays
from rnnlab.config import RunConfig
from rnnlab.inference.classify import Classifier
from rnnlab.runs import HISTORY_KEYS, Epoch, Run, RunState
from rnnlab.text import Vocabulary

FOLDER = Path(__file__).parent / "data"
RUNS, WEIGHTS, VOCABULARY = "runs.json", "weights.npz", "vocabulary.txt"
FORMAT = 1
DIGITS = 6  # of a metric in the file


class Example(NamedTuple):
    """A trained run to show: one of the viewer's own, or one that came with rnnlab.

    `classifier` is None where only the history is known.
    """

    run: Run
    epochs: tuple[Epoch, ...]
    classifier: Classifier | None = None
    own: bool = False


@dataclass(frozen=True, eq=False)
class Shipped:
    """What comes with rnnlab: the runs by name, and what was measured of them.

    `measured` holds the accuracy of an LSTM on untouched and on shuffled reviews.
    """

    examples: Mapping[str, Example]
    vocabulary: Vocabulary
    measured: Mapping[str, Any]

    def of(self, arch: str, **fields: Any) -> tuple[Example, ...]:
        """Return the runs of an architecture whose config has these values, by their seeds."""
        chosen = (
            example
            for example in self.examples.values()
            if example.run.config.arch == arch
            and all(getattr(example.run.config, name) == fields[name] for name in fields)
        )
        return tuple(sorted(chosen, key=lambda example: example.run.config.seed or 0))


def describe(run: Run, epochs: Iterable[Epoch]) -> dict[str, Any]:
    """Return a trained run as it stands in the file."""
    epochs = tuple(epochs)
    history = {
        key: [round(getattr(epoch, key), DIGITS) for epoch in epochs] for key in HISTORY_KEYS
    }
    history["seconds"] = [round(epoch.seconds, 2) for epoch in epochs]
    return {
        "name": run.name,
        "config": {k: value for k, value in run.config.to_dict().items() if value is not None},
        "history": history,
        "versions": run.versions,
        "dataset_sha256": run.manifest.get("dataset_sha256"),
    }


def _restore(described: Mapping[str, Any]) -> tuple[Run, tuple[Epoch, ...]]:
    config = RunConfig(**described["config"])
    columns = (described["history"][key] for key in (*HISTORY_KEYS, "seconds"))
    epochs = tuple(
        Epoch(number, *values) for number, values in enumerate(zip(*columns, strict=True), start=1)
    )
    best = min(epochs, key=lambda epoch: epoch.val_loss if math.isfinite(epoch.val_loss) else 1e9)
    name = described["name"]
    run = Run(
        id=f"shipped-{name}",
        name=name,
        state=RunState.FINISHED,
        config=config,
        parameters=params.parameters(config),
        created_at=0.0,
        queued_at=0.0,
        epochs_done=len(epochs),
        seconds=sum(epoch.seconds for epoch in epochs),
        best_epoch=best.epoch,
        best_loss=best.loss,
        best_accuracy=best.accuracy,
        best_val_loss=best.val_loss,
        best_val_accuracy=best.val_accuracy,
        versions=dict(described["versions"]),
    )
    return run, epochs


def write(
    folder: Path,
    runs: Iterable[Mapping[str, Any]],
    weights: Mapping[str, Mapping[str, np.ndarray]],
    vocabularies: Mapping[str, Vocabulary],
    measured: Mapping[str, Any],
) -> None:
    """Write the files; `weights` and `vocabularies` by the names of runs, of datasets.

    runs: as by `describe`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lines = ",\n".join(json.dumps(run, separators=(",", ":")) for run in runs)
    head = f'"format": {FORMAT},\n"measured": {json.dumps(measured)}'
    (folder / RUNS).write_text(f'{{{head},\n"runs": [\n{lines}\n]}}\n', encoding="utf-8")
    arrays = {
        f"{name}:{path}": array
        for name, stored in weights.items()
        for path, array in stored.items()
    }
    np.savez_compressed(folder / WEIGHTS, allow_pickle=False, **arrays)
    for dataset, vocabulary in vocabularies.items():
        _vocabulary_file(folder, dataset).write_bytes(vocabulary.to_bytes())


def read(folder: Path) -> Shipped:
    """Return what `write` wrote there."""
    document = json.loads((folder / RUNS).read_text(encoding="utf-8"))
    weights: dict[str, dict[str, np.ndarray]] = {}
    for name, array in npz_arrays((folder / WEIGHTS).read_bytes()).items():
        run_name, path = name.split(":")
        weights.setdefault(run_name, {})[path] = array
    vocabularies: dict[str, Vocabulary] = {}
    examples = {}
    for described in document["runs"]:
        run, epochs = _restore(described)
        dataset = run.config.dataset
        if dataset not in vocabularies:
            content = _vocabulary_file(folder, dataset).read_bytes()
            vocabularies[dataset] = Vocabulary.from_bytes(content)
        classifier = None
        if run.name in weights:
            words = vocabularies[dataset].top(run.config.vocab_size)
            classifier = Classifier(run.id, run.name, run.config, weights[run.name], words)
        examples[run.name] = Example(run, epochs, classifier)
    return Shipped(examples, vocabularies["bundled"], document["measured"])


@functools.cache
def shipped() -> Shipped:
    """Return what came with rnnlab; read once in a process."""
    return read(FOLDER)


def _vocabulary_file(folder: Path, dataset: str) -> Path:
    return folder / (VOCABULARY if dataset == "bundled" else f"vocabulary-{dataset}.txt")
