"""What the dashboard's server hands out beside pages."""

import gzip
from concurrent.futures import ThreadPoolExecutor

import anyio
from plotly.offline import get_plotlyjs

from ui import server


def test_plotlyjs_is_the_installed_one_and_kept_by_browsers():
    (route,) = server.routes()
    with ThreadPoolExecutor() as pool:  # Playwright leaves an event loop in the tests' thread
        answer = pool.submit(anyio.run, route.endpoint, None).result()
    assert route.path == f"/{server.PLOTLYJS}"
    assert gzip.decompress(answer.body).decode() == get_plotlyjs()
    assert answer.headers["content-encoding"] == "gzip"
    assert "immutable" in answer.headers["cache-control"]
