"""Which requests the dashboard's server refuses before Streamlit sees them."""

import pytest
from starlette.responses import PlainTextResponse
from streamlit import config

from rnnlab import sharing
from tests import asgi
from ui.guard import Guard


@pytest.fixture
def ask(monkeypatch):
    """Ask a guarded server for a page, from an address; return the answer."""
    monkeypatch.delenv(sharing.SHARE, raising=False)
    monkeypatch.setattr(config, "get_option", lambda _: ["localhost", "lab.example"])

    def ask(client="127.0.0.1", *, shared=False, path="/", **headers):
        monkeypatch.setenv(sharing.SHARE, "1" if shared else "0")
        app = Guard(PlainTextResponse("the page"))
        return asgi.request(app, path, client=client, headers=headers)

    return ask


def test_page_of_this_machine_is_sent_and_cannot_be_framed(ask):
    answer = ask()
    assert answer.text == "the page"
    assert answer.headers["content-security-policy"] == "frame-ancestors 'self'"


@pytest.mark.parametrize("client", ["192.168.1.7", "::ffff:192.168.1.7", "2001:db8::1"])
def test_other_machines_are_refused_until_it_is_shared(ask, client):
    refused = ask(client)
    assert refused.status == 403
    assert "`rnnlab dashboard --share`" in refused.text
    assert ask(client, shared=True).text == "the page"


@pytest.mark.parametrize("client", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
def test_this_machine_needs_no_sharing(ask, client):
    assert ask(client).text == "the page"


@pytest.mark.parametrize("shared", [True, False])
def test_only_known_names_are_answered(ask, shared):
    assert ask(shared=shared, Host="lab.example:8501").text == "the page"
    refused = ask(shared=shared, Host="evil.example")
    assert (refused.status, "--host NAME" in refused.text) == (403, True)


def test_pages_of_other_addresses_and_closed_paths_are_refused(ask):
    assert ask(Origin="http://localhost:8501").status == 200
    assert ask(Origin="http://localhost:9").status == 403
    assert ask(Origin="null").status == 403
    assert ask(path="/_stcore/metrics").status == 404
