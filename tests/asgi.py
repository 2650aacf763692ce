"""Requests to an ASGI app without a server or a socket."""

from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import anyio


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    text: str


def request(app, path="/", *, method="GET", headers=None, client="127.0.0.1", body=b""):
    """Send a request to localhost:8501 from an address; return the answer."""
    names = {"host": "localhost:8501"} | {k.lower(): v for k, v in (headers or {}).items()}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in names.items()],
        "client": (client, 50_000),
        "server": ("127.0.0.1", 8501),
    }
    messages = []

    async def receive():
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message):
        messages.append(message)

    with ThreadPoolExecutor() as pool:  # Playwright leaves an event loop in the tests' thread
        pool.submit(anyio.run, app, scope, receive, send).result()
    start, *parts = messages
    answered = {name.decode(): value.decode() for name, value in start["headers"]}
    return Answer(start["status"], answered, b"".join(p.get("body", b"") for p in parts).decode())
