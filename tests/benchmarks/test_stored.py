"""The store that the benchmarks make up holds what workers would have written."""

from benchmarks import stored
from rnnlab.runs import HISTORY_KEYS, RunState


def test_made_up_runs_read_like_trained_ones(store):
    files = stored.presets_in_turn({"best": b"weights", "vocabulary": b"words"})
    configs = stored.presets(8, epochs=5)
    ids = stored.fill(store, configs, files=files, manifest={"dataset_sha256": "abc"})
    runs = store.runs()
    assert [run.id for run in reversed(runs)] == ids
    assert {run.state for run in runs} == {RunState.FINISHED}
    assert len({run.name for run in runs}) == len({run.config for run in runs}) == 8
    for run in runs:
        history = store.epochs(run.id)
        best = min(history, key=lambda epoch: epoch.val_loss)
        assert len(history) == run.epochs_done == 5
        assert run.best_epoch == best.epoch
        assert run.metrics == {key: getattr(best, key) for key in HISTORY_KEYS}
        assert store.artifact(run.id, "best") == b"weights"
