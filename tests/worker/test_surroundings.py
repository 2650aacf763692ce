"""What a run leaves behind, and what does not disturb it: one worker in odd surroundings."""

from pathlib import Path
from typing import NamedTuple

import pytest

from rnnlab import datasets, machine
from rnnlab.config import preset
from rnnlab.evaluation import predictions
from rnnlab.lab import Lab
from rnnlab.runs import Run, RunState
from tests.workers import ended, kill_workers, wait_for

pytestmark = pytest.mark.slow


class Trained(NamedTuple):
    lab: Lab
    run: Run
    temporary: Path


@pytest.fixture(scope="module")
def trained(tmp_path_factory, caches):
    """A run of one epoch, and the folder that its worker was given for temporary files.

    The path of its home has blanks, keras has another default backend, nothing is compiled yet, and
    the worker ends soon once it is idle.
    """
    home = caches.link(tmp_path_factory.mktemp("odd") / "a home with blanks", code=False)
    temporary = tmp_path_factory.mktemp("temporary")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RNNLAB_HOME", str(home))
        patch.setenv("RNNLAB_WORKER_IDLE_S", "0.5")
        patch.setenv("TMPDIR", str(temporary))
        patch.setenv("KERAS_BACKEND", "jax")
        lab = Lab()
        run = ended(lab, lab.train(preset("embedding-rnn", epochs=1)).id)
        yield Trained(lab, run, temporary)
    kill_workers(home)


def test_other_default_backend_of_keras_does_not_matter(trained):
    assert trained.run.state is RunState.FINISHED, trained.run.error


def test_idle_worker_ends(trained):
    wait_for(lambda: trained.lab.store.workers.count() == 0, "the worker to exit")


def test_run_leaves_no_temporary_files(trained):
    folder = trained.temporary
    wait_for(lambda: not list(folder.iterdir()), "an empty folder of temporary files", 60)


def test_worker_keeps_to_its_home_though_its_path_has_blanks(trained):
    home = trained.lab.home
    assert list(home.glob("cache/xla-*/*.pb"))
    assert not (home.parent / "a").exists()


def test_run_records_what_it_was_trained_with(trained):
    run = trained.run
    assert run.versions["keras"].startswith("3.")
    assert run.manifest["train_reviews"] == 20_000
    assert run.manifest["validation_reviews"] == 5_000
    assert run.machine == machine.name()
    assert 200 < run.peak_memory_mb < 1_500


def test_predictions_of_the_validation_reviews_are_kept(trained):
    lab, run, _ = trained
    assert lab.store.digest(run.id, "predictions")
    dataset = datasets.load("bundled", lab.home)
    found = predictions.load_predictions(lab.store, run, dataset)
    assert found.correct.mean() == pytest.approx(run.best_val_accuracy, abs=2 / 5_000)
