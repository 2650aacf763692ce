"""Names of groups: given by `--name ff --seeds 3`, found by commands, and never ambiguous."""

from dataclasses import replace

import pytest

from rnnlab.compare import find, groups
from rnnlab.config import preset
from rnnlab.errors import InvalidField, RunNotFound
from rnnlab.lab import Lab
from tests import labs
from tests.commands import document
from tests.labs import finished_run, trained_run


def named_group(store, name="ff", *, config=None, seeds=3):
    """Finished runs as `--name ff --seeds 3` trains them."""
    config = config or preset("feedforward")
    runs = []
    for number in range(seeds):
        run = finished_run(store, replace(config, seed=42 + number))
        store.rename(run.id, f"{name} {number + 1}")
        runs.append(store.get(run.id))
    return runs


def test_runs_that_were_named_together_are_a_group_of_that_name(store):
    runs = named_group(store)
    (group,) = groups.group_runs(runs)
    assert group.name == "ff × 3"
    assert find.find_runs("ff", runs) == tuple(runs)


def test_runs_of_other_names_are_called_by_their_network(store):
    runs = [*named_group(store), finished_run(store, preset("feedforward", seed=7))]
    (group,) = groups.group_runs(runs)
    assert group.name == "Feedforward × 4"


def test_two_groups_of_one_name_are_told_apart_by_their_ids(store):
    runs = named_group(store) + named_group(store, config=preset("gru"))
    with pytest.raises(RunNotFound, match=r"2 groups are called ff: name one of g-.* \(ff × 3\)"):
        find.find_runs("ff", runs)


@pytest.mark.parametrize("name", ["lstm", "GRU", "book-lstm", "tfidf-logreg"])
def test_name_of_an_architecture_or_preset_is_refused_with_the_remedy(store, name):
    run = finished_run(store)
    with pytest.raises(InvalidField, match=f"call it {name} 2, for example"):
        store.rename(run.id, name)
    with pytest.raises(InvalidField, match=f"call it {name} 2, for example"):
        store.enqueue(preset("lstm"), now=labs.NOW, name=name)


def test_id_of_a_run_or_group_is_refused_as_a_name(store):
    run, other = finished_run(store), finished_run(store, preset("gru"))
    for taken in (other.id, groups.group_id(other.config)):
        with pytest.raises(InvalidField, match="add a word to it"):
            store.rename(run.id, taken)


def test_name_of_a_group_is_refused_for_a_run(store):
    named_group(store)
    run = finished_run(store)
    for act in (
        lambda: store.rename(run.id, "ff"),
        lambda: store.enqueue(preset("lstm"), now=labs.NOW, name="ff"),
    ):
        with pytest.raises(InvalidField, match="ff is a group of 3 runs; call it ff 4"):
            act()


def test_name_of_a_run_is_refused_for_a_group(lab_home, store):
    run = finished_run(store)
    store.rename(run.id, "ff")
    with pytest.raises(InvalidField, match=rf"rename that run \({run.id}\), or choose"):
        Lab().train_seeds(preset("gru"), 3, name="ff")


def test_run_of_a_group_can_be_renamed_to_its_own_name(store):
    run = named_group(store)[0]
    store.rename(run.id, "ff 1")
    assert store.get(run.id).name == "ff 1"


def test_command_compares_a_group_by_its_name(warm_home, store, cli):
    for number, seed in enumerate((42, 43), start=1):
        run = trained_run(store, preset("feedforward", seed=seed))
        store.rename(run.id, f"ff {number}")
    trained_run(store, preset("gru", units=2))
    told = document(cli("compare", "ff", "gru", "--json"))
    assert "ff × 2" in str(told)


def test_old_run_that_is_called_like_an_architecture_is_never_taken_for_it_in_silence(store):
    run = finished_run(store)
    misnamed = replace(run, name="lstm")
    told = find.other_meaning("lstm", [misnamed])
    assert told.startswith(f"lstm is taken for the run of that name ({run.id}); for the group")
    assert find.other_meaning(run.name, [run]) is None
