"""Exported files in the hands of a person who has no rnnlab."""

import json
import os
import subprocess
import sys
from pathlib import Path

from rnnlab import datasets
from rnnlab.export import run_files
from rnnlab.lab import Lab
from tests import labs

FILES_OF_A_NETWORK = (
    "config.json",
    "history.csv",
    "model.keras",
    "notebook.ipynb",
    "train.py",
    "vocabulary.txt",
    "weights.npz",
)


def environment(site, code=None):
    """An environment from which rnnlab cannot be imported, by what it has in the folder `site`.

    XLA does not optimize there, which takes half of the time of a small network, and what it
    compiles is kept in the folder `code`.
    """
    site.mkdir(exist_ok=True)
    (site / "sitecustomize.py").write_text('import sys\n\nsys.modules["rnnlab"] = None\n')
    return {
        **os.environ,
        "PYTHONPATH": str(site),
        "XLA_FLAGS": "--xla_backend_optimization_level=0",
        "TF_XLA_FLAGS": f"--tf_xla_persistent_cache_directory={code}" if code else "",
    }


def outside(tmp_path, *arguments):
    """Run Python in a folder and an environment from which rnnlab cannot be imported."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=tmp_path,
        env=environment(tmp_path / "site"),
        text=True,
        capture_output=True,
    )


# Keras sees none of the packages that a notebook does without.
RUN_SCRIPTS = """
import json, os, runpy, sys
os.environ["KERAS_BACKEND"] = "tensorflow"  # as each script has it
left_out = ("matplotlib", "pandas", "sklearn")
sys.modules.update(dict.fromkeys(left_out))
import keras
for name in left_out:
    del sys.modules[name]
import sklearn.model_selection, tensorflow as tf
tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": True})
for line in sys.stdin:
    folder, *arguments = json.loads(line)
    if not (pid := os.fork()):
        os.chdir(folder)
        for number, name in ((1, "stdout"), (2, "stderr")):
            os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
        sys.argv = arguments
        try:
            runpy.run_path(arguments[0], run_name="__main__")
        except BaseException:
            sys.excepthook(*sys.exc_info())
            os._exit(1)
        sys.stdout.flush()
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
"""


class KerasOutside:
    """A process outside rnnlab that has imported keras and scikit-learn, and forks for scripts.

    Their import takes longer than most scripts do. Neither XLA nor TensorFlow's graph optimizer,
    which takes a tenth of the time, optimizes there.
    """

    def __init__(self, folder: Path, code: Path) -> None:
        self._errors = (folder / "errors").open("w+")
        self._process = subprocess.Popen(
            [sys.executable, "-c", RUN_SCRIPTS],
            env=environment(folder / "site", code),
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
        )

    def run(self, folder: Path, *arguments: str) -> str:
        """Run a script of a folder there, in a process of its own; return what it printed."""
        self._process.stdin.write(json.dumps([str(folder), *arguments]) + "\n")
        self._process.stdin.flush()
        code = self._process.stdout.readline()
        if not code:
            self._errors.seek(0)
            raise RuntimeError(f"no script can be run:\n{self._errors.read()}")
        assert int(code) == 0, (folder / "stderr").read_text()
        return (folder / "stdout").read_text()

    def close(self) -> None:
        """End the process."""
        self._process.communicate()
        self._errors.close()


def script_of(store, config, folder):
    """The path of the script of a finished run."""
    run = labs.finished_run(store, config)
    fingerprint = datasets.prepare(config.dataset_id, Lab().home)
    run.manifest["dataset_sha256"] = fingerprint
    path = folder / "train.py"
    path.write_text(run_files.quick(run, ())["train.py"])
    return path


def labs_inputs(config, home):
    """What the lab trains and validates on, in the order of scikit-learn's split."""
    dataset = datasets.load(config.dataset_id, home)
    window = {name: getattr(config, name) for name in ("vocab_size", "maxlen", "truncating")}
    rows = dataset.split(config)[:2]
    return [
        *(dataset.inputs(part, **window) for part in rows),
        *(dataset.labels[part][:, None] for part in rows),
    ]
