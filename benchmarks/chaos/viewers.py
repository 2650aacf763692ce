"""Viewers: twenty-five of a shared dashboard while two runs train, and some who ask too much."""

import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import pairwise

import psutil
from websockets import ConnectionClosed

from benchmarks import harness
from benchmarks.chaos import home
from benchmarks.chaos.promises import Effort, Finding, Promise, Row, judged
from benchmarks.viewers import crowd, epoch_s, open_tabs
from rnnlab import format
from rnnlab.lab import Lab
from rnnlab.sharing import SHARE
from tests.dashboard import Server, serving
from tests.tabs import open_tab, rerun, upload
from ui import limits

COUNT = 25
WINDOW_S = 10.0
SLOWED = 1.05
REFRESH_MS = 1_000
KEPT_S = 3  # that a closed tab's session is kept; 30 s by default
FREED_S = 15.0
DESCRIPTORS = 5
UPLOAD_MB = 240
MESSAGES = limits.MESSAGES_AT_ONCE + 80


def measure(effort: Effort) -> Iterator[Row]:
    """Let viewers come and go, and judge what was promised."""
    environment = {SHARE: "1", "STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL": str(KEPT_S)}
    with home.small_lab(reviews=20_000) as lab:
        os.environ.update(environment)
        with serving(lab.home, lab.home / "server.log") as server:
            open_tabs(server.url, 2, 2.0).communicate()  # imports what the page needs
            trial = Trial(lab, server)
            if not effort.short:
                trial.train()
            yield from judged(trial.promises(), effort)


