"""The starter runs that come with rnnlab, as one file: how they are packed and read.

Owns the file, `rnnlab/starters/data/starters.zip`, which `rnnlab.starters.make` writes: `runs.json`
describes the runs and their epochs, and each of their files is a member that is named by its
SHA-256, so what runs share is there once. Nothing in it is pickled. Opens no store.
"""

import dataclasses
import functools
import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rnnlab import params
from rnnlab.config import RunConfig, preset
from rnnlab.errors import RnnlabError
from rnnlab.runs import STARTER, Epoch, Run, RunState

FILE = Path(__file__).parent / "data" / "starters.zip"
FORMAT = 1
RUNS = "runs.json"
SEEDS = 3
ARCHS = ("onehot-rnn", "embedding-rnn", "lstm", "gru", "feedforward", "tfidf-logreg")
_TIME = (1980, 1, 1, 0, 0, 0)  # of each member, so that equal runs make an equal file
_EPOCH_FIELDS = ("epoch", "loss", "accuracy", "val_loss", "val_accuracy", "seconds")
# What a store knows of a run beside what is described, and what says nothing on another machine.
_LEFT_OUT = (
    "id",
    "state",
    "config",
    "progress",
    "manifest",
    "worker_id",
    "machine",
    "parameters",
    "owner",
    "claimed_at",
    "stop_reason",
)


@dataclass(frozen=True, eq=False)
class Starter:
    """A run to put into a store: its snapshot, its epochs, and its files.

    `artifacts` maps names of files to their bytes, `kept_weights` epochs to weights as .npz, and
    `update_ratios` epochs to what `RunStore.update_ratios` returns for them.
    """

    run: Run
    epochs: tuple[Epoch, ...]
    artifacts: Mapping[str, bytes]
    kept_weights: Mapping[int, bytes]
    update_ratios: Mapping[int, Mapping[str, float]]


def configs() -> dict[str, RunConfig]:
    """Return the configs of the starter runs by their names, in the order of their training."""
    named = {}
    for arch in ARCHS:
        base = preset(arch)
        seeds = [base.seed] if base.seed is None else range(base.seed, base.seed + SEEDS)
        for number, seed in enumerate(seeds, start=1):
            named[f"starter-{arch}-{number}"] = dataclasses.replace(base, seed=seed)
    return named


def place(run: Run) -> tuple[int, int]:
    """Return what a run's place among the others is sorted by: its preset, then its seed."""
    arch = run.config.arch
    return ARCHS.index(arch) if arch in ARCHS else len(ARCHS), run.config.seed or 0


def pack(starters: Sequence[Starter]) -> bytes:
    """Return the file of these runs: a ZIP. Equal runs give equal bytes."""
    members: dict[str, bytes] = {}

    def member(content: bytes) -> str:
        sha256 = hashlib.sha256(content).hexdigest()
        members[sha256] = content
        return sha256

    described = [
        {
            "config": starter.run.config.to_dict(),
            "manifest": {k: v for k, v in starter.run.manifest.items() if k != STARTER},
            **{
                field.name: getattr(starter.run, field.name)
                for field in dataclasses.fields(Run)
                if field.name not in _LEFT_OUT
            },
            "epochs": [
                [getattr(epoch, name) for name in _EPOCH_FIELDS] for epoch in starter.epochs
            ],
            "artifacts": {name: member(starter.artifacts[name]) for name in starter.artifacts},
            "kept_weights": {
                epoch: member(content) for epoch, content in starter.kept_weights.items()
            },
            "update_ratios": starter.update_ratios,
        }
        for starter in starters
    ]
    document = json.dumps({"format": FORMAT, "runs": described}, indent=1) + "\n"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file:
        file.writestr(zipfile.ZipInfo(RUNS, _TIME), document, zipfile.ZIP_DEFLATED, 9)
        for name in sorted(members):
            file.writestr(zipfile.ZipInfo(name, _TIME), members[name], zipfile.ZIP_DEFLATED, 9)
    return buffer.getvalue()


@functools.cache
def load(path: Path = FILE) -> tuple[Starter, ...]:
    """Return the starter runs that come with rnnlab; none from a source tree that has none yet.

    Raises RnnlabError where the file is damaged.
    """
    if not path.exists():
        return ()
    try:
        with zipfile.ZipFile(path) as file:
            document = json.loads(file.read(RUNS))
            return tuple(_read(file, described) for described in document["runs"])
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise RnnlabError(
            f"the runs that came with rnnlab cannot be read ({error}): install rnnlab again"
        ) from error


def _read(file: zipfile.ZipFile, described: dict[str, Any]) -> Starter:
    def member(name: str) -> bytes:
        content = file.read(name)
        if hashlib.sha256(content).hexdigest() != name:
            raise ValueError(f"{name[:12]} in {FILE.name} is damaged")
        return content

    epochs = tuple(
        Epoch(**dict(zip(_EPOCH_FIELDS, row, strict=True))) for row in described.pop("epochs")
    )
    artifacts = {name: member(sha256) for name, sha256 in described.pop("artifacts").items()}
    kept = {int(epoch): member(sha) for epoch, sha in described.pop("kept_weights").items()}
    ratios = {int(epoch): layers for epoch, layers in described.pop("update_ratios").items()}
    config = RunConfig(**described.pop("config"))
    run = Run(
        # The id follows from the weights: the same run has it in every lab.
        id=hashlib.sha256(artifacts["best"]).hexdigest()[:8],
        state=RunState.FINISHED,
        config=config,
        parameters=params.parameters(config),
        manifest={**described.pop("manifest"), STARTER: True},
        **described,
    )
    return Starter(run, epochs, artifacts, kept, ratios)
