"""The files of a run ("best", "checkpoint", "vocabulary", "predictions"), each with its SHA-256.

Each function works inside a transaction that the caller has begun.
"""

import hashlib

import sqlalchemy as sa

from rnnlab.errors import DamagedFile, RunNotFound
from rnnlab.store.schema import artifacts


def put(connection: sa.Connection, run_id: str, name: str, content: bytes) -> None:
    """Store a run's file, in place of an earlier one of that name."""
    delete(connection, run_id, name)
    connection.execute(
        sa.insert(artifacts).values(
            run_id=run_id,
            name=name,
            sha256=hashlib.sha256(content).hexdigest(),
            content=content,
        )
    )


def get(connection: sa.Connection, run_id: str, name: str) -> bytes:
    """Return the bytes of a run's file.

    Raises RunNotFound where there is none, DamagedFile where its checksum is wrong or its part of
    the database cannot be read.
    """
    damaged = DamagedFile(
        f"the {name} of run {run_id} is damaged: delete the run and train it again"
    )
    query = sa.select(artifacts.c.content, artifacts.c.sha256).where(*_is(run_id, name))
    try:
        row = connection.execute(query).one_or_none()
    except sa.exc.DatabaseError as error:
        if type(error) is not sa.exc.DatabaseError:
            raise
        raise damaged from error
    if row is None:
        raise RunNotFound(f"run {run_id} has no {name} yet: wait for its first epoch to end")
    if not is_sound(row.content, row.sha256):
        raise damaged
    return row.content


def is_sound(content: object, sha256: str) -> bool:
    """Return whether these are the bytes that were stored with this checksum."""
    return isinstance(content, bytes) and hashlib.sha256(content).hexdigest() == sha256


def digest(connection: sa.Connection, run_id: str, name: str) -> str | None:
    """Return the SHA-256 of a run's file as it was stored; None where there is no such file."""
    return connection.scalar(sa.select(artifacts.c.sha256).where(*_is(run_id, name)))


def delete(connection: sa.Connection, run_id: str, name: str) -> None:
    """Delete a run's file, if there is one of that name."""
    connection.execute(sa.delete(artifacts).where(*_is(run_id, name)))


def _is(run_id: str, name: str) -> tuple[sa.ColumnElement[bool], ...]:
    return artifacts.c.run_id == run_id, artifacts.c.name == name
