"""Viewers of a dashboard without a browser each: they speak Streamlit's protocol to the server.

They open its first page and ask for its live parts at their pace, as a browser does; for the server
it is the same. 25 browsers would take some minutes of this machine to come up. Run as `python -m
benchmarks.viewers URL COUNT`, it says when each has its page, and watches on until it is ended.
"""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

from benchmarks import harness

COME_S = 120.0


@contextmanager
def watching(url: str, count: int) -> Iterator[None]:
    """So many viewers of the dashboard at `url`, from when each has its page until the end."""
    command = [sys.executable, "-m", "benchmarks.viewers", url, str(count)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=harness.ROOT) as viewers:
        try:
            if not viewers.stdout.readline():
                raise RuntimeError(f"{count} viewers of {url} did not come up, see above")
            yield
        finally:
            viewers.terminate()


async def main(url: str, count: int) -> None:
    """Watch the dashboard at `url`; prints a line once each viewer has its page."""
    pages = [asyncio.Event() for _ in range(count)]
    async with asyncio.TaskGroup() as viewers:
        for page in pages:
            viewers.create_task(watch(url, page))
        async with asyncio.timeout(COME_S):
            for page in pages:
                await page.wait()
        print(f"{count} viewers", flush=True)


async def watch(url: str, page: asyncio.Event) -> None:
    """Watch as one viewer; sets `page` once the page has come as a whole."""
    address = url.replace("http", "ws", 1) + "/_stcore/stream"
    live: dict[str, asyncio.Task] = {}
    script = ""
    async with connect(address, subprotocols=["streamlit"], max_size=None) as connection:
        await ask(connection)
        async for content in connection:
            message = ForwardMsg.FromString(content)
            match message.WhichOneof("type"):
                case "new_session":
                    script = message.new_session.page_script_hash
                case "auto_rerun":
                    part = message.auto_rerun
                    if part.fragment_id in live:  # of the page before
                        live[part.fragment_id].cancel()
                    asking = ask_again(connection, part.fragment_id, script, part.interval)
                    live[part.fragment_id] = asyncio.create_task(asking)
                case "script_finished":
                    page.set()


async def ask_again(
    connection: ClientConnection, fragment: str, script: str, every_s: float
) -> None:
    """Ask for a live part of the page again and again."""
    while True:
        await asyncio.sleep(every_s)
        await ask(connection, fragment_id=fragment, page_script_hash=script, is_auto_rerun=True)


async def ask(connection: ClientConnection, **state: str | bool) -> None:
    """Ask for the page, or for what `state` says of it (see Streamlit's ClientState)."""
    message = BackMsg()
    message.rerun_script.SetInParent()
    for name, value in state.items():
        setattr(message.rerun_script, name, value)
    await connection.send(message.SerializeToString())


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
