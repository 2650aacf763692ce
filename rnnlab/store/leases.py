"""Leases: which process does what only one may do at a time.

A lease ends by the clock of the store's server unless its holder renews it. What its holder does
must be safe to do twice: a process that was frozen may wake up after another has taken over.
"""

import sqlalchemy as sa

from rnnlab.store.clock import server_time
from rnnlab.store.database import Database
from rnnlab.store.schema import leases

LEASE_S = 10.0


class Leases:
    """The leases of a store. Each method is one transaction and disturbs no reader."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, name: str, holder: str) -> bool:
        """Take or renew a lease; return whether this holder has it now."""
        with self._database.writing(quiet=True) as connection:
            now = server_time(connection)
            renewed = connection.execute(
                sa.update(leases)
                .where(
                    leases.c.name == name, (leases.c.holder == holder) | (leases.c.ends_at <= now)
                )
                .values(holder=holder, ends_at=now + LEASE_S)
            )
            if renewed.rowcount:
                return True
            if connection.scalar(sa.select(leases.c.name).where(leases.c.name == name)):
                return False
            connection.execute(
                sa.insert(leases).values(name=name, holder=holder, ends_at=now + LEASE_S)
            )
            return True

    def is_held(self, name: str) -> bool:
        """Return whether anybody has a lease now."""
        with self._database.reading() as connection:
            held = leases.c.ends_at > server_time(connection)
            return bool(
                connection.scalar(sa.select(sa.exists().where(leases.c.name == name, held)))
            )

    def release(self, name: str, holder: str, *, note: str | None = None) -> None:
        """Give a lease up, and leave a note why; nothing happens if another has it by now."""
        with self._database.writing(quiet=True) as connection:
            connection.execute(
                sa.update(leases)
                .where(leases.c.name == name, leases.c.holder == holder)
                .values(ends_at=0.0, note=note)
            )

    def note(self, name: str) -> str | None:
        """Return why the last holder gave a lease up, if it said so and nobody has it since."""
        with self._database.reading() as connection:
            left = leases.c.ends_at <= server_time(connection)
            return connection.scalar(sa.select(leases.c.note).where(leases.c.name == name, left))
