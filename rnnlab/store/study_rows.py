"""Studies as they are read from their rows."""

from collections.abc import Sequence

import sqlalchemy as sa

from rnnlab.config import RunConfig
from rnnlab.errors import StudyNotFound
from rnnlab.store.schema import runs, studies, study_runs
from rnnlab.studies import Study, StudyRun, StudySpec, StudyState

STUDIES_NEWEST_FIRST = (studies.c.created_at.desc(), studies.c.id)


def get_study(connection: sa.Connection, study_id: str) -> Study:
    """Return the study with exactly this id. Raises StudyNotFound."""
    read = read_studies(connection, [study_id])
    if not read:
        raise StudyNotFound(f"there is no study {study_id!r}: it may have been deleted")
    return read[0]


def read_studies(connection: sa.Connection, study_ids: Sequence[str]) -> list[Study]:
    """Return these studies with their runs; those that do not exist are left out."""
    links: dict[str, list[StudyRun]] = {}
    query = (
        sa.select(study_runs)
        .join(runs, runs.c.id == study_runs.c.run_id)
        .where(study_runs.c.study_id.in_(study_ids))
        .order_by(runs.c.created_at, runs.c.id)
    )
    for row in connection.execute(query):
        link = StudyRun(row.run_id, row.phase, row.reused, row.candidate, row.point)
        links.setdefault(row.study_id, []).append(link)
    query = sa.select(studies).where(studies.c.id.in_(study_ids)).order_by(*STUDIES_NEWEST_FIRST)
    return [
        Study(
            id=row.id,
            name=row.name,
            state=StudyState(row.state),
            spec=StudySpec.from_dict(row.spec),
            created_at=row.created_at,
            ended_at=row.ended_at,
            error=row.error,
            chosen=row.chosen and tuple(fields and RunConfig(**fields) for fields in row.chosen),
            runs=tuple(links.get(row.id, ())),
            importance=tuple(row.importance or ()),
        )
        for row in connection.execute(query)
    ]
