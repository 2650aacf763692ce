"""What is known of this machine: its memory, within a container too."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from rnnlab import machine


@pytest.fixture
def container(tmp_path, monkeypatch):
    """A container whose figures a test sets."""
    monkeypatch.setattr(machine, "CGROUP", tmp_path)

    def limit(maximum, current, inactive_file=0):
        (tmp_path / "memory.max").write_text(f"{maximum}\n")
        (tmp_path / "memory.current").write_text(f"{current}\n")
        (tmp_path / "memory.stat").write_text(f"anon 1\ninactive_file {inactive_file}\nslab 2\n")

    return limit


def test_limit_of_a_container_is_the_memory_that_there_is(container):
    container(2_000_000, 500_000)
    assert machine.memory_bytes() == 2_000_000


def test_what_a_container_uses_is_not_free_but_for_cached_files(container):
    own = psutil.Process().memory_info().rss
    container(2_000_000, 1_500_000, inactive_file=300_000)
    assert machine.free_memory_bytes() == pytest.approx(own + 800_000, rel=0.1)
    container(2_000_000, 2_500_000)
    assert machine.free_memory_bytes() == pytest.approx(own, rel=0.1)


@pytest.mark.parametrize("figures", [("max", 500_000), ("", "")])
def test_container_without_a_limit_has_the_machines_memory(container, figures):
    container(*figures)
    assert machine.memory_bytes() == psutil.virtual_memory().total
    assert machine.free_memory_bytes() > 100_000_000


BUSY_THREAD = """
import threading, time
def wait():
    while True:
        time.sleep(0.01)
threading.Thread(target=wait, daemon=True).start()
print("ready", flush=True)
time.sleep(600)
"""


def test_process_is_active_while_any_of_its_threads_is_and_not_once_it_is_stopped():
    command = [sys.executable, "-c", BUSY_THREAD]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "ready\n"
        before = None
        while before is None:  # until none of its threads happens to run
            before = machine.activity(process.pid)
        end = time.monotonic() + 60
        while machine.activity(process.pid) == before and time.monotonic() < end:
            time.sleep(0.01)
        assert machine.activity(process.pid) != before
        os.kill(process.pid, signal.SIGSTOP)
        os.waitid(os.P_PID, process.pid, os.WSTOPPED)
        while (stopped := machine.activity(process.pid)) is None:  # its other thread stops, too
            time.sleep(0.01)
        time.sleep(0.1)
        assert machine.activity(process.pid) == stopped
        process.kill()
    assert machine.activity(process.pid) is None
