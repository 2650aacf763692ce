"""Which setting a sweep tries next: a function of what it has seen, and nothing else."""

import pytest

from rnnlab.config import preset
from rnnlab.study import propose, ranges
from tests.sweeps import quality, search, start, sweep, tried


def test_first_point_is_the_default_where_the_ranges_hold_it(store):
    study = start(store, sweep())
    assert propose.propose(study, 0, {}) == preset("lstm", epochs=2, test_set=True)
    outside = start(store, sweep(over=("units=20..40",)))
    assert 20 <= propose.propose(outside, 0, {}).units <= 40


def test_same_points_and_results_give_the_same_proposal(store):
    study = start(store, sweep(runs=30))
    search(store, most=15)
    found, runs = store.studies.with_runs(study.id)
    first, again = (propose.propose(found, 0, runs) for _ in range(2))
    assert first == again
    assert first not in tried(store, study)


def test_search_comes_closer_to_the_best_than_chance(store):
    study = start(store, sweep(runs=40))
    search(store)
    configs = tried(store, study)
    assert len(set(configs)) == 40
    early, late = (
        sorted(map(quality, part))[len(part) // 2] for part in (configs[1:11], configs[-15:])
    )
    assert late > early


def test_small_space_is_trained_whole_in_order_and_no_more(store):
    study = start(store, sweep(over=("units=4,8,12", "layers=1..2"), runs=40))
    search(store)
    configs = tried(store, study)
    assert len(configs) == 6
    assert (configs[0].units, configs[0].layers) == (8, 1)  # the default
    assert {(c.units, c.layers) for c in configs} == {(u, n) for u in (4, 8, 12) for n in (1, 2)}


def test_space_hardly_larger_than_the_budget_gives_no_point_twice(store):
    study = start(store, sweep(over=("units=1..9",), runs=8))
    search(store)
    configs = tried(store, study)
    assert len(set(configs)) == len(configs) == 8


def test_points_in_training_count_as_bad_so_that_others_are_sought(store):
    study = start(store, sweep(runs=30))
    search(store, workers=4, most=20)
    assert len(set(tried(store, study))) == len(tried(store, study)) >= 20


def test_importance_tells_which_field_matters(store):
    study = start(store, sweep(over=("learning_rate=1e-4..1e-2", "maxlen=20..100"), runs=25))
    search(store)
    found, runs = store.studies.with_runs(study.id)
    (shares,) = propose.importance(found, runs)
    assert sum(shares.values()) == pytest.approx(1)
    assert shares["learning_rate"] > shares["maxlen"]
    assert store.studies.get(study.id).importance == ({**shares},)


def test_few_points_tell_no_importance(store):
    study = start(store, sweep())
    search(store)
    assert propose.importance(*store.studies.with_runs(study.id)) == (None,)


def test_every_kind_of_field_can_be_swept(store):
    over = ("optimizer=adam,sgd", "bidirectional=true,false", "layers=1,2,3", "dropout=0..0.5")
    study = start(store, sweep(over=over, runs=20))
    search(store, accuracy=lambda config: 0.6 + config.dropout / 10)
    assert len(tried(store, study)) == 20
    assert all(ranges.contains(study.spec, study.spec.bases[0], c) for c in tried(store, study))
