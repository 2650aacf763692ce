"""Add runs to the store: a run's row, its name, and whether an equal run exists already.

Each function works inside a transaction that the caller has begun.
"""

import secrets
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from rnnlab import params
from rnnlab.config import RunConfig
from rnnlab.errors import InvalidField
from rnnlab.runs import Run, RunState
from rnnlab.store.rows import get_run, run_of
from rnnlab.store.schema import runs

MAX_NAME = 80  # characters


def insert_run(
    connection: sa.Connection,
    config: RunConfig,
    *,
    now: float,
    name: str | None,
    manifest: Mapping[str, Any],
) -> Run:
    """Queue a new run and return it. Raises InvalidField for a bad name."""
    run_id = secrets.token_hex(4)
    connection.execute(
        sa.insert(runs).values(
            id=run_id,
            name=_next_name(connection, config.arch) if name is None else checked_name(name),
            state=RunState.QUEUED,
            parameters=params.parameters(config),
            created_at=now,
            queued_at=now,
            stop_requested=False,
            epochs_done=0,
            seconds=0.0,
            versions={},
            manifest=dict(manifest),
            **config.to_dict(),
        )
    )
    return get_run(connection, run_id)


def find_equal(
    connection: sa.Connection, config: RunConfig, manifest: Mapping[str, Any]
) -> Run | None:
    """Return the run that has, or will have, trained this config on the same reviews, if any.

    A finished run comes before an active one, then the oldest.
    """
    states = [RunState.FINISHED, RunState.RUNNING, RunState.QUEUED]
    query = sa.select(runs).where(runs.c.seed == config.seed, runs.c.state.in_(states))
    reviews = manifest.get("dataset_sha256")
    equal = [
        run
        for run in map(run_of, connection.execute(query).mappings())
        if run.config == config and run.manifest.get("dataset_sha256", reviews) == reviews
    ]
    return min(equal, key=lambda run: (run.state.active, run.created_at), default=None)


def checked_name(text: str) -> str:
    """Return the name as it is stored, on one line. Raises InvalidField if empty or too long."""
    text = text.encode("utf-8", "replace").decode()  # a shell may pass bytes that are no text
    name = " ".join(text.replace("\0", " ").split())
    if not 1 <= len(name) <= MAX_NAME:
        raise InvalidField("name", text, f"1–{MAX_NAME} characters", "give it a short name")
    return name


def _next_name(connection: sa.Connection, arch: str) -> str:
    """Return the first free "arch-N", counting on from the runs of that architecture."""
    taken = set(connection.scalars(sa.select(runs.c.name).where(runs.c.arch == arch)))
    number = len(taken) + 1
    while f"{arch}-{number}" in taken:
        number += 1
    return f"{arch}-{number}"
