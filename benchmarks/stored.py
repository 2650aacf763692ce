"""A store with many finished runs, made in seconds: what the screens are tried on.

The rows are what workers would have written, inserted in bulk; the curves are made up, the files
are those of really trained runs.
"""

import hashlib
import math
from collections.abc import Mapping

import sqlalchemy as sa

from rnnlab import params
from rnnlab.config import TUTORIAL, preset
from rnnlab.runs import Run, RunState
from rnnlab.store import RunStore
from rnnlab.store.schema import artifacts, epochs, runs

FILES = ("best", "vocabulary", "predictions")
BEGAN = 1_790_000_000.0  # seconds since 1970
CHUNK = 20_000  # rows inserted at once


def files_of(store: RunStore, run: Run) -> dict[str, bytes]:
    """A trained run's files, for runs that are made up."""
    return {name: store.artifact(run.id, name) for name in FILES}


def fill(
    store: RunStore,
    *,
    count: int,
    length: int,
    files: Mapping[str, Mapping[str, bytes]],
    manifest: Mapping,
) -> list[str]:
    """The ids of `count` new finished runs of `length` epochs, the oldest first.

    `files` by architecture; its runs take turns, each with a seed of its own.
    """
    archs = list(files)
    rows, curves, contents = [], [], []
    for number in range(count):
        arch = archs[number % len(archs)]
        config = preset(arch, seed=number, epochs=length)
        run_id = f"{number:08x}"
        figures = [_epoch(run_id, epoch, length, number) for epoch in range(1, length + 1)]
        best = min(figures, key=lambda figure: figure["val_loss"])
        rows.append(
            {
                "id": run_id,
                "name": f"{arch}-{number // len(archs) + 1}",
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
        contents += [
            {
                "run_id": run_id,
                "name": name,
                "content": content,
                "sha256": hashlib.sha256(content).hexdigest(),
            }
            for name, content in files[arch].items()
        ]
    for table, values in ((runs, rows), (epochs, curves), (artifacts, contents)):
        for start in range(0, len(values), CHUNK):
            with store.database.writing() as connection:
                connection.execute(sa.insert(table), values[start : start + CHUNK])
    return [row["id"] for row in rows]


def _epoch(run_id: str, epoch: int, length: int, number: int) -> dict:
    """One made-up epoch: losses fall, and the validation loss rises again at the end."""
    share = epoch / length
    wave = 0.01 * math.sin(0.9 * epoch + number)
    return {
        "run_id": run_id,
        "epoch": epoch,
        "loss": 0.7 - 0.35 * share + wave,
        "accuracy": 0.5 + 0.35 * share,
        "val_loss": 0.7 - 0.5 * share + 0.3 * share**2 + wave,
        "val_accuracy": 0.5 + 0.3 * share - wave - 0.0001 * (number % 50),
        "seconds": 1.0,
    }


def presets_in_turn(files: Mapping[str, bytes]) -> dict[str, Mapping[str, bytes]]:
    """The same files for all four presets: enough where no weights are read."""
    return dict.fromkeys(TUTORIAL, files)
