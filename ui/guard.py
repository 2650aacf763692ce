"""Guard: refuses requests that no page of this dashboard sends, before Streamlit sees them.

Streamlit takes any page of this machine, whatever its port, for one of its own, and asks a service
on the web for this machine's outside address when it refuses one.
"""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.web.server.starlette.starlette_websocket import is_host_allowed

from rnnlab import sharing

HEADERS = {
    "Content-Security-Policy": "frame-ancestors 'self'",  # no other page can lay a frame around it
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
CLOSED = frozenset({"/_stcore/metrics"})  # how many sessions there are, and what they hold


class Guard:
    """ASGI middleware: answers 403 to whom it does not know, 404 to closed paths, adds `HEADERS`.

    It knows this machine, others once the dashboard is shared, the names that it goes by, and the
    pages that it has sent itself.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._shared = sharing.is_shared()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
        elif refusal := self._refusal(scope, Headers(scope=scope)):
            await _refuse(refusal, scope, receive, send)
        elif scope["path"] in CLOSED:
            await PlainTextResponse("Not found", 404)(scope, receive, send)
        else:
            await self._app(scope, receive, _with_headers(send))

    def _refusal(self, scope: Scope, headers: Headers) -> str | None:
        """Return why a request is refused; None where it is not."""
        client = scope.get("client")
        if not self._shared and client and not sharing.is_loopback(client[0]):
            return f"This dashboard is not shared: {sharing.NEXT_STEP}."
        host = headers.get("host")
        if not is_host_allowed(host):
            return "This dashboard does not go by that name: add it with --share --host NAME."
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc != host:
            return "This request comes from another page."
        return None


async def _refuse(reason: str, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":  # closed before it was accepted: the server answers 403
        await send({"type": "websocket.close", "code": 1008})
    else:
        await PlainTextResponse(reason, 403)(scope, receive, send)


def _with_headers(send: Send) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return send_with_headers
