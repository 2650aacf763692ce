"""Rows that this version cannot read: they close no page, no command and no queue."""

import pytest

from rnnlab import home
from rnnlab.config import preset
from rnnlab.errors import DamagedFile, StoreError
from rnnlab.runs import RunState
from rnnlab.store import health
from tests.labs import NOW, damage, finished_run

DAMAGE = {
    "unknown architecture": "arch = 'transformer'",
    "value out of bounds": "vocab_size = 3",
    "unknown state": "state = 'asleep'",
    "versions that are no object": "versions = '[1]'",
}
# What a server keeps out.
DAMAGE_OF_FILES = {
    "value of another kind": "vocab_size = 'many'",
    "manifest that is no JSON": "manifest = '{\"a\": '",
}


@pytest.mark.parametrize("assignment", DAMAGE.values(), ids=DAMAGE.keys())
def test_unreadable_run_is_listed_apart_and_can_be_deleted(store, assignment):
    listed_apart_and_deleted(store, assignment)


@pytest.mark.parametrize("assignment", DAMAGE_OF_FILES.values(), ids=DAMAGE_OF_FILES.keys())
def test_unreadable_run_in_a_file_is_listed_apart_and_can_be_deleted(sqlite_store, assignment):
    listed_apart_and_deleted(sqlite_store, assignment)


def listed_apart_and_deleted(store, assignment):
    sound = finished_run(store, preset("gru"))
    bad = finished_run(store, preset("lstm"))
    damage(store, bad.id, assignment)
    assert store.runs() == (sound,)
    (unreadable,) = store.unreadable_runs()
    assert set(run.id for run in store.refresh_runs([sound])) == {bad.id, sound.id}
    assert (unreadable.id, unreadable.name) == (bad.id, bad.name)
    with pytest.raises(StoreError, match=f"{bad.name}.*cannot be read.*rnnlab delete {bad.id}"):
        store.get(bad.id)
    store.enqueue_all([(preset("lstm"), None)], now=NOW)
    store.delete(bad.id)
    assert store.unreadable_runs() == ()


def test_damaged_page_of_the_file_is_told_in_a_sentence(sqlite_store):
    for seed in range(20):
        finished_run(sqlite_store, preset("gru", seed=seed), best=b"w" * 20_000)
    with sqlite_store.database.reading() as connection:
        query = "SELECT rootpage FROM sqlite_master WHERE name = 'runs'"
        page = connection.exec_driver_sql(query).scalar_one()
    sqlite_store.close()
    with (home.home() / "lab.db").open("r+b") as file:
        file.seek(4096 * (page - 1))
        file.write(b"\xff" * 4096)
    for read in (sqlite_store.runs, lambda: sqlite_store.enqueue(preset("lstm"), now=NOW)):
        with pytest.raises(StoreError, match=r"file is damaged .*: run rnnlab doctor"):
            read()
    with pytest.raises(StoreError, match="damaged"):
        health.damaged_files(sqlite_store.database)


def test_file_of_a_run_on_a_damaged_page_is_called_damaged(sqlite_store):
    run = finished_run(sqlite_store, best=b"w" * 20_000)
    sqlite_store.close()
    path = home.home() / "lab.db"
    content = path.read_bytes()
    start = content.index(b"w" * 4000) - 4
    path.write_bytes(content[:start] + b"\xff" * 4 + content[start + 4 :])  # the next page's number
    with pytest.raises(DamagedFile, match=f"the best of run {run.id} is damaged"):
        sqlite_store.artifact(run.id, "best")


def test_name_that_is_no_text_is_shown_with_marks_in_it(sqlite_store):
    run = finished_run(sqlite_store)
    damage(sqlite_store, run.id, "name = CAST(X'6cff6d' AS TEXT)")
    assert sqlite_store.get(run.id).name == "l\N{REPLACEMENT CHARACTER}m"


def test_readable_lab_has_no_unreadable_run(store):
    finished_run(store)
    assert store.unreadable_runs() == ()


def test_queue_goes_on_behind_a_run_that_cannot_be_read(store):
    first = store.enqueue(preset("lstm"), now=NOW)
    second = store.enqueue(preset("gru"), now=NOW + 1)
    damage(store, first.id, "vocab_size = 3")
    attempt = store.claim_next("w", machine="here", now=NOW + 2)
    assert attempt.run.id == second.id
    (unreadable,) = store.unreadable_runs()
    assert unreadable.state == RunState.FAILED
    damage(store, first.id, "vocab_size = 500")
    assert "vocab_size must be 10–50000, got 3" in store.get(first.id).error
    assert store.queued_count() == 0


def test_queue_of_unreadable_runs_alone_gives_nothing(store):
    for number in range(3):
        damage(store, store.enqueue(preset("lstm"), now=NOW + number).id, "arch = 'x'")
    assert store.claim_next("w", machine="here", now=NOW) is None
    assert store.queued_count() == 0


def test_commands_go_on_beside_an_unreadable_run(cli, store):
    bad, sound = finished_run(store, preset("lstm")), finished_run(store, preset("gru"))
    damage(store, bad.id, "arch = 'transformer'")
    code, out, err = cli("runs", "--json")
    assert code == 0
    assert sound.id in out and bad.id not in out
    assert f"{bad.name} ({bad.id}) cannot be read" in err
    assert cli("show", sound.name)[0] == 0
    code, _, err = cli("show", bad.id)
    assert code == 2
    assert "arch must be" in err
    assert cli("delete", bad.name, "--yes")[0] == 0
    assert "cannot be read" not in cli("runs")[2]
