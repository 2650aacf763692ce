"""Who may change the lab on a shared dashboard, and that pages change it in one way alone."""

import ast
import inspect
from types import SimpleNamespace

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from rnnlab import sharing
from rnnlab.config import preset
from rnnlab.errors import NotAllowed, ReadOnlyLab
from rnnlab.lab import Lab
from tests.dashboard import ROOT
from ui import presenter, reader, roles, server

ALICE = {"is_logged_in": True, "email": "Alice@x.org", "email_verified": True, "sub": "a-1"}


@pytest.fixture
def viewer(monkeypatch):
    """A viewer of a shared dashboard: their cookies, and what a provider said of them."""
    viewer = SimpleNamespace(cookies={}, user={})
    monkeypatch.setenv(sharing.SHARE, "1")
    monkeypatch.delenv(roles.OPERATORS, raising=False)
    monkeypatch.setattr(st, "context", SimpleNamespace(cookies=viewer.cookies))
    monkeypatch.setattr(st, "user", SimpleNamespace(to_dict=lambda: viewer.user))
    return viewer


def test_everybody_may_change_a_lab_that_is_not_shared(viewer, monkeypatch):
    monkeypatch.setenv(sharing.SHARE, "0")
    assert roles.may_change()


def test_viewers_of_a_shared_lab_may_not(viewer):
    assert not roles.may_change()
    with pytest.raises(NotAllowed, match="You are watching"):
        roles.writable_lab()


def test_whoever_has_opened_the_link_may(viewer):
    viewer.cookies[presenter._cookie()] = presenter.TOKEN
    assert roles.may_change()


@pytest.mark.parametrize(
    "token",
    ["", "x", presenter.TOKEN[:-1], presenter.TOKEN + "x", "é"],
    ids=["none", "another", "too short", "too long", "not ASCII"],  # the token is a process's own
)
def test_other_tokens_give_nothing(viewer, token):
    viewer.cookies[presenter._cookie()] = token
    assert not roles.may_change()


@pytest.mark.parametrize("operators", ["alice@x.org", "bob@x.org, alice@x.org", "a-1"])
def test_operators_who_have_logged_in_may(viewer, monkeypatch, operators):
    monkeypatch.setenv(roles.OPERATORS, operators)
    viewer.user = ALICE
    assert roles.may_change()


def test_what_an_operator_queues_is_theirs(viewer, monkeypatch, store):
    monkeypatch.setenv(roles.OPERATORS, "alice@x.org")
    monkeypatch.setenv("RNNLAB_OWNER", "server")
    viewer.user = ALICE
    assert roles.writable_lab().owner == "Alice@x.org"
    viewer.user = {}
    viewer.cookies[presenter._cookie()] = presenter.TOKEN
    assert roles.writable_lab().owner == "server"


@pytest.mark.parametrize(
    "user",
    [
        ALICE | {"email": "mallory@x.org", "sub": "m-1"},
        ALICE | {"email_verified": False},
        {key: ALICE[key] for key in ALICE if key != "email_verified"},
        ALICE | {"is_logged_in": False},
        {"email": "alice@x.org", "email_verified": True},
        {"is_logged_in": True, "sub": "alice@x.org"},
        {"is_logged_in": True},
    ],
)
def test_other_people_who_have_logged_in_may_not(viewer, monkeypatch, user):
    monkeypatch.setenv(roles.OPERATORS, "alice@x.org,")
    viewer.user = user
    assert not roles.may_change()


def test_a_change_that_is_not_allowed_says_so_and_changes_nothing(store, watching):
    run = store.enqueue(preset("lstm"), now=1.0)

    def stop(run_id):
        from rnnlab.lab import Lab
        from ui import roles

        roles.attempt(Lab.stop, run_id)

    at = AppTest.from_function(stop, kwargs={"run_id": run.id}).run()
    assert "You are watching" in at.error[0].value
    assert store.get(run.id).state == "queued"


def test_nobody_warms_up_workers_by_watching(viewer, monkeypatch):
    monkeypatch.setattr(Lab, "prewarm", lambda *_, **__: pytest.fail("a worker was started"))
    roles.prewarm(preset("lstm"))


# ---- no other way to change the lab ----------------------------------------------------------


def sources():
    for folder in ("ui", "pages"):
        yield from sorted((ROOT / folder).rglob("*.py"))
    yield ROOT / "app.py"


def uses_of(words):
    """The files of the dashboard that mention one of these names, with the name."""
    return {
        (str(path.relative_to(ROOT)), name)
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text()))
        for name in names(node)
        if name in words
    }


def names(node):
    if isinstance(node, ast.Attribute):
        return [node.attr]
    if isinstance(node, ast.ImportFrom):
        return [name for alias in node.names for name in (alias.name, alias.asname)]
    return [node.id] if isinstance(node, ast.Name) else []


def test_pages_get_the_lab_that_can_be_changed_from_roles_alone():
    behind_the_question_who_asks = {"ui/roles.py"}
    by_the_server_itself = {"ui/server.py"}
    files = {path for path, _ in uses_of({"whole_lab"}) - {("ui/reader.py", "whole_lab")}}
    assert files == behind_the_question_who_asks | by_the_server_itself
    assert uses_of({"writable_lab"}) == {("ui/roles.py", "writable_lab")}
    source = inspect.getsource(roles)
    assert source.count("reader.whole_lab()") == 1
    source = inspect.getsource(server)
    assert source.count("whole_lab()") == 2
    assert "whole_lab().reconcile()" in source
    assert source.count("lab.prewarm(guess or RunConfig())") == 1  # before anybody has come


def test_pages_open_no_store_and_start_no_worker_by_themselves():
    tools = {"RunStore", "Database", "LocalExecutor", "create_engine", "connect", "sqlite3"}
    assert {path for path, _ in uses_of(tools)} == {
        "ui/compare/loading.py",  # names a type
        "ui/reader.py",  # which opens the lab
        "ui/roles.py",  # names a type
        "ui/run/export.py",
    }


def test_what_pages_read_with_cannot_write(store):
    """The database of the readable store has one way to write, and that is closed."""
    run = store.enqueue(preset("lstm"), now=1.0)
    readable = reader.ReadableLab(Lab()).store
    assert readable.get(run.id) == run
    for change in (
        lambda: readable.rename(run.id, "x"),
        lambda: readable.delete(run.id),
        lambda: readable.request_stop(run.id, now=2.0),
        lambda: readable.enqueue(preset("gru"), now=2.0),
        lambda: readable.studies.delete("x"),
        lambda: readable.expected.put(preset("gru"), now=2.0),
        lambda: readable.workers.register("w", now=2.0, limit=1),
        lambda: readable.claim_next("w", machine="m", now=2.0),
        readable.database.compact,
    ):
        with pytest.raises(ReadOnlyLab):
            change()
    readable.analyses.put(run.id, "dial", b"x", key="k")  # is not kept
    assert store.analyses.get(run.id, "dial", key="k") is None
    assert store.runs() == (run,)


def test_every_statement_that_writes_goes_through_the_closed_way():
    """No other code of the store begins a transaction that may write."""
    writers = [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "rnnlab" / "store").rglob("*.py"))
        if "(write=" in path.read_text()
    ]
    creates_or_upgrades_it = "rnnlab/store/opening.py"
    assert writers == ["rnnlab/store/database.py", creates_or_upgrades_it]
