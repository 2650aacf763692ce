"""What a sweep may try: ranges as people write them, their bounds, how many points they hold."""

import random

import pytest

from rnnlab.config import preset
from rnnlab.errors import InvalidField
from rnnlab.studies import Range, StudySpec
from rnnlab.study import cost, points, ranges
from rnnlab.tasks import TASKS, WITHOUT_TEST_SET
from tests.study.test_cost import estimate
from tests.sweeps import RANGES, sweep


def test_ranges_are_written_as_ends_or_as_lists():
    assert ranges.parse_ranges(
        ["learning-rate=1e-4..1e-2", "units=16,8", "optimizer=sgd,adam"]
    ) == {
        "learning_rate": Range(1e-4, 1e-2),
        "units": Range(choices=(8, 16)),
        "optimizer": Range(choices=("adam", "sgd")),
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("units=64..8", "a range whose lower end comes first, got '64..8': write units=8..64"),
        ("units=8..9999", "units must be 1–512, got 9999: use fewer units"),
        ("units=0..8", "units must be 1–512, got 0: use at least one unit"),
        ("units=8..8", "two or more values, got 8: to fix it, write --units 8 instead"),
        ("units=8", "two or more values, got 8"),
        ("units=few..many", "units must be 1–512, got 'few'"),
        ("units", "range must be FIELD=LOW..HIGH or FIELD=A,B, got 'units'"),
        ("nope=1..2", "searched field must be vocab_size, maxlen,"),
        ("seed=1..2", "searched field must be"),
        ("optimizer=adam..sgd", "it has no ends, so list its values: optimizer=A,B"),
        ("dropout=nan..0.5", "dropout must be 0–0.9"),
    ],
)
def test_bad_range_is_refused_with_its_remedy(text, message):
    with pytest.raises(InvalidField) as error:
        ranges.parse_ranges([text])
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"runs": 0}, "runs must be 1–1000, got 0: give each architecture at least one run"),
        ({"runs": 1001}, "search with fewer runs"),
        ({"runs": None, "minutes": 0.0}, "minutes must be 0.1–10000"),
        ({"runs": 5, "minutes": 5.0}, "give one of the two"),
        ({"runs": 2, "seeds": 3}, "runs must be 3 or more, got 2: one setting takes a run for"),
        (
            {"over": ("embedding_dim=4..8",), "archs": ("onehot-rnn",)},
            "a field that onehot-rnn has",
        ),
    ],
)
def test_bad_budget_or_unused_field_is_refused(options, message):
    with pytest.raises(InvalidField) as error:
        sweep(*options.pop("archs", ()), **options)
    assert message in str(error.value)


def test_field_twice_is_refused():
    with pytest.raises(InvalidField, match="put all of its values into one range"):
        ranges.parse_ranges(["units=1..4", "units=8..9"])


def test_candidates_that_differ_in_a_searched_field_alone_are_one():
    found = ranges.parse_ranges(RANGES)
    with pytest.raises(InvalidField, match="different for each model"):
        ranges.make_sweep([preset("lstm"), preset("lstm", units=16)], found)


def test_order_task_is_swept_at_one_length():
    task = next(name for name in TASKS if name not in WITHOUT_TEST_SET)
    base = preset("lstm", dataset=task)
    with pytest.raises(InvalidField, match="study one length at a time"):
        ranges.make_sweep([base], ranges.parse_ranges(["maxlen=20..60"]))


def test_sizes_are_counted_and_said():
    finite = sweep("lstm", over=("units=4,8", "layers=1..3"), runs=10)
    assert ranges.size(finite, finite.bases[0]) == 6 == points.most(finite, finite.bases[0])
    assert "hold 6 settings: all are trained, and no more" in ranges.space_words(
        finite, finite.bases[0]
    )
    huge = sweep("lstm", over=("vocab_size=10..10009", "maxlen=5..104"), runs=10)
    assert "sampled from 1,000,000 possible ones." in ranges.space_words(huge, huge.bases[0])
    endless = sweep()
    assert "sampled from continuous ranges" in ranges.space_words(endless, endless.bases[0])


def test_architecture_without_the_fields_is_one_point():
    spec = sweep("lstm", "tfidf-logreg")
    assert [points.most(spec, base) for base in spec.bases] == [4, 1]


def test_drawn_points_lie_in_the_ranges_and_are_short_numbers():
    spec, draw = sweep(over=(*RANGES, "dropout=0.1..0.5", "optimizer=adam,sgd")), random.Random(1)
    drawn = [ranges.random_point(spec, spec.bases[0], draw) for _ in range(200)]
    assert all(ranges.contains(spec, spec.bases[0], config) for config in drawn)
    assert all(len(f"{config.learning_rate:.6g}") <= 8 for config in drawn)
    below = sum(config.learning_rate < 1e-3 for config in drawn)
    assert 70 < below < 130  # log-uniform: half of them below the middle of the decades


def test_spec_of_a_sweep_survives_its_json_form_and_that_of_a_grid_is_as_before():
    spec = sweep("lstm", "gru", over=(*RANGES, "optimizer=adam,sgd"), minutes=2.5, seeds=2)
    assert StudySpec.from_dict(spec.to_dict()) == spec
    assert "sweep" not in StudySpec((preset("lstm"),), {"units": (1, 2)}, 1, 1, 42).to_dict()


def test_cost_is_the_budget_and_both_sides_of_the_comparison():
    found = cost.cost(sweep("lstm", "gru"), estimate, workers=2)
    assert (found.search, found.final) == (8, 12)
    assert found.seconds == 20 * (2 + cost.COMPILE_S) / 2
    assert "20 runs (8 in the search, 12 winners and defaults on fresh seeds)" in found.sentence
    minutes = cost.cost(sweep("lstm", minutes=1.0), estimate, workers=1)
    assert minutes.search == 9  # of seven seconds each, five of them to begin
