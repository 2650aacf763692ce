"""Add runs to the store: a run's row, its name, and whether an equal run exists already.

Each function works inside a transaction that the caller has begun.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from rnnlab import params
from rnnlab.config import RunConfig
from rnnlab.errors import InvalidField, QueueFull
from rnnlab.names import base_name, checked_name
from rnnlab.runs import STARTER, Run, RunState
from rnnlab.store.queue import count
from rnnlab.store.resume import end_of_queue
from rnnlab.store.rows import get_run, readable
from rnnlab.store.schema import runs

MAX_QUEUED = 1_000  # runs; a lesson in a hall queues some dozens, the largest study 500


def insert_run(
    connection: sa.Connection,
    config: RunConfig,
    *,
    now: float,
    name: str | None,
    manifest: Mapping[str, Any],
    owner: str,
) -> Run:
    """Queue a new run and return it. Raises InvalidField for a bad name, QueueFull."""
    run = _insert(connection, config, now=now, name=name, manifest=manifest, owner=owner)
    check_queue(connection)
    return run


def _insert(
    connection: sa.Connection,
    config: RunConfig,
    *,
    now: float,
    name: str | None,
    manifest: Mapping[str, Any],
    owner: str,
) -> Run:
    run_id = secrets.token_hex(4)
    connection.execute(
        sa.insert(runs).values(
            id=run_id,
            name=_next_name(connection, config.arch)
            if name is None
            else free_name(connection, name),
            state=RunState.QUEUED,
            parameters=params.parameters(config),
            created_at=now,
            queued_at=end_of_queue(connection, now=now),
            owner=owner,
            stop_requested=False,
            epochs_done=0,
            seconds=0.0,
            versions={},
            manifest=dict(manifest),
            **config.to_dict(),
        )
    )
    return get_run(connection, run_id)


def free_name(connection: sa.Connection, text: str, *, run_id: str | None = None) -> str:
    """Return a name as it is stored, once it is no id and no group of runs is called so.

    `run_id` is the run that gets it. Raises InvalidField.
    """
    name = checked_name(text)
    query = sa.select(runs.c.id, runs.c.name).where(
        runs.c.name.startswith(f"{name} ", autoescape=True) | (runs.c.id == name)
    )
    rows = [row for row in connection.execute(query) if row.id != run_id]
    if any(row.id == name for row in rows):
        raise InvalidField("name", text, "other than a run's id", "add a word to it")
    members = [row for row in rows if base_name(row.name) == name]
    if len(members) > 1:
        remedy = f"{name} is a group of {len(members)} runs; call it {name} {len(members) + 1}"
        raise InvalidField("name", text, "other than a group's", remedy)
    return name


def equal_runs(
    connection: sa.Connection, configs: Iterable[RunConfig], manifest: Mapping[str, Any]
) -> dict[RunConfig, Run]:
    """Map the configs to the runs that have, or will have, trained them on the same reviews.

    A config without such a run is left out; starter runs do not count. A finished run comes before
    an active one, then the oldest; one that was asked to stop will not be trained to its end.
    """
    wanted = set(configs)
    states = [RunState.FINISHED, RunState.RUNNING, RunState.QUEUED]
    query = (
        sa.select(runs)
        .where(
            runs.c.state.in_(states),
            runs.c.arch.in_({config.arch for config in wanted}),
            runs.c.seed.is_(None) | runs.c.seed.in_({config.seed for config in wanted} - {None}),
            (runs.c.state == RunState.FINISHED) | ~runs.c.stop_requested,
        )
        .order_by(runs.c.state != RunState.FINISHED, runs.c.created_at)
    )
    reviews = manifest.get("dataset_sha256")
    equal: dict[RunConfig, Run] = {}
    for run in readable(connection.execute(query).mappings()):
        if run.is_starter:
            continue  # it stays apart from what people train
        if run.config in wanted and run.manifest.get("dataset_sha256", reviews) == reviews:
            equal.setdefault(run.config, run)
    return equal


def insert_missing(
    connection: sa.Connection,
    named: Sequence[tuple[RunConfig, str | None]],
    *,
    now: float,
    manifest: Mapping[str, Any],
    owner: str = "",
    limited: bool = True,
) -> tuple[tuple[Run, bool], ...]:
    """Queue a run of `owner` for each config, under the name beside it, unless an equal run exists.

    Returns each config's run, and whether it existed. Raises QueueFull if `limited`.
    """
    existing = equal_runs(connection, (config for config, _ in named), manifest)
    queued: dict[RunConfig, Run] = {}
    for number, (config, name) in enumerate(named):
        if config not in existing and config not in queued:
            at = now + 1e-6 * number  # so that the newest comes first among those queued at once
            queued[config] = _insert(
                connection, config, now=at, name=name, manifest=manifest, owner=owner
            )
    if queued and limited:
        check_queue(connection)
    return tuple(
        (existing[config], True) if config in existing else (queued[config], False)
        for config, _ in named
    )


def check_queue(connection: sa.Connection) -> None:
    """Raise QueueFull where more than `MAX_QUEUED` runs wait, those just queued among them."""
    waiting = count(connection, [RunState.QUEUED])
    if waiting > MAX_QUEUED:
        raise QueueFull(
            f"{waiting:,} runs would wait in the queue, and at most {MAX_QUEUED:,} may: wait until "
            "some are trained, or stop some that wait"
        )


def _next_name(connection: sa.Connection, arch: str) -> str:
    """Return the first free "arch-N", counting on from the runs of that architecture."""
    own = sa.cast(runs.c.manifest, sa.Text).not_like(f'%"{STARTER}": true%')
    taken = set(connection.scalars(sa.select(runs.c.name).where(runs.c.arch == arch, own)))
    number = len(taken) + 1
    while f"{arch}-{number}" in taken:
        number += 1
    return f"{arch}-{number}"
