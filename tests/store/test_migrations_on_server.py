"""Labs of earlier versions on a PostgreSQL server: the same steps, in one transaction."""

import pytest
import sqlalchemy as sa

from rnnlab.config import preset
from rnnlab.errors import ReadOnlyLab, StoreError
from rnnlab.runs import RunState
from rnnlab.store import RunStore, migrations
from tests.labs import NOW, claim, finished_run
from tests.processes import answers_of_two
from tests.store.upgrades import OPEN, tables


def opened(url):
    store = RunStore(url)
    store.close()
    return store


def rows(url, query):
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.exec_driver_sql(query)]
    engine.dispose()
    return found


def change(url, statement):
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


def backups(url):
    """The schemas of backups in which the runs of this lab are."""
    query = "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'rnnlab_backup_v%%'"
    return {name for (name,) in rows(url, query)}


def test_lab_of_version_1_opens_with_all_its_runs_epochs_and_files(version_1_on_server):
    store = opened(version_1_on_server)
    runs = {run.name: run for run in store.runs()}
    assert sorted(runs) == ["lstm-1", "lstm-2", "lstm-3", "tfidf-logreg-1"]
    assert runs["lstm-1"].config == preset("lstm", seed=42)
    assert [epoch.val_loss for epoch in store.epochs(runs["lstm-1"].id)] == [0.68, 0.67]
    assert store.artifact(runs["lstm-2"].id, "checkpoint") == b"checkpoint"


def test_upgraded_lab_has_the_tables_of_a_new_one(version_1_on_server, postgresql):
    new = postgresql.create_schema()
    opened(new)
    opened(version_1_on_server)
    assert tables(version_1_on_server) == tables(new)


def test_lab_is_copied_into_a_schema_before_its_upgrade_and_goes_on(version_1_on_server):
    before = backups(version_1_on_server)
    store = opened(version_1_on_server)
    (schema,) = backups(version_1_on_server) - before
    assert schema.startswith("rnnlab_backup_v1")
    query = f"SELECT schema_version FROM {schema}.lab"
    assert rows(version_1_on_server, query) == [(1,)]
    assert rows(version_1_on_server, f"SELECT count(*) FROM {schema}.epochs") == [(4,)]
    assert store.workers.mark_stalled(now=NOW + 1e9)
    store.resume("af02d856", now=NOW)
    assert {claim(store).run.epochs_done for _ in range(2)} == {0, 2}
    opened(version_1_on_server)
    assert backups(version_1_on_server) == before | {schema}


def test_two_processes_that_open_a_lab_at_once_upgrade_it_once(version_1_on_server):
    before = backups(version_1_on_server)
    assert answers_of_two(OPEN, version_1_on_server) == ["4", "4"]
    assert len(backups(version_1_on_server) - before) == 1


def test_two_processes_that_open_an_empty_database_at_once_make_one_lab(postgresql_url):
    assert answers_of_two(OPEN, postgresql_url) == ["0", "0"]
    assert rows(postgresql_url, "SELECT count(*) FROM lab") == [(1,)]


def test_step_that_fails_leaves_the_lab_as_it_was(version_1_on_server, monkeypatch):
    def broken(connection):
        connection.exec_driver_sql("DELETE FROM epochs")
        raise RuntimeError("no such luck")

    before = backups(version_1_on_server)
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, broken))
        with pytest.raises(StoreError, match=r"luck\): nothing in it was changed"):
            opened(version_1_on_server)
    assert rows(version_1_on_server, "SELECT schema_version FROM lab") == [(1,)]
    assert backups(version_1_on_server) == before
    assert len(opened(version_1_on_server).runs()) == 4


def test_lab_of_a_newer_version_is_read_and_left_alone(postgresql_url):
    run = finished_run(RunStore(postgresql_url))
    change(postgresql_url, "UPDATE lab SET schema_version = 999")
    newer = RunStore(postgresql_url)
    assert newer.runs() == (run,)
    assert "a newer version of rnnlab wrote it (schema 999" in newer.database.read_only
    with pytest.raises(ReadOnlyLab):
        newer.enqueue(preset("gru"), now=NOW)
    change(postgresql_url, "ALTER TABLE epochs RENAME TO steps")
    with pytest.raises(StoreError, match=r"newer version .* This part of it cannot be read"):
        newer.epochs(run.id)
    newer.close()


@pytest.fixture
def reader(postgresql, postgresql_url):
    """The URL of the lab for a user who may only look, and the lab's own."""
    store = RunStore(postgresql_url)
    finished_run(store)
    store.close()
    schema = postgresql_url.rpartition("%3D")[2]
    user = f"reader_{schema}"
    postgresql.execute(f"CREATE USER {user} PASSWORD 'eyes only'")
    postgresql.execute(f"GRANT USAGE ON SCHEMA {schema} TO {user}")
    postgresql.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {user}")
    return postgresql.url(user=user, password="eyes%20only") + f"?options=-csearch_path%3D{schema}"


def test_user_without_the_right_to_write_gets_a_read_only_lab(reader):
    store = RunStore(reader)
    assert [run.state for run in store.runs()] == [RunState.FINISHED]
    assert "no right to write" in store.database.read_only
    with pytest.raises(ReadOnlyLab, match="GRANT ALL"):
        store.enqueue(preset("gru"), now=NOW)
    store.close()


def test_user_without_the_right_to_write_is_told_of_a_lab_that_must_be_upgraded(
    reader, postgresql_url
):
    change(postgresql_url, "UPDATE lab SET schema_version = 12")
    with pytest.raises(StoreError, match=r"has to be upgraded .* no right to write"):
        RunStore(reader)


def test_user_without_the_right_to_create_tables_is_told_how_to_get_it(postgresql):
    name = postgresql.create_database().rpartition("/")[2]
    postgresql.execute(f"CREATE USER newcomer_{name} PASSWORD 'new'")
    url = postgresql.url(name, user=f"newcomer_{name}", password="new")
    with pytest.raises(StoreError, match=rf"GRANT CREATE ON SCHEMA public TO newcomer_{name}"):
        RunStore(url)


def test_lab_that_another_program_holds_is_told_as_such(postgresql_url):
    holder = RunStore(postgresql_url)
    with holder.database.writing(), pytest.raises(StoreError, match="is in use: another program"):
        RunStore(postgresql_url, busy_timeout_s=0.1)
    holder.close()
