"""Frames: what browsers send through the WebSocket, made readable before Streamlit reads it.

A text field of a browser can hold half of a character, which UTF-8 has no bytes for. The browser
sends it nevertheless; Streamlit (1.67) then ends the connection, and the page looks alive but is
not.
"""

import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rnnlab.characters import REPLACEMENT

_HALF = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")
_REPLACEMENT = REPLACEMENT.encode()  # as long, so that all lengths stay right


class ReadableFrames:
    """ASGI middleware: puts U+FFFD in the place of half characters in messages to Streamlit."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; what arrives through a WebSocket is made readable."""
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return

        async def receive_readable() -> Message:
            message = await receive()
            content = message.get("bytes")
            if content and _HALF.search(content):
                message = {**message, "bytes": readable(content)}
            return message

        await self._app(scope, receive_readable, send)


def readable(content: bytes) -> bytes:
    """Return a message that can be read, if half characters are all that keeps it from that."""
    from google.protobuf.message import DecodeError
    from streamlit.proto.BackMsg_pb2 import BackMsg

    try:
        BackMsg.FromString(content)
    except DecodeError:
        return _HALF.sub(_REPLACEMENT, content)
    return content
