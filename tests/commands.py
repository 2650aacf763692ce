"""What commands print, and what they load."""

import json
import subprocess
import sys

import pytest

SHOW_KEYS = {
    "id",
    "name",
    "state",
    "config",
    "parameters",
    "layers",
    "history",
    "best_epoch",
    "metrics",
    "versions",
    "error",
}


def document(result):
    """The JSON document of a command that went well; NaN in it is an error."""
    code, out, _ = result
    assert code == 0
    return json.loads(out, parse_constant=pytest.fail)


def modules_after(*command_lines):
    """The names of the top-level modules in a fresh interpreter after these command lines."""
    code = (
        "import sys\nfrom rnnlab.cli import main\n"
        f"assert not any([main(line) for line in {[list(line) for line in command_lines]!r}])\n"
        "print(*{name.partition('.')[0] for name in sys.modules}, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stderr.split())
