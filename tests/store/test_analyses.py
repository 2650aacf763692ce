"""Analyses are kept until what they were made from changes."""

import sqlalchemy as sa

from rnnlab.store.schema import analyses
from tests.labs import finished_run


def test_analysis_is_given_back_under_its_key_alone(store):
    run = finished_run(store)
    store.analyses.put(run.id, "dial", b"states", key="a")
    assert store.analyses.get(run.id, "dial", key="a") == b"states"
    assert store.analyses.get(run.id, "dial", key="b") is None
    assert store.analyses.get(run.id, "memory", key="a") is None


def test_newer_analysis_replaces_the_older(store):
    run = finished_run(store)
    store.analyses.put(run.id, "dial", b"states", key="a")
    store.analyses.put(run.id, "dial", b"others", key="b")
    assert store.analyses.get(run.id, "dial", key="a") is None
    assert store.analyses.get(run.id, "dial", key="b") == b"others"


def test_damaged_analysis_counts_as_missing(store):
    run = finished_run(store)
    store.analyses.put(run.id, "dial", b"states", key="a")
    with store.database.writing() as connection:
        connection.execute(sa.update(analyses).values(content=b"stated"))
    assert store.analyses.get(run.id, "dial", key="a") is None


def test_keeping_an_analysis_disturbs_no_reader(store):
    run = finished_run(store)
    before = store.version()
    store.analyses.put(run.id, "dial", b"states", key="a")
    assert store.version() == before


def test_analysis_goes_with_its_run_and_is_not_kept_for_one_that_is_gone(store):
    run = finished_run(store)
    store.analyses.put(run.id, "dial", b"states", key="a")
    store.delete(run.id)
    store.analyses.put(run.id, "dial", b"states", key="a")
    assert store.analyses.get(run.id, "dial", key="a") is None
