"""The exported notebook: whether it is one, and whether its cells run where only Keras is."""

import io
import json
import zipfile

import nbformat
import numpy as np
import pytest

from rnnlab.config import ARCHITECTURES, preset
from rnnlab.export import run_files
from rnnlab.inference.classify import Classifier, classify
from tests import labs
from tests.export.scripts import FILES_OF_A_NETWORK, outside
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


# Where neither scikit-learn is nor what it and keras can do without.
RUN_CELLS = """\
import json, sys
for name in ("sklearn", "pandas", "matplotlib"):
    for module in [each for each in sys.modules if each.startswith(f"{name}.")]:
        del sys.modules[module]
    sys.modules[name] = None
scope = {"__name__": "__main__"}
for cell in json.load(open("notebook.ipynb"))["cells"]:
    if cell["cell_type"] == "code":
        exec(compile(cell["source"], "cell", "exec"), scope)
inputs = scope["np"].stack([scope["encode"](text) for text in json.loads(sys.argv[1])])
print(json.dumps([float(p) for p in scope["probabilities"](inputs)]))
"""
RUN_CELLS_WITHOUT_KERAS = f'import sys\nsys.modules["keras"] = None\n{RUN_CELLS}'
TEXTS = ["The of a to", "it\u2019s the &amp; is, and\u2026 to"]


def assert_says_what_the_lab_says(printed, store, run):
    """The last line that the cells have printed is what the lab says of the texts."""
    probabilities = json.loads(printed.splitlines()[-1])
    classifier = Classifier.load(store, run)
    ours = [classify(text, [classifier])[0].probability for text in TEXTS]
    np.testing.assert_allclose(probabilities, ours, atol=1e-6)


@pytest.mark.slow
def test_everything_is_packed_into_one_folder_of_a_zip_where_cells_run_and_say_what_the_lab_says(
    store, tmp_path, keras_outside
):
    run = trained_run(store, tiny("lstm"))
    with zipfile.ZipFile(io.BytesIO(run_files.archive(store, run))) as file:
        packed = file.namelist()
        assert file.read("lstm-1/train.py").decode() == run_files.quick(run, ())["train.py"]
        file.extractall(tmp_path / "unpacked")
    assert [name for name in packed if "tensorboard" not in name] == [
        f"lstm-1/{name}" for name in FILES_OF_A_NETWORK
    ]
    assert sum("tensorboard" in name for name in packed) == 2

    folder = tmp_path / "unpacked" / "lstm-1"
    (folder / "cells.py").write_text(RUN_CELLS)
    printed = keras_outside.run(folder, "cells.py", json.dumps(TEXTS))
    assert_says_what_the_lab_says(printed, store, run)


@pytest.mark.slow
def test_cells_of_a_linear_run_need_no_keras_and_say_what_the_lab_says(store, tmp_path):
    run = trained_run(store, tiny("tfidf-logreg"))
    run_files.write(store, run, tmp_path / "run")
    done = outside(tmp_path / "run", "-c", RUN_CELLS_WITHOUT_KERAS, json.dumps(TEXTS))
    assert done.returncode == 0, done.stderr
    assert_says_what_the_lab_says(done.stdout, store, run)
