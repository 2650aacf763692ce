"""What the dashboard's server does beside running pages.

It serves plotly.js, looks after the lab whether or not anybody watches, and ends in time. Once the
first page is on its way, it imports the modules of the other pages, so that a first comparison does
not wait for them.
"""

import asyncio
import faulthandler
import functools
import gzip
import importlib
import logging
import signal
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import FrameType

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from streamlit import config
from streamlit.runtime.pages_manager import PagesManager

from rnnlab import home, imports, sharing
from rnnlab.charts import plotlyjs
from rnnlab.errors import RnnlabError
from ui import presenter, sessions
from ui.frames import ReadableFrames
from ui.guard import Guard
from ui.limits import Limits

log = logging.getLogger(__name__)

# Browsers cache it for a year: another version has another address.
PLOTLYJS = f"plotly-cartesian-{plotlyjs.VERSION}.js"
LOOK_EVERY_S = 2.0
GUESS_S = 60.0  # an older guess is none of a page that was opened as the server started
END_WITHIN_S = 5.0
MODULES = (
    "plotly.graph_objs._figure",
    "scipy.stats",  # scipy imports it where it is first used
    "ui.classify.model_cards",
    "ui.compare.quality",
    "ui.run.export",
)


def routes() -> list[Route]:
    """Return the routes that the server has beside Streamlit's own."""
    shared = presenter.routes() if sharing.is_shared() else []
    return [Route(f"/{PLOTLYJS}", _plotlyjs), *shared]


def middleware() -> list[Middleware]:
    """Return what each request passes through first."""
    return [Middleware(Guard), Middleware(Limits), Middleware(ReadableFrames)]


def check_sharing() -> None:
    """End the process where others could reach a server that is not shared on purpose.

    A shared one also answers to this machine's own names and addresses.
    """
    hosts = st.get_option("server.allowedHosts")
    try:
        sharing.check(st.get_option("server.address"), hosts)
        if sharing.is_shared():
            config.set_option("server.allowedHosts", [*hosts, *sharing.own_names()])
    except RnnlabError as error:
        sys.exit(f"rnnlab: {error}")


async def _plotlyjs(_: Request) -> Response:
    return Response(
        await run_in_threadpool(_compressed),
        media_type="text/javascript",
        headers={
            "Content-Encoding": "gzip",
            "Cache-Control": "public, max-age=31536000, immutable",
        },
    )


@functools.cache
def _compressed() -> bytes:
    """Compress plotly.js once in a process.

    Streamlit's server would compress it anew for each browser, and answer nobody meanwhile.
    """
    return gzip.compress(plotlyjs.PATH.read_bytes(), 6)


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Prepare the server; it runs until this ends."""
    # Until `st.navigation` has run once in a server, Streamlit (1.67) takes a folder named "pages"
    # for its older kind of app and runs a page alone, without app.py, if its address comes first.
    PagesManager.uses_pages_directory = False
    if threading.current_thread() is threading.main_thread():
        _end_in_time()
    sessions.install()
    if sharing.is_shared():
        presenter.announce()
    looking = asyncio.create_task(_look_after())
    yield
    looking.cancel()


def _end_in_time() -> None:
    """Exit `END_WITHIN_S` after a signal to end, whatever is still open; log what was.

    The server waits without limit for a browser to take what was sent to it. Nothing is lost: each
    change of the lab is a transaction.
    """
    for number in (signal.SIGTERM, signal.SIGINT):
        handler = signal.getsignal(number)

        def end(number: int, frame: FrameType | None, handler: object = handler) -> None:
            faulthandler.dump_traceback_later(END_WITHIN_S, exit=True)
            if callable(handler):
                handler(number, frame)

        signal.signal(number, end)


async def _look_after() -> None:
    await asyncio.sleep(LOOK_EVERY_S)
    await run_in_threadpool(prestart)
    while True:
        sessions.end_left()
        await run_in_threadpool(reconcile)
        await asyncio.sleep(LOOK_EVERY_S)


def prestart() -> None:
    """Start a first worker and have it warm up for what an open page shows: `RNNLAB_PRESTART`.

    For the form's defaults where no page has been opened yet.
    """
    from rnnlab.config import RunConfig
    from ui import reader

    try:
        if home.number("RNNLAB_PRESTART", 1, low=0, high=1):
            lab = reader.whole_lab()
            guess = lab.store.expected.get(since=lab.store.now() - GUESS_S)
            lab.prewarm(guess or RunConfig())
    except RnnlabError as error:
        log.debug("no first worker is started: %s", error)


def reconcile() -> None:
    """Reconcile the lab as viewers do; a lab that cannot be used is the pages' to report."""
    from ui import reader

    try:
        reader.whole_lab().reconcile()
    except (RnnlabError, OSError) as error:
        log.debug("the lab cannot be looked after: %s", error)


@functools.cache
def import_ahead() -> None:
    """Import what pages need, in a thread; once in a process.

    Done earlier, it would hold up Streamlit's own files by a second.
    """
    threading.Thread(target=_import_modules, daemon=True).start()


def _import_modules() -> None:
    with imports.uncollected():
        for module in MODULES:
            importlib.import_module(module)
