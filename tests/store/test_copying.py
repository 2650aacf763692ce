"""A lab that is copied to another store, between all databases, arrives as it was."""

import dataclasses
import hashlib
import json
import math

import pytest
import sqlalchemy as sa

from rnnlab.config import preset
from rnnlab.lab import Lab
from rnnlab.runs import Epoch, RunState
from rnnlab.store import RunStore, copying
from rnnlab.store.schema import artifacts, datasets, metadata
from tests import studies
from tests.labs import NOW, claimed, damage_weights, failed_run, running_run, train

DATASET = {
    "id": "own-0123456789ab",
    "name": "mine",
    "fingerprint": "0123456789ab",
    "created_at": NOW,
    "description": {"remarks": ["none"]},
    "sha256": hashlib.sha256(b"reviews").hexdigest(),
    "content": b"reviews",
}


@pytest.fixture(params=["from sqlite", "from postgresql"])
def pair(request, postgresql, tmp_path):
    """Two empty stores, one in a file and one on a server: from which and to which to copy."""
    stores = [RunStore(f"sqlite:///{tmp_path / 'lab.db'}"), RunStore(postgresql.create_schema())]
    yield tuple(stores) if request.param == "from sqlite" else tuple(reversed(stores))
    for store in stores:
        store.close()


def fill(store):
    """Put a run in each state into a store, with all that runs have, a study and a dataset."""
    finished = claimed(store, preset("lstm"))
    finished.save("vocabulary", b"the words")
    ratios = {"update_ratios": {"lstm": 0.25}, "kept": b"kept"}
    finished.record_epoch(Epoch(1, math.nan, 1, 0.5, 1, 1.0), checkpoint=b"c", best=b"b", **ratios)
    train(finished, 2, first=2)
    finished.end(RunState.FINISHED, now=NOW + 3)
    store.analyses.put(finished.run.id, "finding", b"an analysis", key="k")
    failed_run(store, preset("gru"))
    studies.end_runs(store, lambda _: 0.7)
    study = studies.start(store, studies.spec())
    running = running_run(store, preset("lstm", seed=7))
    with store.database.writing() as connection:
        connection.execute(sa.insert(datasets).values(DATASET))
    return finished.run.id, running, study


def outcomes(copied):
    return {item.outcome for item in copied}


def without_row_ids(epochs):
    return [str(dataclasses.replace(epoch, row_id=0)) for epoch in epochs]


def test_lab_arrives_as_it_was_with_what_was_in_training_interrupted(pair):
    source, target = pair
    finished, running, study = fill(source)
    copied = list(copying.copy(source.database, target.database))
    assert outcomes(copied) == {"copied"}
    assert len(copied) == copying.count(source.database)
    before = {run.id: run for run in source.runs()}
    after = {run.id: run for run in target.runs()}
    assert after.keys() == before.keys()
    for run_id in before.keys() - {running.id}:
        assert str(after[run_id]) == str(before[run_id])
    arrived = after[running.id]
    assert (arrived.state, arrived.error) == (RunState.INTERRUPTED, copying.INTERRUPTED)
    assert [item.id for item in copied if item.interrupted] == [running.id]
    for run_id in before:
        assert without_row_ids(target.epochs(run_id)) == without_row_ids(source.epochs(run_id))
    assert target.artifact(finished, "vocabulary") == b"the words"
    assert target.update_ratios(finished) == {1: {"lstm": 0.25}}
    assert target.kept_weights.epochs(finished) == source.kept_weights.epochs(finished)
    assert target.analyses.get(finished, "finding", key="k") == b"an analysis"
    assert target.studies.get(study.id) == source.studies.get(study.id)
    with target.database.reading() as connection:
        assert dict(connection.execute(sa.select(datasets)).mappings().one()) == DATASET


