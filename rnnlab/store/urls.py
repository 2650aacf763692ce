"""The URL of a store: which databases it may name, and how it is shown without its password."""

import importlib.util

import sqlalchemy as sa

from rnnlab.errors import StoreError

DRIVER = "postgresql+psycopg"
EXAMPLE = f"{DRIVER}://user:password@host/database"
HIDDEN = "***"


def shown(url: str | sa.URL) -> str:
    """Return a store's URL as anybody may see it: without a password, wherever that stands."""
    parsed = _parsed(url) if isinstance(url, str) else url
    if parsed is None:  # it may hold the password anywhere
        scheme, separator, rest = str(url).partition("://")
        return f"{scheme}://{HIDDEN}" if separator and set(rest) & set("@:") else str(url)
    secret = {key: HIDDEN for key in parsed.query if "pass" in key.lower()}
    return parsed.update_query_dict(secret).render_as_string(hide_password=True)


def without_password(text: str, url: sa.URL) -> str:
    """Return what another program says of a store, without the password of its URL."""
    values = [url.password, *(value for key, value in url.query.items() if "pass" in key.lower())]
    for value in values:
        if isinstance(value, str) and value:
            text = text.replace(value, HIDDEN)
    return text


def checked_url(url: str) -> sa.URL:
    """Return a store's URL once it names a database that a store can be kept in.

    Raises StoreError, which says what is wrong with it.
    """
    cannot = f"the store {shown(url)} cannot be opened"
    parsed = _parsed(url)
    if parsed is None and "://" in url:
        raise StoreError(
            f"{cannot}, because its URL cannot be read: write RNNLAB_STORE as {EXAMPLE}, and in a "
            "password @ as %40 and % as %25"
        )
    if parsed is None:
        raise StoreError(
            f"{cannot}, because this is no URL: set RNNLAB_STORE to sqlite:////path/to/lab.db or "
            f"{EXAMPLE}, or unset it to use RNNLAB_HOME"
        )
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername=DRIVER)
    if parsed.drivername not in ("sqlite", "sqlite+pysqlite", DRIVER):
        wanted = f"{DRIVER}:// instead of {parsed.drivername}://"
        if not parsed.drivername.startswith(("postgres", "psycopg", "pg")):
            wanted = f"sqlite:////path/to/lab.db or {EXAMPLE}"
        raise StoreError(
            f"{cannot}, because rnnlab keeps a store in SQLite, or in PostgreSQL by psycopg: set "
            f"RNNLAB_STORE to {wanted}"
        )
    if parsed.drivername == DRIVER and importlib.util.find_spec("psycopg") is None:
        raise StoreError(f"{cannot}, because a package is missing: run pip install 'rnnlab[team]'")
    return parsed


def _parsed(url: str) -> sa.URL | None:
    """Return a URL's parts; None where it has none, or a password is taken for another part."""
    try:
        parsed = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError):
        return None
    if parsed.drivername.startswith("sqlite"):
        return parsed
    return None if "@" in f"{parsed.host}{parsed.database}" else parsed
