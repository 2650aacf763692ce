"""The files of a run that only keras can write, written in a process of their own.

`make` starts that process, `python -m rnnlab.export.keras_files RUN_ID FOLDER`. It reads the run
from the store that the environment names, so only the id is passed.
"""

import subprocess
import sys
from pathlib import Path

from rnnlab.errors import RnnlabError, StoreError
from rnnlab.worker.launch import worker_environment

MODEL, EVENTS = "model.keras", "tensorboard"
TIMEOUT_S = 300  # it takes some five seconds on an idle machine


def make(run_id: str, folder: Path) -> None:
    """Write `model.keras` and `tensorboard/` of a run into an existing folder.

    Raises StoreError where the run cannot be written, or the process fails.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-m", __name__, run_id, str(folder)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=TIMEOUT_S,
            env={
                **worker_environment(),
                "KERAS_BACKEND": "tensorflow",
                "CUDA_VISIBLE_DEVICES": "-1",
                "TF_CPP_MIN_LOG_LEVEL": "3",
            },
        )
    except subprocess.TimeoutExpired as error:
        raise StoreError(
            f"{MODEL} was not ready within {TIMEOUT_S} s: try again when the machine is less busy"
        ) from error
    except OSError as error:
        raise StoreError(
            f"{MODEL} could not be made ({error.strerror}): try again when the machine has room"
        ) from error
    if done.returncode:
        message = done.stderr.strip().splitlines()[-1:] or [f"exit code {done.returncode}"]
        raise StoreError(f"{MODEL} could not be made: {message[0]}")


def main(run_id: str, folder: Path) -> None:
    """Write the files of a run into a folder. Imports keras, once the run has been read."""
    from rnnlab import home, imports
    from rnnlab.inference.classify import Classifier
    from rnnlab.store import RunStore

    store = RunStore(home.store_url())
    run = store.get(run_id)
    weights = Classifier.load(store, run).weights

    with imports.uncollected(), imports.without(*imports.KERAS_CAN_DO_WITHOUT):
        from rnnlab import models
        from rnnlab.export.older_keras import open_to_older
        from rnnlab.training.tensorboard import write_events
        from rnnlab.training.xla import configure

    configure(run.config)
    models.portable(run.config, weights).save(folder / MODEL)
    open_to_older(folder / MODEL)
    write_events(folder / EVENTS, store.epochs(run_id))


if __name__ == "__main__":
    try:
        main(sys.argv[1], Path(sys.argv[2]))
    except (RnnlabError, OSError) as error:
        sys.exit(str(error))
