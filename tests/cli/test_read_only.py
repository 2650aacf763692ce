"""Commands on a lab that cannot be written to: those that read work, the others say why not."""

import pytest

from tests.disks import read_only

READING = {
    "runs": [],
    "show": ["{run}"],
    "params": ["--arch", "lstm"],
    "classify": ["--text", "a good film"],
    "evaluate": ["{run}", "--on", "rotten-tomatoes"],
    "compare": ["{run}", "{other}"],
    "studies": [],
    "doctor": [],
}
CHANGING = {
    "train": ["--preset", "lstm"],
    "stop": ["{run}"],
    "resume": ["{run}"],
    "delete": ["{run}", "--yes"],
    "reproduce": ["{run}"],
    "worker": ["--once"],
    "doctor": ["--repair"],
}


@pytest.fixture
def frozen(dataset, runs, store, lab_home):
    """What commands name in a lab that cannot be written to."""
    store.close()
    with read_only(lab_home):
        yield {"run": runs[0].name, "other": runs[3].name}


@pytest.mark.parametrize("command", READING)
def test_command_that_reads_works_on_a_lab_that_cannot_be_written_to(cli, frozen, command):
    code, out, err = cli(command, *(word.format(**frozen) for word in READING[command]))
    assert code == 0, err
    assert "Traceback" not in out + err


@pytest.mark.parametrize("command", CHANGING)
def test_command_that_would_change_such_a_lab_says_why_it_cannot(cli, frozen, command):
    code, _, err = cli(command, *(word.format(**frozen) for word in CHANGING[command]))
    assert code == 2
    assert "This lab is read-only, because" in err and "set RNNLAB_HOME to the copy" in err
    assert "Traceback" not in err