class Trial:
    """A server, the runs that train meanwhile, and the promises to viewers."""

    def __init__(self, lab: Lab, server: Server) -> None:
        self.lab, self.server = lab, server
        self.process = psutil.Process(server.process.pid)
        link = (lab.home / "presenter-link").read_text().strip()
        self.presenter = f"rnnlab_presenter_{server.port}={link.partition('#')[2]}"
        self.runs: list[str] = []
        self.quiet_descriptors = self.process.num_fds()
        self.pairs = 2
        self.options: list[str] = []  # of the tabs that come
        self.stays = False  # a tab that should leave
        self.cookie = ""

    def train(self) -> None:
        """Start two long runs, and wait until they are at it."""
        for arch in ("lstm", "gru"):
            config = home.small(arch, units=32, maxlen=100, epochs=1_000, learning_rate=1e-5)
            self.runs.append(self.lab.train(config).id)
        for run_id in self.runs:
            harness.wait_for_epochs(self.lab.store, run_id, 3)

    def promises(self) -> list[Promise]:
        """The promises, and what breaks them."""
        return [
            Promise(
                f"{COUNT} viewers slow the training by 5 % at most",
                f"≤ {SLOWED}×",
                self.slowed,
                self.hasty_presenters,
                quick=False,
            ),
            Promise(
                "a viewer among many is served in time and without an error",
                f"p95 ≤ {REFRESH_MS:,} ms",
                self.served,
                self.server_that_hangs,
                quick=False,
            ),
            Promise(
                "the server gives back the descriptors of viewers who have left",
                f"≤ {DESCRIPTORS} more",
                self.descriptors,
                self.tabs_stay,
                quick=False,
            ),
            Promise(
                "uploads are freed once their tab is closed",
                f"of {UPLOAD_MB} MB",
                self.freed,
                self.tabs_stay,
                quick=False,
            ),
            Promise(
                "messages of a viewer that come too fast wait for their turn",
                f"{limits.MESSAGES_PER_S:g} a second",
                self.held,
                self.as_presenter,
            ),
            Promise(
                "the server takes no upload from who may only watch",
                "403",
                self.refused,
                self.as_presenter,
            ),
        ]

    # ---- checks ------------------------------------------------------------------------------

    def slowed(self) -> Finding:
        alone, crowded = [self.epoch_s()], []
        for _ in range(self.pairs):
            seen = self.crowd()
            crowded.append(seen["epoch_s"])
            time.sleep(1.0)
            alone.append(self.epoch_s())
        if max(alone) > SLOWED * min(alone):  # the machine does other things: no clock can tell
            taken = seen["server"] / (os.cpu_count() or 1)  # of what the runs could have had
            ratio = 1 / (1 - min(taken, 0.99))
            how = "by the server's processor time, as other programs run"
        else:
            around = [statistics.fmean(pair) for pair in pairwise(alone)]
            ratio = statistics.fmean(
                many / none for many, none in zip(crowded, around, strict=True)
            )
            how = f"an epoch takes {statistics.fmean(crowded):.3f} s"
        figure = (
            f"{ratio:.3f}× ({how}; without viewers {harness.spread(alone, ' s', 3)}); server "
            f"{100 * seen['server']:.1f} % of a core"
        )
        return Finding(figure, ratio <= SLOWED)

    def served(self) -> Finding:
        seen = self.crowd()
        worst, errors = harness.p95(seen["refresh_ms"]), seen["errors"]
        figure = (
            f"{harness.percentiles(seen['refresh_ms'], ' ms')}, every {seen['interval_s']:g} s, "
            f"{seen['bytes_per_s'] / 1e3:,.0f} kB/s, {format.plural(len(errors), 'error')}"
        )
        return Finding(figure, worst <= REFRESH_MS and not errors)

    def descriptors(self) -> Finding:
        self.waited(lambda: self.process.num_fds() <= self.quiet_descriptors + DESCRIPTORS)
        before = self.process.num_fds()
        tabs = open_tabs(self.server.url, COUNT, 600.0)
        harness.wait_until(lambda: self.process.num_fds() >= before + 3 * COUNT)
        most = self.process.num_fds()
        if not self.stays:
            tabs.kill()
        gone = self.waited(lambda: self.process.num_fds() <= before + DESCRIPTORS)
        after = self.process.num_fds()
        tabs.kill()
        tabs.wait()
        return Finding(f"{before} before, {most} meanwhile, {after} after", gone)

    def freed(self) -> Finding:
        before = self.process.memory_info().rss

        def left_mb() -> float:
            return (self.process.memory_info().rss - before) / 1e6

        with open_tab(self.server, self.presenter) as tab:
            upload(self.server, tab.session_id, UPLOAD_MB, self.presenter)
            held_mb = left_mb()
            if self.stays:
                self.waited(lambda: False)
                return Finding(f"{left_mb():.0f} MB left", left_mb() < UPLOAD_MB / 2)
        gone = self.waited(lambda: left_mb() < UPLOAD_MB / 2)
        return Finding(f"{held_mb:.0f} MB held, {max(left_mb(), 0):.0f} MB left", gone)

    def held(self) -> Finding:
        with open_tab(self.server, self.cookie) as tab:
            began_s = time.perf_counter()
            for _ in range(MESSAGES):
                tab.connection.send(rerun())
            tab.connection.send(b"no message at all")  # at which the server closes the tab
            with suppress(ConnectionClosed):
                while True:
                    tab.connection.recv(home.PATIENCE_S)
            seconds = time.perf_counter() - began_s
        least = (MESSAGES - limits.MESSAGES_AT_ONCE) / limits.MESSAGES_PER_S
        return Finding(f"{MESSAGES} messages took {seconds:.1f} s", seconds >= 0.9 * least)

    def refused(self) -> Finding:
        with open_tab(self.server, self.cookie) as tab:
            status = upload(self.server, tab.session_id, 1, self.cookie)
        return Finding(f"{status}", status == 403)

    def crowd(self) -> dict:
        return crowd(
            self.server.url, self.process, self.lab, self.runs, COUNT, WINDOW_S, *self.options
        )

    def epoch_s(self) -> float:
        return epoch_s(self.lab, self.runs, WINDOW_S)

    def waited(self, holds) -> bool:
        """Whether something holds soon enough."""
        try:
            harness.wait_until(holds, timeout_s=FREED_S, every_s=0.1)
        except TimeoutError:
            return False
        return True

    # ---- what breaks them --------------------------------------------------------------------

    @contextmanager
    def hasty_presenters(self) -> Iterator[None]:
        """All ask ten times a second, and hold the presenter's link, so that they may."""
        self.pairs, self.options = 1, ["--cookie", self.presenter, "--every", "0.1"]
        yield
        self.options = []

    @contextmanager
    def server_that_hangs(self) -> Iterator[None]:
        """A server that stops for a while again and again."""
        code = (
            "import os, signal, time\n"
            "while True:\n"
            f"    os.kill({self.process.pid}, signal.SIGSTOP); time.sleep(2)\n"
            f"    os.kill({self.process.pid}, signal.SIGCONT); time.sleep(1)\n"
        )
        hangs = subprocess.Popen([sys.executable, "-c", code])
        yield
        hangs.kill()
        hangs.wait()
        self.process.send_signal(signal.SIGCONT)

    @contextmanager
    def tabs_stay(self) -> Iterator[None]:
        """Nobody leaves who said so."""
        self.stays = True
        yield
        self.stays = False

    @contextmanager
    def as_presenter(self) -> Iterator[None]:
        """Whoever asks holds the presenter's link."""
        self.cookie = self.presenter
        yield
        self.cookie = ""
