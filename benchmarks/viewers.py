"""Viewers of the Lab page while two runs train: what they cost the training, and what they get.

Run as `python -m benchmarks.viewers URL COUNT SECONDS` it watches with COUNT sessions and prints
JSON. A session speaks Streamlit's protocol over a WebSocket as a browser does: it asks for the
page, asks for a fragment again whenever its timer says so, and names the messages that it has kept.
So many browsers would themselves be the load on this machine; these watch at the lowest priority.
"""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator

import psutil

from benchmarks import harness
from benchmarks.harness import Effort, Row
from rnnlab import format
from rnnlab.lab import Lab

COUNTS = (1, 10, 25)
SETTLE_S = 12.0  # until all have come and have the interval that fits their number
LEAVE_S = 10.0
SLOWED = 1.05


def measure(effort: Effort) -> Iterator[Row]:
    """The seconds of an epoch without viewers and with some, in turn, and what each crowd gets."""
    from benchmarks.screen import two_training
    from tests.dashboard import serving

    window_s = effort.of(40, 4)
    counts = COUNTS if not effort.smoke else (2,)
    with harness.fresh_home() as home, serving(home, home / "server.log") as server:
        process = psutil.Process(server.process.pid)
        watch(server.url, 1, 2.0)  # imports what the page needs
        with two_training() as runs:
            lab = Lab()
            try:
                names = [run.id for run in runs]
                before = process.num_fds()
                alone = [epoch_s(lab, names, window_s)]
                crowds = {}
                for count in counts:
                    crowds[count] = crowd(server.url, process, lab, names, count, window_s)
                    time.sleep(LEAVE_S)
                    alone.append(epoch_s(lab, names, window_s))
                after = process.num_fds()
            finally:
                lab.store.close()
    for place, (count, seen) in enumerate(crowds.items()):
        around_s = alone[place : place + 2]  # the machine may do other things, too
        ratio = seen["epoch_s"] / statistics.fmean(around_s)
        yield harness.at_most(
            f"an epoch with {format.plural(count, 'viewer')} / with none",
            ratio,
            SLOWED,
            figure=f"{ratio:.2f}× ({seen['epoch_s']:.2f} s / {harness.spread(around_s, ' s')})",
            goal=f"≤ {SLOWED}×",
            note=f"two runs training; server {100 * seen['server']:.1f} % of a core, viewers "
            f"{100 * seen['viewers']:.0f} %, {seen['bytes_per_s'] / 1e3:,.0f} kB/s sent, a refresh "
            f"every {seen['interval_s']:g} s takes "
            f"{harness.percentiles(seen['refresh_ms'], ' ms')}, descriptors {before} before, "
            f"{seen['descriptors']} during",
            values=seen,
        )
    yield harness.at_most(
        "descriptors of the server that stay open after all have left",
        after - before,
        5,
        figure=f"{after - before}",
        goal="≤ 5",
        note=f"{before} before, {after} after; {LEAVE_S + window_s:g} s after the last had left",
    )


def crowd(
    url: str, process: psutil.Process, lab: Lab, names: list[str], count: int, window_s: float
) -> dict:
    """What so many viewers cost, and get, within a window that begins once they have settled."""
    child = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.viewers", url, str(count), f"{SETTLE_S + window_s}"],
        cwd=harness.ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    time.sleep(SETTLE_S)
    used, began_s = sum(process.cpu_times()[:2]), time.perf_counter()
    seconds = epoch_s(lab, names, window_s)
    share = (sum(process.cpu_times()[:2]) - used) / (time.perf_counter() - began_s)
    descriptors = process.num_fds()
    seen = json.loads(child.communicate(timeout=120)[0])
    return {**seen, "epoch_s": seconds, "server": share, "descriptors": descriptors}


def epoch_s(lab: Lab, names: list[str], window_s: float) -> float:
    """The mean seconds of the epochs that end within a window from now on."""
    last = max((epoch.row_id for name in names for epoch in lab.store.epochs(name)), default=0)
    time.sleep(window_s)
    return statistics.fmean(epoch.seconds for epoch in lab.store.epochs_of(names, after=last))


