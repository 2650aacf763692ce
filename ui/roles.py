"""Roles: who may change the lab, and the only way to change it.

A dashboard that is not shared belongs to whoever opens it. On a shared one everybody may watch;
only those who hold the presenter's link, or have logged in as an operator, may change anything.
That is asked on the server at each action, whatever the page showed.
"""

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Concatenate, ParamSpec

import streamlit as st
from streamlit.auth_util import get_secrets_auth_section

from rnnlab.config import RunConfig
from rnnlab.errors import InvalidField, NotAllowed, RnnlabError
from rnnlab.lab import Lab
from rnnlab.owners import MAX_OWNER
from rnnlab.sharing import is_shared
from rnnlab.store import RunStore
from ui import presenter, reader, theme

OPERATORS = "RNNLAB_OPERATORS"
Arguments = ParamSpec("Arguments")


def may_change() -> bool:
    """Return whether this viewer may train, and change what is in the lab."""
    return not is_shared() or may_change_as(st.context.cookies, st.user.to_dict())


def may_change_as(cookies: Mapping[str, str], user: Mapping[str, Any]) -> bool:
    """Return whether somebody with these cookies and this login may change a shared lab."""
    return presenter.holds_link(cookies) or is_operator(user)


def is_operator(user: Mapping[str, Any]) -> bool:
    """Return whether somebody has logged in as one of `RNNLAB_OPERATORS`.

    An entry with an @ is an e-mail address, which the provider must have verified; any other is the
    provider's own id of a user (`sub`).
    """
    if user.get("is_logged_in") is not True:
        return False
    email = str(user.get("email", "")).lower() if user.get("email_verified") is True else ""
    subject = str(user.get("sub", ""))
    return any(
        name == email if "@" in name else name == subject
        for name in (entry.strip() for entry in os.environ.get(OPERATORS, "").split(","))
        if name
    )


def writable_lab() -> Lab:
    """Return the lab with all that changes it. Raises NotAllowed for viewers who may only watch.

    What it queues belongs to whoever has logged in, else to who runs the server.
    """
    if not may_change():
        raise NotAllowed(
            "You are watching: only whoever presents may change anything here. Open the "
            "presenter’s link, or log in as an operator"
        )
    lab = reader.whole_lab()
    if is_shared() and st.user.to_dict().get("is_logged_in"):
        with suppress(InvalidField):  # a name that cannot be seen
            return lab.of(_user_name()[:MAX_OWNER])
    return lab


def store() -> RunStore:
    """Return the store to analyse runs with; it keeps analyses of those who may change the lab."""
    return writable_lab().store if may_change() else reader.get_lab().store


def attempt(
    action: Callable[Concatenate[Lab, Arguments], object],
    *values: Arguments.args,
    **named: Arguments.kwargs,
) -> bool:
    """Change the lab, if this viewer may; return whether it succeeded.

    `action` is a method of Lab, or takes the lab first. Its RnnlabError is shown on the page.
    """
    try:
        action(writable_lab(), *values, **named)
    except RnnlabError as error:
        theme.error(error)
        return False
    reader.get_reader().snapshot(fresh=True)
    return True


def prewarm(config: RunConfig, *, workers: int = 1) -> None:
    """Have workers warm up for a run that this viewer may queue next, if they may."""
    if may_change():
        writable_lab().prewarm(config, workers=workers)


def show() -> None:
    """Say on a shared dashboard what this viewer may do, and offer to log in or to stop presenting.

    Draws nothing on one that is not shared.
    """
    if not is_shared():
        return
    with st.container(
        key="lab_role", horizontal=True, vertical_alignment="center", width="content", gap="small"
    ):
        if presenter.holds_link(st.context.cookies):
            st.html(_line("co_present", "You are presenting", presenter.STOP))
        elif st.user.to_dict().get("is_logged_in"):
            changes = is_operator(st.user.to_dict())
            words = "You may change things" if changes else "You are watching"
            symbol = "co_present" if changes else "visibility"
            st.html(_line(symbol, f"{words}, logged in as {_user_name()}"))
            if st.button("Log out", type="tertiary", key="lab_log_out"):
                st.logout()
        else:
            st.html(_line("visibility", "You are watching"))
            if _can_log_in() and st.button("Log in", type="tertiary", key="lab_log_in"):
                st.login()


def _line(symbol: str, words: str, rest: str = "") -> str:
    return (
        f'<span class="lab-role">{theme.icon(symbol)}<span>{theme.text(words)}</span>{rest}</span>'
    )


def _can_log_in() -> bool:
    return bool(os.environ.get(OPERATORS) and get_secrets_auth_section())


def _user_name() -> str:
    user = st.user.to_dict()
    return str(user.get("email") or user.get("name") or user.get("sub"))


def button(label: str, **options: Any) -> bool:
    """Draw a button that changes the lab, for those who may; return whether it was clicked."""
    return may_change() and st.button(label, **options)
