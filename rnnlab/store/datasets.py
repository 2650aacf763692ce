"""The datasets of one's own of a store: their names, descriptions and content.

Owns the rule that no two have one name, and that none is deleted while something needs it.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from rnnlab import dataset_names
from rnnlab.datasets.own.content import Content
from rnnlab.datasets.own.record import (
    OwnDataset,
    PartCounts,
    checked_dataset_name,
    is_own,
    own_id,
)
from rnnlab.errors import DataError, DatasetNotFound, InvalidField, WrongState
from rnnlab.format import plural
from rnnlab.store.database import Database
from rnnlab.store.find import find_one
from rnnlab.store.patience import repeatable
from rnnlab.store.schema import datasets, runs, studies

_HEAD = [column for column in datasets.c if column.name not in ("sha256", "content")]


class Datasets:
    """The datasets of a store. Each method is one transaction."""

    unsure = False

    def __init__(self, database: Database) -> None:
        self.database = database
        self._parts: dict[str, PartCounts] = {}  # an id never stands for another content

    @repeatable
    def all(self) -> tuple[OwnDataset, ...]:
        """Return all datasets of one's own, newest first."""
        with self.database.reading() as connection:
            return _all(connection)

    def get(self, dataset_id: str) -> OwnDataset:
        """Return the dataset with exactly this id. Raises DatasetNotFound."""
        with self.database.reading() as connection:
            return _get(connection, dataset_id)

    def find(self, text: str) -> OwnDataset:
        """Return the dataset that a person names: by id, by name, or by the start of an id.

        Raises DatasetNotFound where none, or more than one, matches.
        """
        nouns, command = ("dataset", "datasets"), "rnnlab data list"
        return find_one(text, self.all(), nouns=nouns, error=DatasetNotFound, command=command)

    @repeatable
    def content(self, dataset_id: str) -> Content:
        """Return the reviews of a dataset. Raises DatasetNotFound, DataError if it is damaged."""
        query = sa.select(datasets.c.content, datasets.c.sha256, datasets.c.name)
        with self.database.reading() as connection:
            row = connection.execute(query.where(datasets.c.id == dataset_id)).one_or_none()
        if row is None:
            raise _not_found(dataset_id)
        if hashlib.sha256(row.content).hexdigest() != row.sha256:
            raise DataError(
                f"the reviews of the dataset {row.name} ({dataset_id}) are damaged: put a backup "
                "of the store in its place, or add the file to another lab"
            )
        return Content.from_bytes(row.content)

    def add(
        self, content: Content, name: str, *, description: Mapping[str, Any], now: float
    ) -> OwnDataset:
        """Keep a dataset and return it; the one that is kept if it is the same under this name.

        Raises InvalidField for a bad name or one that is taken, WrongState where the same dataset
        has another name.
        """
        name = checked_dataset_name(name)
        fingerprint = content.fingerprint
        dataset_id, packed = own_id(fingerprint), content.to_bytes()
        with self.database.writing() as connection:
            for dataset in _all(connection):
                if dataset.id != dataset_id:
                    continue
                if dataset.name == name:
                    return dataset
                raise WrongState(
                    f"these reviews are in this lab already, as {dataset.name} ({dataset.id}): use "
                    f"that, or rename it with `rnnlab data rename {dataset.id} NAME`"
                )
            _check_free(connection, name)
            connection.execute(
                sa.insert(datasets).values(
                    id=dataset_id,
                    name=name,
                    fingerprint=fingerprint,
                    created_at=now,
                    description=dict(description),
                    sha256=hashlib.sha256(packed).hexdigest(),
                    content=packed,
                )
            )
            return _get(connection, dataset_id)

    def rename(self, dataset_id: str, name: str) -> None:
        """Rename a dataset. Raises DatasetNotFound, InvalidField as `add`."""
        name = checked_dataset_name(name)
        with self.database.writing() as connection:
            _get(connection, dataset_id)
            _check_free(connection, name, but=dataset_id)
            connection.execute(
                sa.update(datasets).where(datasets.c.id == dataset_id).values(name=name)
            )

    def delete(self, dataset_id: str) -> None:
        """Delete a dataset. Raises DatasetNotFound, or WrongState while runs or studies need it."""
        with self.database.writing() as connection:
            dataset = _get(connection, dataset_id)
            users = _users(connection, dataset_id)
            if users:
                raise WrongState(
                    f"the dataset {dataset.name} cannot be deleted while {users} of this lab need "
                    "its reviews: delete those first (`rnnlab runs` and `rnnlab studies` list them)"
                )
            connection.execute(sa.delete(datasets).where(datasets.c.id == dataset_id))

    def parts(self, dataset_ids: Iterable[str]) -> dict[str, PartCounts]:
        """Return how datasets are split, by id; without built-in ones, and those not in here."""
        wanted = {dataset_id for dataset_id in dataset_ids if is_own(dataset_id)}
        if not wanted:
            return {}
        if not wanted <= self._parts.keys():
            self._parts |= {dataset.id: dataset.parts for dataset in self.all()}
        return {key: self._parts[key] for key in wanted if key in self._parts}

    def runs_of(self, dataset_id: str) -> int:
        """Return how many runs a dataset has."""
        query = sa.select(sa.func.count()).where(runs.c.dataset == dataset_id)
        with self.database.reading() as connection:
            return connection.execute(query).scalar_one()


def _all(connection: sa.Connection) -> tuple[OwnDataset, ...]:
    query = sa.select(*_HEAD).order_by(datasets.c.created_at.desc(), datasets.c.id)
    found = tuple(OwnDataset(**row) for row in connection.execute(query).mappings())
    dataset_names.remember({dataset.id: dataset.name for dataset in found})
    return found


def _get(connection: sa.Connection, dataset_id: str) -> OwnDataset:
    query = sa.select(*_HEAD).where(datasets.c.id == dataset_id)
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        raise _not_found(dataset_id)
    dataset_names.remember({dataset_id: row["name"]})
    return OwnDataset(**row)


def _not_found(dataset_id: str) -> DatasetNotFound:
    return DatasetNotFound(
        f"this lab has no dataset {dataset_id}: add its file with `rnnlab data add`, or use the "
        "lab that has it"
    )


def _check_free(connection: sa.Connection, name: str, *, but: str | None = None) -> None:
    for dataset in _all(connection):
        if dataset.id != but and dataset.name.casefold() == name.casefold():
            remedy = f"choose another, or rename or delete {dataset.name} ({dataset.id}) first"
            raise InvalidField("name", name, "one that no other dataset has", remedy)


def _users(connection: sa.Connection, dataset_id: str) -> str:
    """Return in words how many runs and studies are of a dataset; empty where none is."""
    of_dataset = sa.select(sa.func.count()).where(runs.c.dataset == dataset_id)
    run_count = connection.execute(of_dataset).scalar_one()
    specs = connection.scalars(sa.select(studies.c.spec))
    study_count = sum(
        any(base.get("dataset") == dataset_id for base in spec.get("bases", ())) for spec in specs
    )
    counts = [(run_count, "run"), (study_count, "study")]
    return " and ".join(_count(number, noun) for number, noun in counts if number)


def _count(number: int, noun: str) -> str:
    if noun == "study":
        return "1 study" if number == 1 else f"{number:,} studies"
    return plural(number, noun)
