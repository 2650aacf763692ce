"""What a study trains, and which wishes are refused."""

import pytest

from rnnlab.config import PRESETS, preset
from rnnlab.errors import InvalidField
from rnnlab.studies import StudySpec
from rnnlab.study import plan
from tests.studies import spec


def test_default_study_searches_four_rates_with_three_seeds_and_compares_on_five():
    study = plan.make_spec([preset("lstm"), preset("gru")])
    assert study.grid == {"learning_rate": (1e-4, 3e-4, 1e-3, 3e-3)}
    configs = plan.search_configs(study)
    assert len(configs) == 2 * 4 * 3
    assert {config.seed for config in configs} == {42, 43, 44}
    assert list(plan.fresh_seeds(study)) == [45, 46, 47, 48, 49]
    assert plan.count_final(study) == 10
    assert all(config.test_set for config in configs)


def test_first_seed_of_everything_comes_before_the_second_of_anything():
    seeds = [config.seed for config in plan.search_configs(spec())]
    assert seeds == sorted(seeds)


def test_architecture_without_randomness_takes_part_with_one_run():
    study = plan.make_spec([PRESETS["tfidf-logreg"], PRESETS["lstm"]])
    assert sum(c.arch == "tfidf-logreg" for c in plan.search_configs(study)) == 1
    assert plan.count_final(study) == 5
    alone = plan.settings(study, study.bases[0])
    assert plan.final_configs(study, [*alone, None]) == alone


def test_field_that_an_architecture_ignores_makes_no_settings_of_it():
    study = plan.make_spec(
        [preset("feedforward"), preset("lstm")], grid={"units": (8, 16), "dropout": (0.0, 0.3)}
    )
    assert [len(plan.settings(study, base)) for base in study.bases] == [1, 4]


def test_values_are_searched_once_each_from_the_lowest():
    assert plan.parse_values("learning_rate", "3e-3, 1e-4 0.003,1e-3") == (1e-4, 1e-3, 3e-3)


def test_own_rate_of_a_base_does_not_matter():
    bases = [preset("lstm", learning_rate=rate) for rate in (0.5, 0.1)]
    assert plan.make_spec(bases[:1]) == plan.make_spec(bases[1:])


@pytest.mark.parametrize(
    ("bases", "options", "message"),
    [
        ([], {}, "arch must be one or more architectures, got '': choose at least one"),
        (["lstm", "lstm"], {}, "different for each model, got 'lstm, lstm'"),
        (["lstm"], {"grid": {"learning_rate": ()}}, "learning_rate must be one or more values"),
        (["lstm"], {"grid": {"learning_rate": (2.0,)}}, "learning_rate must be 1e-06–1, got 2"),
        (["lstm"], {"grid": {"seed": (1,)}}, "searched field must be vocab_size, maxlen,"),
        (["lstm"], {"seeds": 0}, "seeds must be 1–20, got 0: train at least one"),
        (["lstm"], {"fresh_seeds": 51}, "fresh_seeds must be 1–50, got 51"),
        (["lstm"], {"first_seed": 2**32 - 3}, "seed must be 0–4294967295"),
        (
            ["lstm", "gru"],
            {"grid": {"units": range(1, 100)}},
            "runs of a study must be at most 500, got 604: search fewer values",
        ),
    ],
)
def test_wish_out_of_bounds_is_refused_with_a_remedy(bases, options, message):
    with pytest.raises(InvalidField) as refused:
        plan.make_spec([preset(base) for base in bases], **options)
    assert message in str(refused.value)


def test_candidates_must_share_the_reviews_that_judge_them():
    with pytest.raises(InvalidField, match="split_seed must be the same for all, got '42, 7'"):
        plan.make_spec([preset("lstm"), preset("gru", split_seed=7)])


def test_candidate_is_named_by_what_differs_from_its_preset():
    study = plan.make_spec([preset("lstm", seed=3), preset("lstm", units=16, learning_rate=0.5)])
    assert [plan.candidate_name(study, base) for base in study.bases] == ["LSTM", "LSTM, units 16"]


def test_what_all_candidates_share_is_not_in_their_names():
    study = spec("lstm", "gru", "tfidf-logreg")
    names = [plan.candidate_name(study, base) for base in study.bases]
    assert names == ["LSTM", "GRU", "TF-IDF + logistic regression"]


def test_spec_survives_its_json_form():
    study = spec("lstm", "tfidf-logreg")
    assert StudySpec.from_dict(study.to_dict()) == study
