"""A shared dashboard in a real browser: who watches, who presents, who operates."""

import re
import stat
import time

import pytest
from playwright.sync_api import expect

from rnnlab.config import preset
from rnnlab.store import RunStore
from tests import labs
from tests.dashboard import ROOT, Server, page_of
from tests.labs import finished_run
from tests.oidc import Provider

pytestmark = pytest.mark.browser

ALICE = {"sub": "a-1", "email": "alice@x.org", "email_verified": True}


@pytest.fixture(scope="module")
def provider():
    with Provider() as provider:
        yield provider


@pytest.fixture(scope="module")
def shared(tmp_path_factory, caches, provider):
    """A shared dashboard on a lab with one run, whose operator is Alice; this is its worker."""
    home = caches.link(tmp_path_factory.mktemp("shared") / "home")
    store = RunStore(f"sqlite:///{home / 'lab.db'}")
    finished_run(store, preset("lstm"))
    store.workers.register("worker-1", now=time.time(), limit=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RNNLAB_WORKERS", "1")
        patch.setenv("RNNLAB_SHARE", "1")
        patch.setenv("RNNLAB_OPERATORS", "alice@x.org")
        patch.setenv("PYTHONPATH", str(ROOT))
        folder = home.parent / "folder"
        command = (*Server.COMMAND[:-2], str(ROOT / "app.py"), "--server.port")
        server = Server(home, home.parent / "server.log", command=command, folder=folder)
        (folder / ".streamlit").mkdir(parents=True)
        (folder / ".streamlit" / "secrets.toml").write_text(provider.secrets_toml(server.url))
        server.start()
    with labs.living(store):
        yield server, home
    server.stop()
    server.end_workers()
    store.close()


@pytest.fixture(scope="module")
def tab(shared, context):
    """A tab of the shared dashboard where nobody is logged in; people come and go."""
    server, _ = shared
    with page_of(context) as page:
        page.goto(f"{server.url}/train")
        yield page


def train_button(page):
    return page.get_by_role("button", name="Train", exact=True)


def test_viewers_see_the_lab_and_nothing_to_change_it(shared, page):
    server, _ = shared
    page.goto(server.url)
    expect(page.get_by_text("You are watching", exact=True)).to_be_visible()
    expect(page.get_by_text("Select rows to open or compare runs.")).to_be_visible()
    expect(page.get_by_role("button", name="Delete")).to_have_count(0)
    page.get_by_role("link", name="Train").click()
    expect(page.get_by_text("Whoever presents can train them.")).to_be_visible()
    expect(train_button(page)).to_have_count(0)


def test_the_link_makes_one_browser_the_presenters_until_it_stops(shared, page):
    server, home = shared
    file = home / "presenter-link"
    link = file.read_text().strip()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    token = link.partition("#")[2]

    page.goto(link)
    expect(page.get_by_text("You are presenting")).to_be_visible()
    assert page.url == f"{server.url}/"  # the token has left the address bar
    page.get_by_role("link", name="Train").click()
    expect(train_button(page)).to_be_visible()
    page.reload()  # another session of the same browser
    expect(train_button(page)).to_be_visible()
    cookie = next(c for c in page.context.cookies() if "presenter" in c["name"])
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")

    page.get_by_role("link", name="Stop presenting").click()
    expect(page.get_by_text("You are watching", exact=True)).to_be_visible()
    page.get_by_role("link", name="Train").click()
    expect(page.get_by_text("Whoever presents can train them.")).to_be_visible()
    expect(train_button(page)).to_have_count(0)
    logs = [server.log, *(home / "logs").glob("*")]
    assert not any(token in path.read_text() for path in logs)


def test_a_link_of_an_earlier_start_gives_nothing(shared, page):
    server, _ = shared
    page.goto(f"{server.url}/present#an-earlier-token")
    expect(page.get_by_text("does not work any more")).to_be_visible()
    page.get_by_role("link", name="Watch without it").click()
    expect(page.get_by_text("You are watching", exact=True)).to_be_visible()


@pytest.mark.parametrize(
    ("person", "words"),
    [
        (ALICE, "You may change things, logged in as alice@x.org"),
        (
            {"sub": "m-1", "email": "mallory@x.org", "email_verified": True},
            "You are watching, logged in as mallory@x.org",
        ),
        (ALICE | {"email_verified": False}, "You are watching, logged in as alice@x.org"),
    ],
)
def test_only_operators_may_change_things_once_logged_in(provider, tab, person, words):
    provider.person = person
    tab.get_by_role("button", name="Log in").click()
    expect(tab.get_by_text(words)).to_be_visible()
    tab.get_by_role("link", name="Train").click()
    expect(tab.get_by_text(re.compile("trainable parameters"))).to_be_visible()
    expect(train_button(tab)).to_have_count(int(words.startswith("You may")))
    tab.get_by_role("button", name="Log out").click()
    expect(tab.get_by_text("You are watching", exact=True)).to_be_visible()
