"""Looks: colours and dashes that stay whatever is chosen."""

import dataclasses

from rnnlab import charts
from rnnlab.compare.groups import group_runs
from rnnlab.config import preset
from tests.labs import finished_run


def lab_runs(store, *configs):
    """Finished runs of these configs, each a second younger than the one before."""
    return [
        dataclasses.replace(finished_run(store, config), created_at=float(age))
        for age, config in enumerate(configs)
    ]


def test_a_group_is_styled_as_its_oldest_run_and_keeps_the_hue_of_its_architecture(store):
    runs = lab_runs(store, *(preset("lstm", seed=seed) for seed in (1, 2)), preset("gru"))
    lstms, gru = group_runs(reversed(runs))[::-1]

    styles = charts.trace_styles([lstms, gru])

    assert styles[lstms.id] == (lstms.id, "LSTM × 2", "#0072B2", "solid")
    assert styles[gru.id] == (gru.id, "gru-1", "#009E73", "solid")


def test_twenty_groups_of_one_architecture_all_look_different(store):
    runs = lab_runs(store, *(preset("lstm", units=units) for units in range(1, 21)))

    styles = charts.trace_styles(group_runs(runs))

    assert len({style[2:] for style in styles.values()}) == 20


def test_the_next_group_of_an_architecture_has_the_next_shade_however_many_seeds_came_before(store):
    seeds = [preset("lstm", seed=seed) for seed in (1, 2, 3)]
    lstms, small = group_runs(lab_runs(store, *seeds, preset("lstm", units=4)))

    styles = charts.trace_styles([small, lstms])

    assert (styles[lstms.id].color, styles[small.id].color) == ("#0072B2", "#73B1D5")


def test_styles_stay_when_a_younger_run_comes(store):
    runs = lab_runs(store, preset("lstm"), preset("lstm", units=4), preset("lstm", units=5))

    before, after = charts.trace_styles(group_runs(runs[:2])), charts.trace_styles(group_runs(runs))

    assert all(after[key] == style for key, style in before.items())
