"""What a process asks of its machine, each in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

AUTOGROUP = Path("/proc/self/autogroup")
MAKE_WAY = """
import os, sys
from pathlib import Path
from rnnlab import machine
machine.lower_priority(7)
print(os.nice(0))
if (autogroup := Path("/proc/self/autogroup")).exists():
    print(*autogroup.read_text().split()[-1:])  # empty in a session without a share of its own
"""


def made_way(**options):
    """A process's priority and its session's, after it made way for others."""
    done = subprocess.run(
        [sys.executable, "-c", MAKE_WAY],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[1],
        **options,
    )
    return [int(word) for word in done.stdout.split()]


@pytest.mark.skipif(not AUTOGROUP.exists(), reason="this system shares among processes alone")
def test_process_makes_way_together_with_a_session_of_its_own():
    assert made_way(start_new_session=True) == [min(19, os.nice(0) + 7), 7]


def test_process_leaves_the_session_of_the_person_who_started_it_alone():
    before = AUTOGROUP.read_text() if AUTOGROUP.exists() else None
    assert made_way()[0] == min(19, os.nice(0) + 7)
    assert (AUTOGROUP.read_text() if AUTOGROUP.exists() else None) == before
