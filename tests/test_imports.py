"""Who may import what: the screen and the command line never load keras; and how."""

import gc
import subprocess
import sys
from pathlib import Path

import pytest

from rnnlab import imports

ROOT = Path(__file__).resolve().parents[1]
KERAS = ("rnnlab.models", "rnnlab.training.")
ALL = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for path in (ROOT / "rnnlab").rglob("*.py")
    if path.stem != "__main__"
)
WITHOUT = ("rnnlab.training.linear", "rnnlab.training.trainer")
MODULES = [name for name in ALL if not name.startswith(KERAS) or name in WITHOUT]


def test_only_models_and_training_import_keras_and_nothing_in_rnnlab_streamlit():
    code = (
        "import importlib, sys\n"
        "for module in sys.argv[1:]:\n"
        "    importlib.import_module(module)\n"
        "    heavy = {'keras', 'tensorflow', 'jax', 'streamlit'} & set(sys.modules)\n"
        "    assert not heavy, f'{module} imports {heavy}'\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *MODULES],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert {"rnnlab.worker.main", "rnnlab.inference.forward", "rnnlab.store"} <= set(MODULES)


def test_what_the_screens_share_imports_no_keras():
    screens = sorted(
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in (ROOT / "ui").rglob("*.py")
    )
    code = (
        "import importlib, sys\n"
        "for module in sys.argv[1:]:\n"
        "    importlib.import_module(module)\n"
        "heavy = {'keras', 'tensorflow', 'jax'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *screens, "app"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "ui.live" in screens


def loaded_by(code):
    """The modules that are loaded after this code ran in a fresh interpreter."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(*sys.modules)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.splitlines()[-1].split())


def test_compare_imports_no_plotting_and_no_lab():
    modules = [name for name in ALL if name.startswith("rnnlab.compare.")]
    loaded = loaded_by("\n".join(f"import {name}" for name in modules))
    assert {"rnnlab.compare.ranking", "rnnlab.evaluation.metrics"} <= loaded
    assert not {"plotly", "rnnlab.charts", "rnnlab.lab"} & loaded


def test_first_page_is_not_held_up_by_what_other_pages_compute_with():
    source = (ROOT / "pages" / "lab.py").read_text()
    lines = [line for line in source.splitlines() if line.startswith(("import ", "from "))]
    loaded = loaded_by("\n".join(["import app", *lines]))
    assert {"ui.live", "pandas"} <= loaded
    assert not {"scipy.stats", "scipy.optimize", "sklearn"} & loaded


def test_command_line_imports_streamlit_for_the_dashboard_alone():
    code = "from rnnlab.cli import main; import rnnlab.cli.dashboard; main(['presets'])"
    assert "streamlit" not in loaded_by(code)


def test_worker_imports_keras_without_what_keras_can_do_without(lab_home):
    code = (
        "import gc, sys; from rnnlab.imports import KERAS_CAN_DO_WITHOUT\n"
        "from rnnlab.worker.main import import_keras\n"
        "import_keras()\n"
        "assert 'keras' in sys.modules\n"
        "assert not {'scipy.stats', *KERAS_CAN_DO_WITHOUT} & set(sys.modules)\n"
        "assert gc.isenabled() and gc.get_freeze_count() > 100_000\n"
        "import sklearn, pandas"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_server_keeps_what_its_pages_import_out_of_collections(lab_home):
    code = (
        "import gc, threading; from ui import server\n"
        "server.import_ahead()\n"
        "[thread.join() for thread in threading.enumerate() if thread.daemon]\n"
        "assert gc.isenabled() and gc.get_freeze_count() > 100_000\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_nothing_is_collected_during_imports_nor_looked_through_afterwards():
    with imports.uncollected():
        assert not gc.isenabled()
        kept = [[]]
    assert gc.isenabled()
    assert not any(thing is kept for thing in gc.get_objects())


def test_collection_that_was_off_stays_off():
    gc.disable()
    try:
        with imports.uncollected():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_a_package_that_is_left_out_cannot_be_imported_until_afterwards(monkeypatch):
    monkeypatch.delitem(sys.modules, "this", raising=False)
    with imports.without("this", "json"), pytest.raises(ImportError):
        import this  # noqa: F401
    assert "this" not in sys.modules and "json" in sys.modules
