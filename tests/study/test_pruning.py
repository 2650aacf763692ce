"""When a run of a sweep is stopped, against Optuna's own rule, and what is recorded then."""

import random

from rnnlab import pruning
from rnnlab.config import preset
from rnnlab.runs import Epoch, RunState
from rnnlab.store import RunStore
from rnnlab.study import propose
from tests.labs import NOW, claim, finished_run
from tests.sweeps import search, start, states, sweep, to_the_end


def test_rule_is_optunas_median_pruner():
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    draw, epochs = random.Random(3), 6
    pruner = optuna.pruners.MedianPruner(n_startup_trials=pruning.FEWEST, n_warmup_steps=1)
    study = optuna.create_study(direction="maximize", pruner=pruner)
    finished, decisions = [], []
    for _ in range(40):
        values = [round(draw.random(), 2) for _ in range(epochs)]
        highest = [max(values[: n + 1]) for n in range(epochs)]
        trial, stopped = study.ask(), False
        for epoch, value in enumerate(highest, start=1):
            trial.report(value, epoch)
            ours = pruning.is_behind(value, [other[epoch - 1] for other in finished])
            if epoch < epochs:
                assert ours == trial.should_prune()
                decisions.append(ours)
                if ours:
                    stopped = True
                    break
        if stopped:
            study.tell(trial, state=optuna.trial.TrialState.PRUNED)
        else:
            study.tell(trial, highest[-1])
            finished.append(highest)
    assert True in decisions and False in decisions


def test_no_run_is_stopped_in_its_warm_up_or_after_its_last_epoch():
    assert [epoch for epoch in range(1, 31) if pruning.may_stop(epoch, 30)] == list(range(3, 30))
    assert [epoch for epoch in range(1, 3) if pruning.may_stop(epoch, 2)] == [1]


def behind(config):
    """Every third point is far behind."""
    return 0.8 if config.units % 3 else 0.5


def test_run_that_falls_behind_ends_stopped_with_its_reason(store):
    study = start(store, sweep(runs=20, epochs=5), name="wide")
    search(store, accuracy=behind)
    assert states(store, study)["stopped"] >= 2
    assert sum(states(store, study).values()) == 20  # it counts in the budget
    pruned = [run for run in store.runs() if run.state is RunState.STOPPED]
    assert all(run.is_pruned and run.epochs_done < 5 for run in pruned)
    assert (
        pruned[0]
        .ending()
        .startswith(
            f"Stopped by sweep wide after epoch {pruned[0].epochs_done}: below the median. "
        )
    )


def test_without_pruning_every_run_ends(store):
    study = start(store, sweep(runs=20, epochs=5, prune=False))
    search(store, accuracy=behind)
    assert states(store, study) == {"finished": 20}


def test_other_seeds_of_a_pruned_point_are_stopped_with_it(store):
    study = start(store, sweep(runs=24, seeds=2, epochs=5))
    search(store, accuracy=behind)
    by_point = {}
    found, runs = store.studies.with_runs(study.id)
    for link in found.runs:
        by_point.setdefault(link.point, []).append(runs[link.run_id])
    pruned = [both for both in by_point.values() if any(run.is_pruned for run in both)]
    assert pruned and all(run.is_pruned for both in pruned for run in both)
    assert any(run.epochs_done == 0 for both in pruned for run in both)  # it never started


def test_pruned_point_is_never_chosen(store):
    study = to_the_end(store, start(store, sweep(runs=20, epochs=5)), accuracy=behind)
    assert behind(study.chosen[0]) == 0.8


def test_run_that_was_there_before_is_not_stopped(store):
    study = start(store, sweep(runs=12, epochs=5))
    search(store, most=8)
    # The next point is queued by a person first, so it is theirs.
    found, runs = store.studies.with_runs(study.id)
    theirs = store.enqueue(propose.propose(found, 0, runs), now=NOW)
    search(store, most=1, accuracy=lambda config: 0.5)
    assert store.get(theirs.id).state is RunState.FINISHED
    assert theirs.id in store.studies.get(study.id).run_ids("search")


def test_run_outside_of_sweeps_is_never_stopped(store: RunStore):
    finished_run(store, preset("lstm"))
    store.enqueue(preset("lstm", seed=7), now=NOW)
    attempt = claim(store)
    assert not attempt.record_epoch(
        Epoch(1, 0.6, 0.6, 0.6, 0.1, 1.0), checkpoint=b"checkpoint", best=b"weights"
    )
