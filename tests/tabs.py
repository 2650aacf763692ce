"""A browser's tab without a browser: its connection, its session, and what it uploads."""

import http.client
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import NamedTuple

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets import Subprotocol
from websockets.sync.client import ClientConnection, connect

from rnnlab.datasets.reading.encodings import MAX_MB
from tests.dashboard import Server

PATIENCE_S = 120.0


class Tab(NamedTuple):
    connection: ClientConnection
    session_id: str


def rerun() -> bytes:
    """Return the message that asks for the first page."""
    message = BackMsg()
    message.rerun_script.query_string = ""
    return message.SerializeToString()


@contextmanager
def open_tab(server: Server, cookie: str = "") -> Iterator[Tab]:
    """A tab that has been shown the first page."""
    with connect(
        server.url.replace("http", "ws", 1) + "/_stcore/stream",
        subprotocols=[Subprotocol("streamlit")],
        additional_headers={"Cookie": cookie},
        max_size=None,
        proxy=None,
    ) as connection:
        connection.send(rerun())
        session_id = ""
        while True:
            message = ForwardMsg.FromString(connection.recv(PATIENCE_S))
            if message.WhichOneof("type") == "new_session":
                session_id = message.new_session.initialize.session_id
            if message.WhichOneof("type") == "script_finished":
                break
        yield Tab(connection, session_id)


def upload(server: Server, session_id: str, megabytes: int, cookie: str = "") -> int:
    """Upload a file of zeros; return the status of the answer, which may come before they do."""
    head = b'--X\r\nContent-Disposition: form-data; name="f"; filename="f.csv"\r\n\r\n'
    end = b"\r\n--X--\r\n"
    with closing(
        http.client.HTTPConnection("localhost", server.port, timeout=PATIENCE_S)
    ) as connection:
        connection.request("GET", "/_stcore/health")
        answer = connection.getresponse()
        answer.read()
        token = answer.headers["set-cookie"].partition(";")[0]
        connection.putrequest("PUT", f"/_stcore/upload_file/{session_id}/file")
        connection.putheader("Content-Type", "multipart/form-data; boundary=X")
        connection.putheader("Content-Length", str(len(head) + (megabytes << 20) + len(end)))
        connection.putheader("Cookie", "; ".join(filter(None, (token, cookie))))
        connection.putheader("X-Xsrftoken", token.partition("=")[2])
        connection.endheaders()
        if megabytes <= MAX_MB:
            for part in (head, bytes(megabytes << 20), end):
                connection.send(part)
        return connection.getresponse().status