def test_copy_is_repeated_without_change_and_takes_what_is_new(pair):
    source, target = pair
    fill(source)
    list(copying.copy(source.database, target.database))
    new = source.enqueue(preset("gru", seed=99), now=NOW)
    copied = list(copying.copy(source.database, target.database))
    assert {item.id for item in copied if item.outcome == "copied"} == {new.id}
    assert outcomes(copied) == {"copied", "equal"}


def test_run_that_was_changed_there_is_left_as_it_is(pair):
    source, target = pair
    finished, running, _ = fill(source)
    list(copying.copy(source.database, target.database))
    target.rename(finished, "mine now")
    target.resume(running.id, now=NOW)
    differing = {
        item.id: item.why
        for item in copying.copy(source.database, target.database)
        if item.outcome == "differs"
    }
    assert differing[finished] == "name"
    assert "state" in differing[running.id]
    assert target.get(finished).name == "mine now"
    assert target.get(running.id).state is RunState.QUEUED


def test_damaged_run_is_left_out_and_the_others_arrive(pair):
    source, target = pair
    finished, *_ = fill(source)
    damage_weights(source, finished)
    left_out = [
        item for item in copying.copy(source.database, target.database) if item.outcome != "copied"
    ]
    assert [(item.id, item.outcome) for item in left_out] == [(finished, "damaged")]
    assert left_out[0].why == "the checksum of best (artifacts) is wrong"
    assert {run.id for run in target.runs()} == {run.id for run in source.runs()} - {finished}


def test_run_arrives_whole_or_not_at_all(pair, monkeypatch):
    source, target = pair
    fill(source)
    with monkeypatch.context() as patch:
        patch.setattr(copying, "_check", fail_once_written())
        with pytest.raises(RuntimeError):
            list(copying.copy(source.database, target.database))
    with target.database.reading() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(artifacts)) == 0
    assert outcomes(copying.copy(source.database, target.database)) == {"copied"}


def fail_once_written():
    """Stands for `_check`: fails as soon as something was written."""
    calls = []

    def check(_):
        calls.append(1)
        if len(calls) % 2 == 0:
            raise RuntimeError("the process dies here")

    return check


def test_command_copies_and_tells_what_it_did(pair, cli):
    source, target = pair
    fill(source)
    source_url, target_url = (
        store.database._engine.url.render_as_string(hide_password=False) for store in pair
    )
    code, out, err = cli("store", "copy", source_url, target_url, "--json")
    told = json.loads(out)
    assert code == 0
    assert told["runs"]["copied"] == len(source.runs())
    assert (told["datasets"]["copied"], told["studies"]["copied"]) == (1, 1)
    assert len(told["interrupted"]) == 1
    assert "1 run in training arrived as interrupted (lstm-" in err
    target.rename(source.runs([RunState.FINISHED])[0].id, "mine now")
    code, out, err = cli("store", "copy", source_url, target_url)
    assert code == 1
    assert "Copied 0 datasets, 0 runs and 0 studies" in out
    assert "differs in name." in err


def test_command_names_stores_by_their_home_and_refuses_what_is_no_other_store(
    cli, lab_home, tmp_path
):
    Lab().store.enqueue(preset("gru"), now=NOW)
    code, out, _ = cli("store", "copy", str(lab_home), str(tmp_path / "copy.db"))
    assert (code, "Copied 0 datasets, 1 run and 0 studies" in out) == (0, True)
    for other, why in (
        (str(lab_home / "lab.db"), "FROM and TO are the same store"),
        (str(tmp_path / "missing.db"), "there is no store at"),
    ):
        code, _, err = cli("store", "copy", other, str(lab_home))
        assert (code, why in err) == (2, True)


def test_every_table_is_copied_but_those_of_machines():
    copied = {table.name for _, root in copying._ROOTS for table, _ in copying._tables(root)}
    of_machines = {"lab", "workers", "expected", "leases"}
    assert copied | of_machines == set(metadata.tables)
    assert not copied & of_machines
