"""Sessions whose tabs are closed: kept for a while, then ended with all that they hold."""

import asyncio
import http.client
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from types import SimpleNamespace

import psutil
import pytest
import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from rnnlab.datasets import labelled
from tests.dashboard import serving
from ui import sessions
from ui.sessions import LeftSessions

KEEP_S = 30.0


class Session:
    """A session as Streamlit hands it over, that notes its end."""

    def __init__(self, name):
        self.id, self.ended = name, 0

    def shutdown(self):
        self.ended += 1


@pytest.fixture
def clock():
    return SimpleNamespace(now=0.0)


@pytest.fixture
def left(clock):
    return LeftSessions(KEEP_S, clock=lambda: clock.now)


def leave(left, name):
    session = Session(name)
    left.save(SimpleNamespace(session=session))
    return session


def test_session_is_there_for_a_browser_that_comes_back(left, clock):
    session = leave(left, "a")
    clock.now = KEEP_S - 1
    left.end()
    assert left.get("a").session is session
    left.delete("a")
    clock.now = KEEP_S
    left.end()
    assert session.ended == 0


def test_session_is_ended_once_when_its_time_is_over_though_nobody_else_leaves(left, clock):
    session = leave(left, "a")
    clock.now = KEEP_S
    assert left.get("a") is None
    left.end()
    left.end()
    assert (session.ended, left.list()) == (1, [])


def test_session_that_left_again_has_its_whole_time_again(left, clock):
    leave(left, "a")
    clock.now = KEEP_S - 1
    again = leave(left, "a")
    clock.now = KEEP_S + 1
    left.end()
    assert left.get("a").session is again


def test_of_too_many_left_sessions_the_first_are_ended(left):
    all_sessions = [leave(left, str(number)) for number in range(sessions.MOST_LEFT + 2)]
    left.end()
    assert [session.ended for session in all_sessions[:3]] == [1, 1, 0]
    assert len(left.list()) == sessions.MOST_LEFT


def test_uploads_of_ended_sessions_are_freed_and_those_of_others_kept():
    uploads = MemoryUploadedFileManager("/upload")
    for name in ("here", "ended"):
        uploads.add_file(name, UploadedFileRec("file", "a.csv", "text/csv", b"text,label"))
    sessions.free_uploads(uploads, lambda session_id: session_id == "here")
    assert [*uploads.file_storage] == ["here"]


def test_without_a_server_nothing_is_ended():
    sessions.install()
    sessions.end_left()
    assert not sessions.here("a")


# ---- with a real server ------------------------------------------------------------------------


async def open_tab(server, meanwhile):
    """Open the first page as a browser does; close it after `meanwhile` has its session's id."""
    url = server.url.replace("http", "ws", 1) + "/_stcore/stream"
    async with websockets.connect(url, subprotocols=["streamlit"], max_size=None) as socket:
        message = BackMsg()
        message.rerun_script.query_string = ""
        await socket.send(message.SerializeToString())
        async for content in socket:
            message = ForwardMsg.FromString(content)
            if message.WhichOneof("type") == "new_session":
                session_id = message.new_session.initialize.session_id
            if message.WhichOneof("type") == "script_finished":
                return await asyncio.to_thread(meanwhile, session_id)


def upload(server, session_id, megabytes):
    """Upload a file of zeros; return the status of the answer, which may come before they do."""
    head = b'--X\r\nContent-Disposition: form-data; name="f"; filename="f.csv"\r\n\r\n'
    end = b"\r\n--X--\r\n"
    with closing(http.client.HTTPConnection("localhost", server.port, timeout=120)) as connection:
        connection.request("GET", "/_stcore/health")
        answer = connection.getresponse()
        answer.read()
        cookie = answer.headers["set-cookie"].partition(";")[0]
        connection.putrequest("PUT", f"/_stcore/upload_file/{session_id}/file")
        connection.putheader("Content-Type", "multipart/form-data; boundary=X")
        connection.putheader("Content-Length", str(len(head) + (megabytes << 20) + len(end)))
        connection.putheader("Cookie", cookie)
        connection.putheader("X-Xsrftoken", cookie.partition("=")[2])
        connection.endheaders()
        if megabytes <= labelled.MAX_MB:
            for part in (head, bytes(megabytes << 20), end):
                connection.send(part)
        return connection.getresponse().status


@pytest.mark.slow
def test_server_takes_a_large_file_and_gives_all_back_once_its_tab_is_closed(
    lab_home, tmp_path, monkeypatch
):
    monkeypatch.setenv("STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL", "1")
    with serving(lab_home, tmp_path / "server.log") as server, ThreadPoolExecutor() as pool:

        def tab(meanwhile):
            return pool.submit(asyncio.run, open_tab(server, meanwhile)).result()

        process = psutil.Process(server.process.pid)
        tab(lambda _: None)  # what a first page leaves for good
        wait_until(lambda: process.num_fds() < 20)
        before = process.memory_info().rss
        statuses = tab(lambda session_id: [upload(server, session_id, n) for n in (201, 501)])
        assert statuses == [204, 413]
        wait_until(lambda: process.memory_info().rss < before + (100 << 20))


def wait_until(holds):
    end = time.monotonic() + 120
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.1)
