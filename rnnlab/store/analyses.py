"""Analyses of runs that took long to make, kept so that they are made once.

Each is bytes with its SHA-256 and the key of what it was made from; what a key is made of is for
the code that analyses to say (see `rnnlab.inside.stored`). Nothing depends on them: one that is
missing, out of date or damaged is made anew.
"""

import hashlib

import sqlalchemy as sa

from rnnlab.store.database import Database
from rnnlab.store.schema import analyses, runs


class Analyses:
    """The kept analyses of a store, one for each run and name. Each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, run_id: str, name: str, *, key: str) -> bytes | None:
        """Return what `put` kept under this key; None where there is none, or it is damaged."""
        query = sa.select(analyses.c.content, analyses.c.sha256).where(
            analyses.c.run_id == run_id, analyses.c.name == name, analyses.c.key == key
        )
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        if row is None or hashlib.sha256(row.content).hexdigest() != row.sha256:
            return None
        return row.content

    def put(self, run_id: str, name: str, content: bytes, *, key: str) -> None:
        """Keep an analysis in place of an earlier one of that name.

        Nothing happens if the run is gone, or the lab read-only. Atomic. Disturbs no reader.
        """
        if self._database.read_only:
            return
        with self._database.writing(quiet=True) as connection:
            if connection.scalar(sa.select(runs.c.id).where(runs.c.id == run_id)) is None:
                return
            connection.execute(
                sa.delete(analyses).where(analyses.c.run_id == run_id, analyses.c.name == name)
            )
            connection.execute(
                sa.insert(analyses).values(
                    run_id=run_id,
                    name=name,
                    key=key,
                    sha256=hashlib.sha256(content).hexdigest(),
                    content=content,
                )
            )
