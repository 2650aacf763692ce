"""A server that browser tests share."""

import pytest

from tests.dashboard import serving


@pytest.fixture(scope="session")
def empty_server(tmp_path_factory, caches):
    """A dashboard server on a lab that is empty and stays so."""
    home = caches.link(tmp_path_factory.mktemp("empty") / "home")
    with serving(home, home.parent / "server.log") as server:
        yield server
