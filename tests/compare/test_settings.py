"""What differs besides architecture and seeds, and the configs that even it out."""

import dataclasses

from rnnlab.compare import settings
from rnnlab.compare.groups import group_runs
from rnnlab.compare.settings import DifferingSetting
from rnnlab.config import preset
from tests.sides import run


def groups_of(*configs):
    runs = [run(0.8, arch=config.arch) for config in configs]
    return group_runs(
        [dataclasses.replace(one, config=config) for one, config in zip(runs, configs, strict=True)]
    )


def test_settings_that_differ_are_named_in_the_order_of_the_groups():
    groups = groups_of(preset("onehot-rnn"), preset("lstm", dropout=0.3, vocab_size=2_000))
    assert settings.differing_settings(groups) == (
        DifferingSetting("vocab_size", (300, 2_000)),
        DifferingSetting("dropout", (0.0, 0.3)),
    )
    assert settings.sentence(groups) == "Also differ: vocabulary size 300 / 2,000, dropout 0 / 0.3."


def test_equal_settings_and_fields_that_one_side_ignores_are_not_named():
    lstm, baseline = preset("lstm"), preset("tfidf-logreg")
    shared = {"vocab_size": lstm.vocab_size, "maxlen": lstm.maxlen}
    groups = groups_of(lstm, dataclasses.replace(baseline, **shared))
    assert settings.differing_settings(groups) == ()
    assert settings.sentence(groups) == "Shared settings: vocabulary size 500, review length 100."
    assert settings.sentence(groups_of(lstm)) == ""


def test_groups_of_one_architecture_do_not_differ_also():
    groups = groups_of(preset("lstm"), preset("lstm", bidirectional=True))
    assert settings.sentence(groups) == "Differ: bidirectional no / yes."


def test_evened_out_groups_have_the_leaders_settings_and_their_own_seeds():
    lstm = preset("lstm", dropout=0.3, embedding_dim=9)
    onehot = [preset("onehot-rnn", seed=seed) for seed in (4, 5)]
    groups = groups_of(lstm, *onehot)
    shared = {"vocab_size": lstm.vocab_size, "dropout": 0.3}
    wanted = tuple(dataclasses.replace(config, **shared) for config in onehot)
    assert settings.evened_out(groups, groups[0]) == ((), wanted)
    assert wanted[0].embedding_dim is None
    trained = [dataclasses.replace(groups[1].runs[0], config=wanted[0])]
    assert settings.evened_out(groups, groups[0], trained) == ((), wanted[1:])


def test_what_the_leader_ignores_stays_as_it_is():
    groups = groups_of(preset("tfidf-logreg"), preset("lstm", units=16))
    (_, (config,)) = settings.evened_out(groups, groups[0])
    assert (config.units, config.vocab_size) == (16, preset("tfidf-logreg").vocab_size)


def test_groups_of_the_leaders_architecture_are_left_alone():
    groups = groups_of(preset("lstm"), preset("lstm", units=16), preset("gru"))
    _, bigger, gru = settings.evened_out(groups, groups[0])
    assert (bigger, gru) == ((), (preset("gru", dropout=0.3),))


def test_unusual_settings_that_all_share_are_named_once():
    groups = groups_of(
        preset("lstm", epochs=25, test_set=True), preset("onehot-rnn", epochs=25, test_set=True)
    )
    assert settings.sentence(groups) == (
        "Also differ: vocabulary size 500 / 300, dropout 0.3 / 0. "
        "Shared settings: maximum epochs 25, test set."
    )
