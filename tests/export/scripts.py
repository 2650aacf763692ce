"""Exported scripts in the hands of a person who has no rnnlab."""

import os
import subprocess
import sys

from rnnlab import datasets
from rnnlab.export import run_files
from rnnlab.lab import Lab
from tests import labs


def outside(tmp_path, *arguments, code=None, **options):
    """Run Python in a folder and an environment from which rnnlab cannot be imported.

    XLA does not optimize there, which takes half of the time of a small network, and what it
    compiles is kept in the folder `code`.
    """
    site = tmp_path / "site"
    site.mkdir(exist_ok=True)
    (site / "sitecustomize.py").write_text('import sys\n\nsys.modules["rnnlab"] = None\n')
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=tmp_path,
        env={
            **os.environ,
            "PYTHONPATH": str(site),
            "XLA_FLAGS": "--xla_backend_optimization_level=0",
            "TF_XLA_FLAGS": f"--tf_xla_persistent_cache_directory={code}" if code else "",
        },
        text=True,
        capture_output=True,
        **options,
    )


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
