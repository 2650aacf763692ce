"""The time by the clock of the store's server, within SQL.

Leases are told by it, because machines do not agree on the time. A store in a file has no clock but
this machine's, which nobody sets (see `machine.steady_time`).
"""

from typing import NamedTuple

import sqlalchemy as sa

from rnnlab import machine


def server_time(connection: sa.Connection) -> sa.ColumnElement[float]:
    """Return the SQL expression of the time, in seconds since 1970."""
    if connection.dialect.name == "sqlite":
        return sa.literal(machine.steady_time(), sa.Double)
    return sa.cast(sa.extract("epoch", sa.func.clock_timestamp()), sa.Double)


def answering_since(connection: sa.Connection) -> sa.ColumnElement[float]:
    """Return the SQL expression of when the server was started: nobody was heard before that.

    Long ago, for a store in a file.
    """
    if connection.dialect.name == "sqlite":
        return sa.literal(0.0, sa.Double)
    return sa.cast(sa.extract("epoch", sa.func.pg_postmaster_start_time()), sa.Double)


class Moment(NamedTuple):
    """A time by which heartbeats are told, and since when the server takes any."""

    now: float
    answering_since: float


def moment(connection: sa.Connection, here: float) -> Moment:
    """Return the time by which heartbeats are told: the server's; of a file, the one given."""
    if connection.dialect.name == "sqlite":
        return Moment(here, 0.0)
    query = sa.select(server_time(connection), answering_since(connection))
    return Moment(*connection.execute(query).one())