def watch(url: str, count: int, seconds: float) -> dict:
    """What `main` prints, from a process of its own."""
    return harness.child("viewers", url, str(count), str(seconds))


# ---- the sessions --------------------------------------------------------------------------


class Viewer:
    """One session: what a browser's tab keeps and sends."""

    def __init__(self, url: str) -> None:
        self._url = url.replace("http", "ws", 1) + "/_stcore/stream"
        self.refresh_ms: list[tuple[float, float]] = []  # when it was asked for, how long it took
        self.received: list[tuple[float, int, str]] = []
        self.interval_s = 0.0
        self._page = ""
        self._kept: set[str] = set()
        self._timers: dict[str, asyncio.Task] = {}
        self._asked: float | None = None

    async def watch(self, seconds: float) -> None:
        """Watch the first page for so long."""
        import websockets

        async with websockets.connect(
            self._url, subprotocols=["streamlit"], max_size=None, origin=None
        ) as socket:
            await self._ask(socket)
            try:
                await asyncio.wait_for(self._listen(socket), seconds)
            except TimeoutError:
                pass
            finally:
                self._stop_timers()

    async def _ask(self, socket, fragment: str = "") -> None:
        from streamlit.proto.BackMsg_pb2 import BackMsg

        message = BackMsg()
        state = message.rerun_script
        state.page_script_hash = self._page
        state.fragment_id, state.is_auto_rerun = fragment, bool(fragment)
        state.cached_message_hashes.extend(self._kept)
        if fragment and self._asked is None:
            self._asked = time.perf_counter()
        await socket.send(message.SerializeToString())

    async def _listen(self, socket) -> None:
        from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

        async for content in socket:
            message = ForwardMsg.FromString(content)
            kind = message.WhichOneof("type")
            self.received.append((time.perf_counter(), len(content), kind))
            if message.metadata.cacheable:
                self._kept.add(message.hash)
            if kind == "new_session":
                self._page = message.new_session.page_script_hash
                if not message.metadata.run.fragment_ids:
                    self._stop_timers()  # as the browser does when all of the page is drawn anew
            elif kind == "auto_rerun":
                timer = message.auto_rerun
                self.interval_s = timer.interval
                if old := self._timers.pop(timer.fragment_id, None):
                    old.cancel()
                self._timers[timer.fragment_id] = asyncio.create_task(
                    self._tick(socket, timer.fragment_id, timer.interval)
                )
            elif kind == "script_finished" and self._asked is not None:
                now = time.perf_counter()
                self.refresh_ms.append((now, 1000 * (now - self._asked)))
                self._asked = None

    async def _tick(self, socket, fragment: str, interval_s: float) -> None:
        while True:
            await asyncio.sleep(interval_s)
            await self._ask(socket, fragment)

    def _stop_timers(self) -> None:
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()


async def watch_all(url: str, count: int, seconds: float) -> dict:
    """Watch with so many sessions, which come one after another within two seconds."""
    viewers = [Viewer(url) for _ in range(count)]
    began_s = time.perf_counter()

    async def one(place: int, viewer: Viewer) -> None:
        await asyncio.sleep(2.0 * place / count)
        await viewer.watch(seconds - 2.0 * place / count)

    await asyncio.gather(*(one(*pair) for pair in enumerate(viewers)))
    settled_s = began_s + min(SETTLE_S, seconds / 2)
    window_s = began_s + seconds - settled_s
    received = [part for v in viewers for part in v.received if part[0] > settled_s]
    by_kind: dict[str, int] = {}
    for _, size, kind in received:
        by_kind[kind] = by_kind.get(kind, 0) + size
    return {
        "refresh_ms": [ms for v in viewers for at, ms in v.refresh_ms if at > settled_s],
        "interval_s": statistics.median(viewer.interval_s for viewer in viewers),
        "bytes_per_s": sum(size for _, size, _ in received) / window_s,
        "bytes_by_kind": by_kind,
        "viewers": sum(os.times()[:2]) / seconds,
    }


if __name__ == "__main__":
    os.nice(19)
    address, number, lasting = sys.argv[1:]
    print(json.dumps(asyncio.run(watch_all(address, int(number), float(lasting)))))
