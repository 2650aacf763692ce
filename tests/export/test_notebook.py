"""The exported notebook: whether it is one, and whether its cells run where only Keras is."""

import json

import nbformat
import numpy as np
import pytest

from rnnlab.config import ARCHITECTURES, preset
from rnnlab.export import run_files
from rnnlab.inference.classify import Classifier, classify
from tests import labs
from tests.export.scripts import outside
from tests.labs import trained_run
from tests.networks import tiny


def notebook_of(run):
    return nbformat.reads(run_files.quick(run, ())["notebook.ipynb"], as_version=4)


@pytest.mark.parametrize("arch", list(ARCHITECTURES))
def test_notebook_is_valid_and_names_neither_rnnlab_nor_output(store, arch):
    notebook = notebook_of(labs.finished_run(store, preset(arch)))
    nbformat.validate(notebook)
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    for source in code:
        compile(source, "cell", "exec")
    assert "import rnnlab" not in "".join(code) and "from rnnlab" not in "".join(code)
    assert ("import keras" in "".join(code)) == (arch != "tfidf-logreg")


def test_notebook_names_the_run_and_the_oldest_keras(store):
    run = labs.finished_run(store, preset("gru"))
    title = notebook_of(run).cells[0].source
    assert run.id in title
    assert "Keras 3.8 or later" in title


RUN_CELLS = """
import builtins, json, sys
if sys.argv[1] != "keras":
    sys.modules["keras"] = None
for name in ("sklearn", "pandas", "matplotlib"):
    sys.modules[name] = None
scope = {"__name__": "__main__"}
for cell in json.load(open("notebook.ipynb"))["cells"]:
    if cell["cell_type"] == "code":
        exec(compile(cell["source"], "cell", "exec"), scope)
inputs = scope["np"].stack([scope["encode"](text) for text in json.loads(sys.argv[2])])
print(json.dumps([float(p) for p in scope["probabilities"](inputs)]))
"""
TEXTS = ["The of a to", "it\u2019s the &amp; is, and\u2026 to"]


@pytest.mark.slow
@pytest.mark.parametrize("arch", ["lstm", "tfidf-logreg"])
def test_cells_run_without_rnnlab_and_say_what_the_lab_says(store, tmp_path, caches, arch):
    run = trained_run(store, tiny(arch))
    folder = tmp_path / "run"
    run_files.write(store, run, folder)
    needs = "keras" if arch == "lstm" else "numpy"
    done = outside(folder, "-c", RUN_CELLS, needs, json.dumps(TEXTS), code=caches.scripts_code)
    assert done.returncode == 0, done.stderr
    probabilities = json.loads(done.stdout.splitlines()[-1])
    classifier = Classifier.load(store, run)
    ours = [classify(text, [classifier])[0].probability for text in TEXTS]
    np.testing.assert_allclose(probabilities, ours, atol=1e-6)
