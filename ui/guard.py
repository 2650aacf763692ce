"""Guard: refuses requests that no page of this dashboard sends, before Streamlit sees them.

Streamlit takes any page of this machine, whatever its port, for one of its own, and asks a service
on the web for this machine's outside address when it refuses one.
"""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = {
    "Content-Security-Policy": "frame-ancestors 'self'",  # no other page can lay a frame around it
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
CLOSED = frozenset({"/_stcore/metrics"})  # how many sessions there are, and what they hold


class Guard:
    """ASGI middleware: answers 403 to other origins, 404 to closed paths, and adds `HEADERS`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
        elif not _is_own(Headers(scope=scope)):
            await _refuse(scope, receive, send)
        elif scope["path"] in CLOSED:
            await PlainTextResponse("Not found", 404)(scope, receive, send)
        else:
            await self._app(scope, receive, _with_headers(send))


def _is_own(headers: Headers) -> bool:
    """Return whether the request comes from a page of this address, or from no page."""
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host")


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":  # closed before it was accepted: the server answers 403
        await send({"type": "websocket.close", "code": 1008})
    else:
        await PlainTextResponse("Another page's request", 403)(scope, receive, send)


def _with_headers(send: Send) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return send_with_headers
