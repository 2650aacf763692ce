"""What each viewer of a shared dashboard may ask of its server, and what is too much."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from starlette.responses import PlainTextResponse

from rnnlab import sharing
from tests import asgi
from ui import limits, presenter
from ui.limits import Limits, TokenBucket

COOKIE = f"{presenter._cookie()}={presenter.TOKEN}"
UPLOAD = "/_stcore/upload_file/session/file"


@pytest.fixture
def waits(monkeypatch):
    """How long requests had to wait, where they had; nothing really waits, or takes time."""
    seconds = []

    async def sleep(delay):
        if delay:
            seconds.append(round(delay, 6))

    monkeypatch.setattr(limits, "asyncio", SimpleNamespace(sleep=sleep))
    monkeypatch.setattr(TokenBucket.__init__, "__kwdefaults__", {"clock": lambda: 0.0})
    return seconds


@pytest.fixture
def shared(monkeypatch):
    monkeypatch.setenv(sharing.SHARE, "1")


class Tabs:
    """A server behind the limits that reads what comes, and tabs that send messages to it."""

    def __init__(self):
        self.app = Limits(self._serve)
        self.received, self.opened = [], 0

    async def _serve(self, scope, receive, send):
        await receive()
        await send({"type": "websocket.accept"})
        self.opened += 1
        await self._waiting(scope)
        while (message := await receive())["type"] == "websocket.receive":
            self.received.append(message["bytes"])

    async def _waiting(self, scope):
        if inner := scope.get("inner"):
            await inner()

    async def open(self, messages=(), *, client="10.0.0.1", cookie="", inner=None):
        """Open a tab, send the messages, close it; `inner` happens while it is open."""
        incoming = [{"type": "websocket.connect"}]
        incoming += [{"type": "websocket.receive", "bytes": message} for message in messages]
        incoming.append({"type": "websocket.disconnect", "code": 1000})
        answers = []

        async def receive():
            return incoming.pop(0)

        async def send(message):
            answers.append(message)

        scope = {"type": "websocket", "path": "/_stcore/stream", "client": (client, 1)}
        headers = [(b"cookie", cookie.encode())]
        await self.app({**scope, "headers": headers, "inner": inner}, receive, send)
        return answers[0]["type"], answers[0].get("code")


@pytest.fixture
def tabs(shared):
    return Tabs()


def run(coroutine):
    with ThreadPoolExecutor() as pool:  # Playwright leaves an event loop in the tests' thread
        return pool.submit(asyncio.run, coroutine).result()


# ---- rates -----------------------------------------------------------------------------------


def test_bucket_lets_a_burst_pass_and_then_its_rate():
    now = 0.0
    bucket = TokenBucket(2, 3, clock=lambda: now)
    assert [bucket.take() for _ in range(5)] == [0, 0, 0, 0.5, 1]
    now = 1.5
    assert bucket.take() == 0
    assert not bucket.is_full
    now = 4.0
    assert bucket.is_full


def test_messages_beyond_a_burst_wait_for_their_turn_and_none_is_lost(tabs, waits):
    messages = [b"%d" % number for number in range(limits.MESSAGES_AT_ONCE + 2)]
    run(tabs.open(messages))
    assert tabs.received == messages
    assert waits == [1 / limits.MESSAGES_PER_S, 2 / limits.MESSAGES_PER_S]


def test_one_viewers_haste_delays_no_other(tabs, waits):
    run(tabs.open([b"rerun"] * limits.MESSAGES_AT_ONCE))
    run(tabs.open([b"rerun"]))
    assert waits == []


def test_tabs_of_one_address_beyond_a_burst_wait_to_be_let_in(tabs, waits):
    for _ in range(limits.TABS_AT_ONCE):
        run(tabs.open())
    run(tabs.open(client="10.0.0.2"))
    assert waits == []
    run(tabs.open())
    assert waits == [1 / limits.TABS_PER_S]


def test_presenter_and_a_dashboard_that_is_not_shared_have_no_limits(tabs, waits, monkeypatch):
    messages = [b"x" * (limits.MESSAGE_BYTES + 1)] * (limits.MESSAGES_AT_ONCE + 9)
    run(tabs.open(messages, cookie=COOKIE))
    monkeypatch.setenv(sharing.SHARE, "0")
    own = Tabs()
    run(own.open(messages))
    assert (len(tabs.received), len(own.received), waits) == (len(messages), len(messages), [])


# ---- sizes -----------------------------------------------------------------------------------


def test_tab_that_sends_too_large_a_message_is_closed(tabs, waits):
    run(tabs.open([b"a", b"x" * (limits.MESSAGE_BYTES + 1), b"b"]))
    assert tabs.received == [b"a"]


def test_tabs_beyond_the_most_are_refused_until_one_is_closed(tabs, waits, monkeypatch):
    monkeypatch.setattr(limits, "TABS", 1)
    answers = []

    async def meanwhile():
        answers.append(await tabs.open(client="10.0.0.2"))
        answers.append(await tabs.open(cookie=COOKIE))

    run(tabs.open(inner=meanwhile))
    refused, presenting = answers
    assert refused == ("websocket.close", limits.TOO_MANY_TABS)
    assert presenting[0] == "websocket.accept"
    assert run(tabs.open())[0] == "websocket.accept"


def test_one_address_cannot_take_the_places_of_all(tabs, waits, monkeypatch):
    monkeypatch.setattr(limits, "TABS_OF_ADDRESS", 1)
    answers = []

    async def meanwhile():
        answers.append(await tabs.open())
        answers.append(await tabs.open(client="10.0.0.2"))

    run(tabs.open(inner=meanwhile))
    assert [kind for kind, _ in answers] == ["websocket.close", "websocket.accept"]


def test_addresses_that_have_left_are_forgotten(tabs, waits, monkeypatch):
    monkeypatch.setattr(limits, "TABS", 3)
    monkeypatch.setattr(TokenBucket, "is_full", True)
    for number in range(9):
        run(tabs.open(client=f"10.0.1.{number}"))
    assert len(tabs.app._addresses) <= 4


# ---- uploads ---------------------------------------------------------------------------------


def upload(**headers):
    app = Limits(PlainTextResponse("taken"))
    return asgi.request(app, UPLOAD, method="PUT", headers=headers, client="10.0.0.1")


def test_viewer_cannot_use_streamlits_own_place_for_uploads(shared):
    answer = upload()
    assert (answer.status, answer.text) == (403, "Only whoever presents may upload files.")
    assert upload(cookie="rnnlab_presenter_8501=guessed").status == 403


def test_presenter_uploads_and_so_does_everybody_where_it_is_not_shared(shared, monkeypatch):
    assert upload(cookie=COOKIE).text == "taken"
    monkeypatch.setenv(sharing.SHARE, "0")
    assert upload().text == "taken"


@pytest.mark.parametrize(("name", "status"), [("ann", 200), ("eve", 403)])
def test_upload_of_somebody_who_has_logged_in_is_taken_from_operators(
    shared, monkeypatch, name, status
):
    monkeypatch.setenv("RNNLAB_OPERATORS", "ann")
    session = SimpleNamespace(_user_info={"is_logged_in": True, "sub": name})
    server = SimpleNamespace(get_app_session={"session": session}.get)
    monkeypatch.setattr(
        limits, "runtime", SimpleNamespace(exists=lambda: True, get_instance=lambda: server)
    )
    assert upload().status == status
