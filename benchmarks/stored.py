"""A store with many finished runs, made in seconds: what the screens are tried on.

The rows are what workers would have written, inserted in bulk; the curves are made up, the files
are those of really trained runs.
"""

import hashlib
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import sqlalchemy as sa

from rnnlab import params
from rnnlab.config import TUTORIAL, RunConfig, preset
from rnnlab.runs import Run, RunState
from rnnlab.store import RunStore
from rnnlab.store.schema import artifacts, epochs, runs

FILES = ("best", "vocabulary", "predictions")
BEGAN = 1_790_000_000.0  # seconds since 1970
CHUNK = 20_000  # rows inserted at once
STUCK_EVERY = 25  # of the seeds of a group
SCATTER = 0.4  # standard deviation of a logit over seeds


def files_of(store: RunStore, run: Run) -> dict[str, bytes]:
    """A trained run's files, for runs that are made up."""
    return {name: store.artifact(run.id, name) for name in FILES}


def presets(count: int, *, epochs: int, archs: Sequence[str] = TUTORIAL) -> list[RunConfig]:
    """As many configs, the architectures in turn, each with a seed of its own."""
    return [
        preset(archs[number % len(archs)], seed=number, epochs=epochs) for number in range(count)
    ]


def seeds(arch: str, number: int, *, epochs: int, **settings) -> list[RunConfig]:
    """As many seeds of one network."""
    return [preset(arch, seed=seed, epochs=epochs, **settings) for seed in range(1, number + 1)]


def fill(
    store: RunStore,
    configs: Sequence[RunConfig],
    *,
    files: Mapping[str, Mapping[str, bytes]],
    manifest: Mapping,
    scattered: bool = False,
) -> list[str]:
    """The ids of new finished runs of these configs, the oldest first; `files` by architecture.

    With `scattered`, each run has predictions of its own around the real ones, and one seed in
    `STUCK_EVERY` has learned nothing.
    """
    rows, curves, contents = [], [], []
    for number, config in enumerate(configs):
        length = config.epochs_planned
        run_id = f"{number:08x}"
        stuck = scattered and number % STUCK_EVERY == STUCK_EVERY - 1
        figures = [_epoch(run_id, epoch, length, number, stuck) for epoch in range(1, length + 1)]
        best = min(figures, key=lambda figure: figure["val_loss"])
        rows.append(
            {
                "id": run_id,
                "name": f"{config.arch}-{number + 1}",
                "state": RunState.FINISHED,
                "parameters": params.parameters(config),
                "created_at": BEGAN + number,
                "queued_at": BEGAN + number,
                "started_at": BEGAN + number,
                "ended_at": BEGAN + number + length,
                "machine": "bench",
                "stop_requested": False,
                "epochs_done": length,
                "seconds": float(length),
                "last_epoch_seconds": 1.0,
                "best_epoch": best["epoch"],
                **{
                    f"best_{key}": best[key]
                    for key in ("loss", "accuracy", "val_loss", "val_accuracy")
                },
                "peak_memory_mb": 700.0,
                "versions": {},
                "manifest": dict(manifest),
                **config.to_dict(),
            }
        )
        curves += figures
        own = dict(files[config.arch])
        if scattered:
            own["predictions"] = _scattered(own["predictions"], number, stuck=stuck)
        contents += [
            {
                "run_id": run_id,
                "name": name,
                "content": content,
                "sha256": hashlib.sha256(content).hexdigest(),
            }
            for name, content in own.items()
        ]
    for table, values in ((runs, rows), (epochs, curves), (artifacts, contents)):
        for start in range(0, len(values), CHUNK):
            with store.database.writing() as connection:
                connection.execute(sa.insert(table), values[start : start + CHUNK])
    return [row["id"] for row in rows]


def _epoch(run_id: str, epoch: int, length: int, number: int, stuck: bool) -> dict:
    """One made-up epoch: losses fall, and the validation loss rises again at the end."""
    share = epoch / length
    wave = 0.01 * math.sin(0.9 * epoch + number)
    skill = 0.05 if stuck else 1.0
    return {
        "run_id": run_id,
        "epoch": epoch,
        "loss": 0.7 - 0.35 * skill * share + wave,
        "accuracy": 0.5 + 0.35 * skill * share,
        "val_loss": 0.7 - skill * (0.5 * share - 0.3 * share**2) + wave,
        "val_accuracy": 0.5 + skill * (0.3 * share - 0.0001 * (number % 50)) - wave,
        "seconds": 1.0,
    }


def _scattered(content: bytes, number: int, *, stuck: bool) -> bytes:
    """Stored predictions, their logits moved at random: those of another seed."""
    with np.load(io.BytesIO(content)) as arrays:
        values = dict(arrays)
    probabilities = values["probabilities"].astype(np.float64).clip(1e-6, 1 - 1e-6)
    logits = np.log(probabilities / (1 - probabilities)) * (0.0 if stuck else 1.0)
    logits += np.random.default_rng(number).normal(0.0, SCATTER, len(logits))
    values["probabilities"] = (1 / (1 + np.exp(-logits))).astype(np.float32)
    buffer = io.BytesIO()
    np.savez(buffer, **values)
    return buffer.getvalue()


def presets_in_turn(files: Mapping[str, bytes]) -> dict[str, Mapping[str, bytes]]:
    """The same files for all four presets: enough where no weights are read."""
    return dict.fromkeys(TUTORIAL, files)


def settings(arch: str, groups: int, number: int, *, epochs: int) -> list[RunConfig]:
    """As many groups of that many seeds, which differ in their units."""
    return [
        replace(config, units=4 + group)
        for group in range(groups)
        for config in seeds(arch, number, epochs=epochs)
    ]
