"""Stores that cannot be opened: each is told in a sentence with a remedy, without its password."""

import importlib.util
import re
import traceback

import pytest
import sqlalchemy as sa

from rnnlab.errors import StoreError
from rnnlab.store import RunStore, postgresql, urls
from tests.postgresql import PASSWORD

HOST = "127.0.0.1:1/lab"
WRONG = {
    "kind": (f"mysql://me:{PASSWORD}@{HOST}", r"set RNNLAB_STORE to sqlite:////path/to/lab\.db"),
    "short kind": (f"postgres://me:{PASSWORD}@{HOST}", r"postgresql\+psycopg:// instead of post"),
    "driver": (f"postgresql+asyncpg://me:{PASSWORD}@{HOST}", r"postgresql\+psycopg:// instead"),
    "port": (f"postgresql+psycopg://me:{PASSWORD}@host:many/lab", "write RNNLAB_STORE as postgres"),
    "at": (f"postgresql+psycopg://me:a@{PASSWORD}@{HOST}", "in a password @ as %40"),
    "slash": (f"postgresql+psycopg://me:{PASSWORD}/1:@{HOST}", r"answers at 127\.0\.0\.1, port 1"),
    "no server": (f"postgresql+psycopg://me:{PASSWORD}@{HOST}", r"answers at 127\.0\.0\.1, port 1"),
    "no host": (f"postgresql+psycopg://me:{PASSWORD}@no.invalid/lab", "answers at no.invalid"),
    "query": (f"postgresql+psycopg://127.0.0.1:1/lab?password={PASSWORD}", "check the host"),
    "option": (f"postgresql+psycopg://me:{PASSWORD}@{HOST}?nonsense=1", "nonsense"),
    "no URL": ("lab", "no URL: set RNNLAB_STORE"),
}


@pytest.mark.parametrize(("url", "remedy"), WRONG.values(), ids=WRONG.keys())
def test_wrong_url_is_told_with_its_remedy_and_without_its_password(url, remedy):
    with pytest.raises(StoreError, match=remedy) as error:
        RunStore(url)
    assert PASSWORD not in "".join(traceback.format_exception(error.value))
    assert PASSWORD not in urls.shown(url)


def test_wrong_password_user_and_database_are_told_with_their_remedies(postgresql):
    for url, remedy in (
        (postgresql.url(password="Guessed-1"), "refuses this user or password"),
        (postgresql.url(user="nobody"), "refuses this user or password"),
        (postgresql.url("missing"), "createdb missing"),
    ):
        with pytest.raises(StoreError, match=remedy) as error:
            RunStore(url)
        told = "".join(traceback.format_exception(error.value))
        assert PASSWORD not in told and "Guessed-1" not in told


def test_missing_driver_is_told_with_the_command_that_installs_it(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(StoreError, match=r"run pip install 'rnnlab\[team\]'"):
        RunStore(f"postgresql://me:{PASSWORD}@{HOST}")


def test_short_url_takes_the_driver_that_rnnlab_uses(postgresql_url):
    short = postgresql_url.replace("+psycopg", "")
    store = RunStore(short)
    assert store.runs() == ()
    store.close()


@pytest.mark.parametrize("table", ["runs", "invoices", "lab"])
def test_database_of_something_else_is_refused_and_left_as_it_is(table, postgresql_url, tmp_path):
    for url in (postgresql_url, f"sqlite:///{tmp_path / 'other.db'}"):
        engine = sa.create_engine(url)
        with engine.begin() as connection:
            connection.exec_driver_sql(f"CREATE TABLE {table} (number INTEGER)")
        with pytest.raises(StoreError, match=rf"holds no lab, but 1 table .*\({table}\)"):
            RunStore(url)
        assert sa.inspect(engine).get_table_names() == [table]
        engine.dispose()


@pytest.mark.parametrize(
    ("said", "remedy"),
    [
        ("FATAL:  sorry, too many clients already", "raise its max_connections"),
        ("FATAL:  no pg_hba.conf entry for host", "add it to pg_hba.conf"),
        ("connection timeout expired", "no PostgreSQL server answers"),
        (f"invalid dsn: {PASSWORD}", r"invalid dsn: \*\*\*"),
    ],
)
def test_what_a_server_says_is_told_with_a_remedy(said, remedy):
    url = sa.make_url(f"postgresql+psycopg://me:{PASSWORD}@{HOST}")
    told = postgresql.why_refused(RuntimeError(said), url)
    assert PASSWORD not in told
    assert re.search(remedy, told)
