"""Expected: the config that a run is likely to be asked for next, so that a worker can get ready.

A guess that nothing depends on: it is overwritten by the next one, and changes no run.
"""

import sqlalchemy as sa

from rnnlab.config import RunConfig
from rnnlab.errors import InvalidField
from rnnlab.store.database import Database
from rnnlab.store.schema import expected


class Expected:
    """One guess for the whole lab, the latest. Each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, config: RunConfig, *, now: float) -> None:
        """Replace the guess. Disturbs no reader."""
        with self._database.writing(quiet=True) as connection:
            connection.execute(sa.update(expected).values(config=config.to_dict(), at=now))

    def get(self, *, since: float) -> RunConfig | None:
        """The guess, if it was made at that time or later, and by this version of rnnlab."""
        query = sa.select(expected.c.config).where(expected.c.at >= since)
        with self._database.reading() as connection:
            found = connection.scalar(query)
        try:
            return found and RunConfig(**found)
        except (TypeError, InvalidField):
            return None


def fulfil(connection: sa.Connection, config: RunConfig) -> None:
    """Forget the guess if it was of this config, a run of which has come."""
    if connection.scalar(sa.select(expected.c.config)) == config.to_dict():
        connection.execute(sa.update(expected).values(config=None, at=None))
