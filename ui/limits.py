"""Limits: how much each viewer of a shared dashboard may ask of its server.

Owns the rates and sizes. Requests that come too fast are not refused but wait for their turn, so a
viewer with a heavy hand is served late and the others on time. The presenter's browser has no such
limits, nor has a dashboard that is not shared. Texts have a limit of their own (`ui.text_field`),
and so have files (`rnnlab.datasets.labelled`) and the queue (`rnnlab.store.enqueue`).
"""

import asyncio
import time
from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import runtime

from rnnlab import sharing
from ui import presenter, roles

MESSAGES_PER_S = 10.0  # typing has 8, a page that watches two runs 2
MESSAGES_AT_ONCE = 40  # of somebody who opens a page and clicks about
MESSAGE_BYTES = 1_000_000  # four texts of the greatest length, in any script
TABS = 250  # of all viewers together, those included who wait to be let in
TABS_OF_ADDRESS = 150  # which may be that of a whole room
TABS_PER_S = 5.0  # of one address
TABS_AT_ONCE = 60
UPLOAD = "/_stcore/upload_file/"
TOO_MANY_TABS, TOO_LARGE = 1013, 1009  # codes of the WebSocket protocol


class TokenBucket:
    """Lets `burst` requests pass at once, and then `per_s` of them."""

    def __init__(
        self, per_s: float, burst: int, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._per_s, self._burst, self._clock = per_s, burst, clock
        self._tokens, self._filled_at = float(burst), clock()

    def take(self) -> float:
        """Take a token; return the seconds until its request may pass."""
        now = self._clock()
        filled = self._tokens + (now - self._filled_at) * self._per_s
        self._tokens, self._filled_at = min(filled, self._burst) - 1, now
        return max(0.0, -self._tokens / self._per_s)

    @property
    def is_full(self) -> bool:
        """Whether no request has come for so long that the bucket says nothing any more."""
        return self._tokens + (self._clock() - self._filled_at) * self._per_s >= self._burst


class Address:
    """What is known of the viewers behind one network address."""

    def __init__(self) -> None:
        self.tabs = 0
        self.arrivals = TokenBucket(TABS_PER_S, TABS_AT_ONCE)


class Limits:
    """ASGI middleware: holds viewers of a shared dashboard to the limits of this module."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._shared = sharing.is_shared()
        self._addresses: dict[str, Address] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, when it is its turn, or refuse it."""
        if not self._shared or scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._connect(scope, receive, send)
        elif UPLOAD in scope["path"] and not _may_upload(scope):
            await PlainTextResponse("Only whoever presents may upload files.", 403)(
                scope, receive, send
            )
        else:
            await self._app(scope, receive, send)

    async def _connect(self, scope: Scope, receive: Receive, send: Send) -> None:
        if presenter.holds_link(_cookies(scope)):
            await self._app(scope, receive, send)
            return
        address = self._address(scope)
        tabs = sum(other.tabs for other in self._addresses.values())
        if tabs >= TABS or address.tabs >= TABS_OF_ADDRESS:
            await send({"type": "websocket.close", "code": TOO_MANY_TABS})
            return
        address.tabs += 1
        try:
            await asyncio.sleep(address.arrivals.take())
            await self._app(scope, _limited(receive), send)
        finally:
            address.tabs -= 1

    def _address(self, scope: Scope) -> Address:
        """Return what is known of the address that a tab comes from."""
        if len(self._addresses) > TABS:
            self._addresses = {
                name: address
                for name, address in self._addresses.items()
                if address.tabs or not address.arrivals.is_full
            }
        return self._addresses.setdefault((scope.get("client") or ("",))[0], Address())


def _limited(receive: Receive) -> Receive:
    """Return `receive` for a viewer's tab: each message in its turn, and none too large."""
    bucket = TokenBucket(MESSAGES_PER_S, MESSAGES_AT_ONCE)

    async def receive_in_turn() -> Message:
        message = await receive()
        if message["type"] == "websocket.receive":
            if len(message.get("bytes") or message.get("text") or "") > MESSAGE_BYTES:
                return {"type": "websocket.disconnect", "code": TOO_LARGE}
            await asyncio.sleep(bucket.take())
        return message

    return receive_in_turn


def _may_upload(scope: Scope) -> bool:
    """Return whether a file comes from somebody who may change the lab.

    Who has logged in is known by the session, whose id stands in the path.
    """
    session_id = scope["path"].partition(UPLOAD)[2].partition("/")[0]
    session = runtime.get_instance().get_app_session(session_id) if runtime.exists() else None
    user = session._user_info if session else {}
    return roles.may_change_as(_cookies(scope), user)


def _cookies(scope: Scope) -> dict[str, str]:
    return cookie_parser(Headers(scope=scope).get("cookie", ""))
