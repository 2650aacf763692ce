"""The presenter's link: makes the browser that opens it the presenter's.

Its token is new each time the server starts. It stands behind the # of the link, which browsers
keep to themselves, so no log of a server or a proxy has it. The page behind the link hands it over
once, for a cookie that scripts cannot read and other sites' pages cannot send.
"""

import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path

import streamlit as st
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from rnnlab import home, sharing
from rnnlab.cli.output import say

PATH = "/present"
PAGE = Path(__file__).parent / "assets" / "present.html"
TOKEN = secrets.token_urlsafe(32)
STOP = f' <a href="{PATH}#stop" target="_self">Stop presenting</a>'
MOST_BYTES = 1_000  # of a token that is handed over


def routes() -> list[Route]:
    """Return the routes of the link's page, and of the token that it hands over."""
    return [
        Route(PATH, _page, methods=["GET"]),
        Route(PATH, _accept, methods=["POST"]),
        Route(PATH, _leave, methods=["DELETE"]),
    ]


def link(url: str) -> str:
    """Return the link, on a dashboard that is reached at `url`."""
    return f"{url}{PATH}#{TOKEN}"


def announce() -> None:
    """Tell whoever started the server where it is, and the link: on the terminal, else in a file.

    What is not a terminal may be a log.
    """
    scheme = "https" if st.get_option("server.sslCertFile") else "http"
    port = st.get_option("server.port")
    address = st.get_option("server.address") or sharing.ALL_ADDRESSES
    here = sharing.is_loopback(address) or address in sharing.EVERYWHERE
    url = sharing.url("localhost" if here else address, port, scheme=scheme)
    others = next(
        (name for name in st.get_option("server.allowedHosts") if not sharing.is_loopback(name)),
        address,
    )
    say(f"Others can watch at {sharing.url(others, port, scheme=scheme)}.")
    if sys.stderr.isatty():
        say(f"Your own link, which lets its browser train and change things: {link(url)}")
        return
    path = home.home() / "presenter-link"
    path.unlink(missing_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(f"{link(url)}\n")
    say(f"The link that lets its browser train and change things is in {path}.")


def holds_link(cookies: Mapping[str, str]) -> bool:
    """Return whether a browser with these cookies has opened the link."""
    return _is_token(cookies.get(_cookie(), ""))


def _cookie() -> str:
    """Return the cookie's name: browsers keep one set for all ports of a machine."""
    return f"rnnlab_presenter_{st.get_option('server.port')}"


def _is_token(text: str) -> bool:
    return secrets.compare_digest(text.encode(), TOKEN.encode())


async def _page(_: Request) -> Response:
    return FileResponse(PAGE, headers={"Cache-Control": "no-store"})


async def _accept(request: Request) -> Response:
    """Set the cookie of a browser that has the token."""
    token = b""
    async for part in request.stream():
        token += part
        if len(token) > MOST_BYTES:
            break
    if not _is_token(token.decode(errors="replace")):
        return Response(status_code=403)
    response = Response(status_code=204)
    response.set_cookie(
        _cookie(), TOKEN, httponly=True, samesite="strict", secure=request.url.scheme == "https"
    )
    return response


async def _leave(_: Request) -> Response:
    response = Response(status_code=204)
    response.delete_cookie(_cookie(), httponly=True, samesite="strict")
    return response
