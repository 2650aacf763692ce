"""A process that is killed while it upgrades a lab leaves the earlier one, never half of each."""

import shutil
import subprocess
import sys

import pytest

from rnnlab import home
from rnnlab.store import RunStore, migrations
from tests.disks import read_only

# Upgrades a lab, and waits for ever in the middle of the transaction once it has taken a step. With
# so small a cache, SQLite has written most of it to the file by then.
UPGRADE = """
import sys, time
from rnnlab.store import RunStore, migrations

url, last = sys.argv[1], int(sys.argv[2])
step = migrations.MIGRATIONS[last]

def stuck(connection):
    connection.exec_driver_sql("PRAGMA cache_size = 2")
    step(connection)
    connection.exec_driver_sql("UPDATE runs SET name = 'half an upgrade'")
    connection.exec_driver_sql("UPDATE artifacts SET content = zeroblob(1000000)")
    print("stuck", flush=True)
    time.sleep(600)

steps = list(migrations.MIGRATIONS)
steps[last] = stuck
migrations.MIGRATIONS = tuple(steps)
RunStore(url)
"""


@pytest.fixture(params=[0, len(migrations.MIGRATIONS) - 1], ids=["first step", "last step"])
def killed(version_1, request):
    """The file that a process has left that was killed in the middle of an upgrade."""
    before = version_1.read_bytes()
    command = [sys.executable, "-c", UPGRADE, home.store_url(), str(request.param)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "stuck\n"
        process.kill()
    assert version_1.read_bytes() != before
    assert version_1.with_name("lab.db-journal").stat().st_size > 0
    return version_1


def test_killed_upgrade_is_undone_and_done_again(killed, tmp_path):
    left = tmp_path / "left"
    shutil.copytree(killed.parent, left)
    with read_only(left):
        frozen = RunStore(f"sqlite:///{left / 'lab.db'}")
        runs = frozen.runs()
        frozen.close()
    opened = RunStore(home.store_url())
    assert opened.runs() == runs
    assert len(runs) == 4 and "half an upgrade" not in {run.name for run in runs}
    assert opened.artifact("af02d856", "checkpoint") == b"checkpoint"
    with opened.database.reading() as connection:
        assert migrations.stored_version(connection) == migrations.newest_version()
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
    opened.close()
