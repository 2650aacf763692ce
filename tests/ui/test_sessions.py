"""Sessions whose tabs are closed: kept for a while, then ended with all that they hold."""

import time
from types import SimpleNamespace

import psutil
import pytest
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from tests.dashboard import serving
from tests.tabs import open_tab, upload
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


@pytest.mark.slow
def test_server_takes_a_large_file_and_gives_all_back_once_its_tab_is_closed(
    lab_home, tmp_path, monkeypatch
):
    monkeypatch.setenv("STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL", "1")
    with serving(lab_home, tmp_path / "server.log") as server:
        process = psutil.Process(server.process.pid)
        with open_tab(server):
            pass  # what a first page leaves for good
        wait_until(lambda: process.num_fds() < 20)
        before = process.memory_info().rss
        with open_tab(server) as tab:
            assert [upload(server, tab.session_id, size) for size in (201, 501)] == [204, 413]
        wait_until(lambda: process.memory_info().rss < before + (100 << 20))


def wait_until(holds):
    end = time.monotonic() + 120
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.1)
