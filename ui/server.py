"""What the dashboard's server does beside running pages.

It hands out plotly.js, and once the first page is on its way it imports what the other pages are
made of, so that a first comparison does not wait for it.
"""

import functools
import gzip
import importlib
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path

import plotly
import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from streamlit.runtime.pages_manager import PagesManager

# The browser keeps it for good; another version has another address.
PLOTLYJS = f"plotly-{version('plotly')}.js"
MODULES = (
    "plotly.graph_objs._figure",
    "ui.classify.model_cards",
    "ui.compare.quality",
    "ui.run.export",
)


def routes() -> list[Route]:
    """What the server answers beside Streamlit's own addresses."""
    return [Route(f"/{PLOTLYJS}", _plotlyjs)]


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
    """plotly.js, packed once: Streamlit's server would pack its 5 MB for each browser anew, and
    answer nobody meanwhile.
    """
    library = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    return gzip.compress(library.read_bytes(), 6)


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """From the start of the server to its end."""
    # Until `st.navigation` has run once in a server, Streamlit (1.67) takes a folder named "pages"
    # for its older kind of app and runs a page alone, without app.py, if its address comes first.
    PagesManager.uses_pages_directory = False
    yield


@functools.cache
def import_ahead() -> None:
    """Import in a thread what pages need; once in a process.

    Earlier, while the browser loads Streamlit's own files, it would hold these up by a second.
    """
    threading.Thread(target=lambda: [*map(importlib.import_module, MODULES)], daemon=True).start()
