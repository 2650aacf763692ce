"""Messages of browsers that Streamlit could not read."""

from concurrent.futures import ThreadPoolExecutor

import anyio
import pytest
from google.protobuf.message import DecodeError
from streamlit.proto.BackMsg_pb2 import BackMsg

from ui.frames import ReadableFrames, readable

HALF = b"\xed\xa0\x80"  # as a browser sends half of a character


def typed(text: str) -> bytes:
    message = BackMsg()
    state = message.rerun_script.widget_states.widgets.add()
    state.id, state.string_value = "name", text
    return message.SerializeToString()


def test_half_of_a_character_is_replaced_and_the_rest_is_read():
    sent = typed("a€b").replace("€".encode(), HALF)
    with pytest.raises(DecodeError):
        BackMsg.FromString(sent)
    (state,) = BackMsg.FromString(readable(sent)).rerun_script.widget_states.widgets
    assert (state.id, state.string_value) == ("name", "a\ufffdb")


def test_bytes_that_only_look_like_one_stay():
    message = BackMsg()
    state = message.rerun_script.widget_states.widgets.add()
    state.id, state.bytes_value = "file", b"1" + HALF
    sent = message.SerializeToString()
    assert readable(sent) == sent


def test_what_comes_through_the_websocket_is_made_readable():
    received = []

    async def app(scope, receive, send):
        received.extend([await receive(), await receive()])

    messages = iter(
        [
            {"type": "websocket.connect"},
            {"type": "websocket.receive", "bytes": typed("€").replace("€".encode(), HALF)},
        ]
    )

    async def receive():
        return next(messages)

    with ThreadPoolExecutor() as pool:  # Playwright leaves an event loop in the tests' thread
        pool.submit(anyio.run, ReadableFrames(app), {"type": "websocket"}, receive, None).result()
    assert received == [
        {"type": "websocket.connect"},
        {"type": "websocket.receive", "bytes": typed("\ufffd")},
    ]
