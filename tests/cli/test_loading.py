"""What the interpreter loads for a command: nothing that it does not need."""

from tests.commands import modules_after
from tests.labs import trained_run
from tests.networks import tiny


def test_no_command_but_worker_imports_keras_or_streamlit(store):
    run = trained_run(store, tiny("lstm"))
    loaded = modules_after(
        ("presets",),
        ("params", "--arch", "lstm", "--json"),
        ("params", "--arch", "lstm"),
        ("runs",),
        ("show", run.id),
        ("classify", "--text", "the zebra"),
        ("delete", run.id),
    )
    assert loaded & {"keras", "tensorflow", "jax", "streamlit", "pandas", "sklearn"} == set()


def test_presets_as_json_load_nothing_slow():
    slow = {"numpy", "scipy", "sqlalchemy", "rich", "psutil", "asyncio"}
    assert modules_after(("presets", "--json")) & slow == set()
