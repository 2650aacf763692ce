"""The real program in a pipe and at a terminal."""

import os
import pty
import select
import signal
import subprocess
import sys
import time

import pytest

from rnnlab.runs import RunState
from tests import labs
from tests.labs import train_until_stopped, working


@pytest.mark.parametrize("flags", [["--json"], []])
def test_closed_pipe_gives_no_traceback(flags):
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "rnnlab", "presets", *flags], stdout=writer, stderr=subprocess.PIPE
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


class Terminal:
    """`python -m rnnlab` at a pseudo-terminal of its own."""

    def __init__(self, *arguments):
        self.shown = ""
        self.pid, self._fd = pty.fork()
        if not self.pid:
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # where the suite runs in the background
            os.execv(sys.executable, [sys.executable, "-m", "rnnlab", *arguments])

    def wait_for(self, text, *, timeout_s=120.0):
        """Read until the text is on the screen."""
        end = time.monotonic() + timeout_s
        while text not in self.shown:
            assert time.monotonic() < end, self.shown
            if select.select([self._fd], [], [], 0.1)[0]:
                self.shown += os.read(self._fd, 10_000).decode()

    def type(self, text):
        self.shown = ""
        os.write(self._fd, text.encode())

    def exit_code(self):
        while True:
            try:
                self.shown += os.read(self._fd, 10_000).decode()
            except OSError:  # the program has closed its terminal
                break
        os.close(self._fd)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


@pytest.mark.parametrize(
    ("answer", "code", "state"),
    [("s\r", 130, "stopped"), ("\r", 0, "running"), ("\x03", 0, "running")],
    ids=["s stops", "Enter leaves", "a second Ctrl-C leaves"],
)
def test_ctrl_c_at_a_terminal_asks(store, worker, answer, code, state):
    terminal = Terminal("train", "--arch", "lstm")
    with working(store, train_until_stopped):
        terminal.wait_for("epoch 2/100 batch 11/313")
        terminal.type("\x03")
        terminal.wait_for("Stop the run [s], or leave it training in the background [Enter]?")
        terminal.type(answer)
        assert terminal.exit_code() == code
        (run,) = store.runs()
        assert run.state == state
        assert f"lstm-1 ({run.id}) is {state}." in terminal.shown
        if run.state.active:
            store.request_stop(run.id, now=time.time())


@pytest.mark.parametrize(
    ("answer", "code", "states"),
    [("s\r", 130, {"stopped"}), ("\r", 0, {"running", "queued"})],
    ids=["s stops", "Enter leaves"],
)
def test_ctrl_c_at_a_terminal_asks_for_all_seeds(store, worker, answer, code, states):
    terminal = Terminal("train", "--arch", "lstm", "--seeds", "3")
    with working(store, train_until_stopped):
        terminal.wait_for("epoch 2/100 batch 11/313")
        terminal.type("\x03")
        terminal.wait_for("Stop all these runs [s], or leave them training in the background")
        terminal.type(answer)
        assert terminal.exit_code() == code
        assert {run.state for run in store.runs()} == states
        for run in store.runs([RunState.RUNNING]):
            store.request_stop(run.id, now=time.time())


@pytest.mark.parametrize(("answer", "left"), [("y\r", 0), ("\r", 1)])
def test_delete_at_a_terminal_asks(store, answer, left):
    run = labs.finished_run(store)
    terminal = Terminal("delete", "lstm-1")
    terminal.wait_for(f"Delete lstm-1 ({run.id}) and everything it produced? [y/N]")
    terminal.type(answer)
    assert terminal.exit_code() == 0
    assert len(store.runs()) == left


def test_run_deleted_while_it_is_followed_leaves_the_terminal_usable(store, worker):
    terminal = Terminal("train", "--arch", "lstm")
    terminal.wait_for("queued, 1 of 1")
    (run,) = store.runs()
    store.delete(run.id)
    assert terminal.exit_code() == 2
    assert f"rnnlab: there is no run '{run.id}': it may have been deleted" in terminal.shown
    assert terminal.shown.rindex("\x1b[?25h") > terminal.shown.rindex("\x1b[?25l")  # the cursor
