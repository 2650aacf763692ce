"""The runs that came with rnnlab, in a store: brought in once, hidden, and shown again.

They are rows like those of other runs, marked in their manifest, so all that reads a run by its id
reads them too; lists of a lab's runs leave them out. To hide them is to delete their rows. Owns the
column `lab.starters`: NULL until a new lab has got them, then "shown" or "hidden".
"""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import sqlalchemy as sa

from rnnlab.runs import Run
from rnnlab.starters.package import Starter, place
from rnnlab.store import artifacts, kept_weights
from rnnlab.store.database import Database
from rnnlab.store.rows import NEWEST_FIRST, readable
from rnnlab.store.schema import epochs, lab, runs

SHOWN, HIDDEN = "shown", "hidden"
_COLUMNS = {column.name for column in runs.c}


class Starters:
    """The starter runs of a store; each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> tuple[Run, ...]:
        """Return the starter runs that are shown, in the order of the presets."""
        query = sa.select(runs).order_by(*NEWEST_FIRST)
        with self._database.reading() as connection:
            every = list(readable(connection.execute(query).mappings()))
        chosen = [run for run in every if run.is_starter]
        return tuple(sorted(chosen, key=place))

    def undecided(self) -> bool:
        """Return whether this is a new lab that has not got them yet."""
        with self._database.reading() as connection:
            return connection.scalar(sa.select(lab.c.starters)) is None

    def introduce(self, starters: Sequence[Starter]) -> None:
        """Bring them into a new lab; one that has had them, or has hidden them, stays as it is."""
        with self._database.writing() as connection:
            if connection.scalar(sa.select(lab.c.starters)) is None:
                _show(connection, starters)

    def show(self, starters: Sequence[Starter]) -> None:
        """Bring in those that are missing."""
        with self._database.writing() as connection:
            _show(connection, starters)

    def hide(self) -> None:
        """Take them out, with all that was computed of them; runs of people stay."""
        with self._database.writing() as connection:
            query = sa.select(runs).order_by(*NEWEST_FIRST)
            every = readable(connection.execute(query).mappings())
            ids = [run.id for run in every if run.is_starter]
            connection.execute(sa.delete(runs).where(runs.c.id.in_(ids)))
            connection.execute(sa.update(lab).values(starters=HIDDEN))


def _show(connection: sa.Connection, starters: Sequence[Starter]) -> None:
    there = set(connection.scalars(sa.select(runs.c.id)))
    for starter in starters:
        if starter.run.id not in there:
            _insert(connection, starter)
    connection.execute(sa.update(lab).values(starters=SHOWN))


def _insert(connection: sa.Connection, starter: Starter) -> None:
    run = starter.run
    values: dict[str, Any] = {
        field.name: getattr(run, field.name) for field in fields(run) if field.name in _COLUMNS
    }
    connection.execute(sa.insert(runs).values(values | run.config.to_dict()))
    if starter.epochs:
        rows = [
            {
                **{
                    column.name: getattr(epoch, column.name)
                    for column in epochs.c
                    if column.name not in ("row_id", "run_id", "update_ratios")
                },
                "run_id": run.id,
                "update_ratios": starter.update_ratios.get(epoch.epoch),
            }
            for epoch in starter.epochs
        ]
        connection.execute(sa.insert(epochs), rows)
    for name, content in starter.artifacts.items():
        artifacts.put(connection, run.id, name, content)
    for epoch, content in starter.kept_weights.items():
        kept_weights.put(connection, run.id, epoch, content)
