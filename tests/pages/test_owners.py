"""Whose runs are whose, on the pages: said only where there are several."""

from dataclasses import replace

import pytest

from rnnlab.config import preset
from tests.labs import NOW, finished_run
from tests.screens import lab_words, open_lab, open_run, words
from ui import reader
from ui.lab import runs_table

pytestmark = pytest.mark.usefixtures("worker")  # this process: the page starts no other


def test_table_names_owners_where_there_are_several(store):
    mine = replace(finished_run(store), owner="ann")
    other = replace(finished_run(store, preset("gru")), owner="Bob")
    assert "owner" not in runs_table.frame([mine, replace(other, owner="ann")])
    assert list(runs_table.frame([mine, other])["owner"]) == ["ann", "Bob"]
    assert runs_table.matching([mine, other], text="bob") == (other,)
    assert runs_table.matching([mine], text="ann") == ()


def test_page_of_a_run_names_its_owner_where_there_are_several(store):
    run = store.enqueue(preset("lstm"), now=NOW, owner="ann")
    assert "Owner" not in words(open_run(run.id))
    store.enqueue(preset("gru"), now=NOW, owner="bob")
    assert "Owner</th><td>ann" in words(open_run(run.id))


def test_rows_of_waiting_runs_tell_their_place_in_turn(store):
    for seed, owner in enumerate(["ann", "ann", "ann", "bob"]):
        store.enqueue(preset("lstm", seed=seed), now=NOW + seed, owner=owner)
    store.workers.register("w", now=NOW, limit=9)
    store.claim_next("w", machine="here", now=NOW + 9)
    shown = lab_words(open_lab())
    places = [place for place in ("1st", "2nd", "3rd") if f"{place} in the queue" in shown]
    assert places == ["1st", "2nd", "3rd"]
    in_order = sorted(places, key=lambda place: shown.index(f"{place} in the queue"))
    assert in_order == ["2nd", "3rd", "1st"]  # rows stay as queued: ann, ann, bob


def test_snapshot_lists_the_queue_in_turn(store):
    for seed, owner in enumerate(["ann", "ann", "bob"]):
        store.enqueue(preset("lstm", seed=seed), now=NOW + seed, owner=owner)
    store.claim_next("w", machine="here", now=NOW + 9)
    queue = reader.get_reader().snapshot(fresh=True).queue
    assert [run.owner for run in queue] == ["bob", "ann"]
    assert tuple(run.id for run in queue) == store.queue()
