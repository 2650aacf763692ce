"""Who may talk to the dashboard's server: pages that this machine itself has asked for."""

from contextlib import closing
from http.client import HTTPConnection, HTTPResponse

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def answer_to_websocket(port: int, *, host: str, origin: str) -> int:
    """Ask for a WebSocket with this Host and Origin; return the HTTP status of the answer."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.putrequest("GET", "/_stcore/stream", skip_host=True)
        for name, value in {
            "Host": host,
            "Origin": origin,
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Protocol": "streamlit",
        }.items():
            connection.putheader(name, value)
        connection.endheaders()
        return connection.getresponse().status


def test_only_pages_of_this_machine_open_a_websocket(server):
    def status(host: str, origin: str | None = None) -> int:
        netloc = f"{host}:{server.port}"
        return answer_to_websocket(server.port, host=netloc, origin=origin or f"http://{netloc}")

    assert status("localhost") == 101
    assert status("127.0.0.1") == 101
    assert status("[::1]") == 101
    # A stranger's page, and a stranger's name that was made to point here (DNS rebinding).
    assert status("localhost", "http://evil.example") == 403
    assert status("evil.example") == 403
    assert status("localhost.evil.example") == 403
    # Another program's page on this machine.
    assert status("localhost", "http://localhost:9") == 403
    assert status("localhost", "null") == 403


def answer(server, path: str, **headers: str) -> HTTPResponse:
    with closing(HTTPConnection("127.0.0.1", server.port, timeout=60)) as connection:
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        response.read()
        return response


def test_no_other_page_can_frame_or_read_the_dashboard(server):
    own = answer(server, "/")
    assert own.status == 200
    assert own.headers["Content-Security-Policy"] == "frame-ancestors 'self'"
    assert answer(server, "/", Origin="http://evil.example").status == 403
    assert answer(server, "/_stcore/metrics").status == 404
    assert answer(server, "/_stcore/health").status == 200


def test_page_works_over_an_address_in_place_of_a_name(page, server):
    page.goto(f"http://127.0.0.1:{server.port}")
    expect(page.get_by_role("heading", name="Nothing trained yet")).to_be_visible()
