"""Tabs: sessions that watch the Lab page as browsers do, many in one process.

Run as `python -m benchmarks.tabs URL COUNT SECONDS` it watches with COUNT sessions and prints JSON.
A session speaks Streamlit's protocol over a WebSocket: it asks for the page, asks for a fragment
again whenever its timer says so, and names the messages that it has kept. So many browsers would
themselves be the load on this machine; these watch at the lowest priority.
"""

import argparse
import asyncio
import json
import os
import signal
import statistics
import time

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

SETTLE_S = 12.0  # until all have come and have the interval that fits their number


class Viewer:
    """One session: what a browser's tab keeps and sends."""

    def __init__(self, url: str, *, cookie: str = "", every_s: float | None = None) -> None:
        self._url = url.replace("http", "ws", 1) + "/_stcore/stream"
        self._cookie, self._every_s = cookie, every_s
        self.errors: list[str] = []
        self.refresh_ms: list[tuple[float, float]] = []  # when it was asked for, how long it took
        self.received: list[tuple[float, int, str]] = []
        self.interval_s = 0.0
        self._page = ""
        self._kept: set[str] = set()
        self._timers: dict[str, asyncio.Task] = {}
        self._asked: float | None = None

    async def watch(self, seconds: float) -> None:
        """Watch the first page for so long."""
        try:
            async with self.connect() as socket:
                await self._ask(socket)
                await asyncio.wait_for(self._listen(socket), seconds)
            self.errors.append("the server closed the connection")
        except TimeoutError:
            pass
        except (OSError, websockets.WebSocketException) as error:
            self.errors.append(repr(error))
        finally:
            self._stop_timers()

    def connect(self) -> websockets.connect:
        """Open the connection of a tab."""
        return websockets.connect(
            self._url,
            subprotocols=[websockets.Subprotocol("streamlit")],
            max_size=None,
            additional_headers={"Cookie": self._cookie} if self._cookie else None,
        )

    async def _ask(self, socket, fragment: str = "") -> None:
        message = BackMsg()
        state = message.rerun_script
        state.page_script_hash = self._page
        state.fragment_id, state.is_auto_rerun = fragment, bool(fragment)
        state.cached_message_hashes.extend(self._kept)
        if fragment and self._asked is None:
            self._asked = time.perf_counter()
        await socket.send(message.SerializeToString())

    async def _listen(self, socket) -> None:
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
                interval_s = self._every_s or timer.interval
                if old := self._timers.pop(timer.fragment_id, None):
                    old.cancel()
                self._timers[timer.fragment_id] = asyncio.create_task(
                    self._tick(socket, timer.fragment_id, interval_s)
                )
            elif kind == "delta" and message.delta.new_element.WhichOneof("type") == "exception":
                self.errors.append(message.delta.new_element.exception.message)
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


async def watch_all(url: str, count: int, seconds: float, **options) -> dict:
    """Watch with so many sessions, which come one after another within two seconds.

    They all leave at a SIGTERM.
    """
    leaving = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, leaving.set)
    viewers = [Viewer(url, **options) for _ in range(count)]
    began_s = time.perf_counter()

    async def come(place: int, viewer: Viewer) -> None:
        await asyncio.sleep(2.0 * place / count)
        await viewer.watch(seconds - 2.0 * place / count)

    tabs = [asyncio.create_task(come(*pair)) for pair in enumerate(viewers)]
    left = asyncio.create_task(leaving.wait())
    all_tabs = asyncio.gather(*tabs, return_exceptions=True)
    await asyncio.wait([left, all_tabs], return_when=asyncio.FIRST_COMPLETED)
    seconds = time.perf_counter() - began_s
    for task in (left, *tabs):
        task.cancel()
    await asyncio.wait(tabs)
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
        "errors": [error for viewer in viewers for error in viewer.errors],
        "viewers": sum(os.times()[:2]) / seconds,
    }


def main() -> None:
    """Watch, and print what was seen."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.tabs", description=__doc__)
    parser.add_argument("url")
    parser.add_argument("count", type=int)
    parser.add_argument("seconds", type=float)
    parser.add_argument("--cookie", default="", help="of their browser")
    parser.add_argument("--every", type=float, help="seconds, whatever the server says")
    options = parser.parse_args()
    os.nice(19)
    seen = watch_all(
        options.url,
        options.count,
        options.seconds,
        cookie=options.cookie,
        every_s=options.every,
    )
    print(json.dumps(asyncio.run(seen)))


if __name__ == "__main__":
    main()
