"""`doctor`: a sound lab passes; what is broken is named with its remedy, or repaired."""

import pytest
import sqlalchemy as sa

from rnnlab import doctor, home, machine
from rnnlab.config import preset
from rnnlab.store import health
from rnnlab.store.schema import artifacts
from tests.commands import document
from tests.labs import damage, finished_run


def checks(cli, *flags, code=0):
    """The checks by name."""
    answer = cli("doctor", *flags, "--json")
    assert answer[0] == code
    return {check["name"]: check for check in map(dict, document((0, *answer[1:])))}


def test_sound_lab_passes_every_check(cli, store):
    finished_run(store)
    found = checks(cli)
    assert {check["status"] for check in found.values()} == {"ok"}
    assert set(found) == {"home", "packages", "store", "files", "runs", "workers", "caches", "logs"}
    code, out, _ = cli("doctor")
    assert code == 0 and "SQLite finds no fault" in out


def test_damaged_weights_are_named_with_their_run(cli, store):
    run = finished_run(store)
    with store.database.writing() as connection:
        connection.execute(
            sa.update(artifacts).where(artifacts.c.name == "best").values(content=b"rotten")
        )
    found = checks(cli, code=1)
    assert found["files"]["status"] == "error"
    assert found["files"]["finding"] == f"damaged files of {run.name} ({run.id})"


def test_unreadable_run_and_queue_without_workers_are_warnings(cli, store, monkeypatch):
    damage(store, finished_run(store).id, "arch = 'x'")
    store.workers.unregister("worker-1")
    store.enqueue(preset("lstm"), now=1.0)
    found = checks(cli)
    assert found["runs"]["status"] == found["workers"]["status"] == "warning"
    assert "cannot be read" in found["runs"]["finding"]


def test_store_that_is_no_database_is_an_error_with_the_stores_own_message(cli, lab_home):
    lab_home.mkdir()
    (lab_home / "lab.db").write_bytes(b"not a database" * 100)
    found = checks(cli, code=1)
    assert "cannot be opened" in found["store"]["finding"]


def test_home_that_cannot_be_used_is_an_error(cli, monkeypatch):
    monkeypatch.setenv("RNNLAB_HOME", "/proc/x")
    assert "RNNLAB_HOME must be" in checks(cli, code=1)["home"]["finding"]


def test_old_package_is_a_warning(cli, store, monkeypatch):
    monkeypatch.setitem(doctor.OLDEST, "keras", (99,))
    assert checks(cli)["packages"]["remedy"] == "Upgrade keras."


@pytest.fixture
def worn(store, monkeypatch):
    """A lab with unused space, a long log and a file in place of the folder of compiled code."""
    monkeypatch.setattr(doctor, "MANY_UNUSED", 100_000)
    monkeypatch.setattr(doctor, "LONG_LOG", 1_000)
    run = finished_run(store, best=b"x" * 2_000_000)
    store.delete(run.id)
    home.worker_log().parent.mkdir()
    home.worker_log().write_text("line\n" * 1_000)
    code = machine.xla_cache(home.home())
    code.parent.mkdir(exist_ok=True)
    code.write_text("damaged")
    return store


def test_repair_mends_what_it_may(cli, worn):
    before = checks(cli, code=1)
    assert {name: check["status"] for name, check in before.items() if check["remedy"]} == {
        "store": "warning",
        "caches": "error",
        "logs": "warning",
    }
    assert health.unused_bytes(worn.database) > 100_000
    after = checks(cli, "--repair")
    assert {check["status"] for check in after.values()} == {"ok"}
    assert "nothing to repair" in cli("doctor", "--repair")[2]


def test_store_on_a_server_is_examined_and_shown_without_its_password(postgresql_url, cli):
    store = checks(cli)["store"]
    assert store["status"] == "ok"
    assert store["finding"].startswith("postgresql+psycopg://rnnlab:***@127.0.0.1")
