"""Expected: the config that is likely to be trained next, so that a worker can prepare for it.

A guess that nothing depends on: the next one overwrites it, and it changes no run.
"""

import sqlalchemy as sa

from rnnlab.config import RunConfig
from rnnlab.errors import InvalidField
from rnnlab.store.database import Database
from rnnlab.store.schema import expected


class Expected:
    """The latest guess, one for the whole lab. Each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, config: RunConfig, *, now: float) -> None:
        """Replace the guess. Disturbs no reader."""
        with self._database.writing(quiet=True) as connection:
            connection.execute(sa.update(expected).values(config=config.to_dict(), at=now))

    def get(self, *, since: float) -> RunConfig | None:
        """Return the guess if it was made at that time or later, by this version of rnnlab."""
        query = sa.select(expected.c.config).where(expected.c.at >= since)
        with self._database.reading() as connection:
            fields = connection.scalar(query)
        try:
            return RunConfig(**fields) if fields else None
        except (TypeError, InvalidField):
            return None


def clear(connection: sa.Connection, config: RunConfig) -> None:
    """Forget the guess if it was this config: a run of it was claimed."""
    if connection.scalar(sa.select(expected.c.config)) == config.to_dict():
        connection.execute(sa.update(expected).values(config=None, at=None))
