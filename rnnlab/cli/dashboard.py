"""The command that opens the dashboard: finds its files, its address, its port and a browser.

Streamlit's server runs in this process, so Ctrl-C ends one process. Streamlit is imported by
`dashboard` alone; the other commands start without it.
"""

import argparse
import errno
import os
import socket
import sys
import threading
import time
import webbrowser
from contextlib import suppress
from pathlib import Path

import rnnlab
from rnnlab import home, sharing
from rnnlab.cli.output import say
from rnnlab.errors import InvalidField, RnnlabError
from rnnlab.field import Field

DEFAULT_PORT = 8501
LAST_PORT = 65_535
PORTS_TRIED = 100  # for one that is free
START_TIMEOUT_S = 60.0
PORT = Field(
    "port",
    int,
    "Port",
    "The port that the dashboard listens on.",
    1,
    LAST_PORT,
    if_above="choose a port in this range",
    if_below="choose a port in this range",
)


def dashboard(options: argparse.Namespace) -> int:
    """Serve the dashboard until Ctrl-C, and open it in a browser if there is a display."""
    port = DEFAULT_PORT if options.port is None else PORT.parse(options.port)
    app = app_path()
    if options.home is not None:
        os.environ["RNNLAB_HOME"] = str(Path(options.home).expanduser().absolute())
    home.home()  # raises here rather than on the page
    address = _address(options)
    check_port(port, address)
    own = sharing.is_loopback(address) or address in sharing.EVERYWHERE
    host = "localhost" if own else address
    url = sharing.url(host, port)
    say(f"The dashboard is at {url}. Press Ctrl-C to stop it; training goes on in the background.")
    if has_display():
        threading.Thread(target=_open_when_ready, args=(url, host, port), daemon=True).start()
    # Streamlit reads `.streamlit/config.toml` beside the script last, so it applies whichever
    # folder this was started in.
    from click.exceptions import Abort
    from streamlit.web import cli

    flags = ["--server.port", str(port), "--logger.hideWelcomeMessage", "true"]
    if sharing.is_shared():
        flags += ["--server.address", address]
        for name in (*sharing.LOOPBACK, *options.host):
            flags += ["--server.allowedHosts", name]
    try:
        cli.main(["run", str(app), *flags], prog_name="streamlit", standalone_mode=False)
    except Abort as error:  # what click makes of Ctrl-C
        raise KeyboardInterrupt from error
    return 0


def _address(options: argparse.Namespace) -> str:
    """Return where to listen. Raises InvalidField where others could come unless it is shared."""
    if options.share:
        os.environ[sharing.SHARE] = "1"
    remedy = "add --share, so that others can watch, and only you can change anything"
    if not sharing.is_shared():
        address = options.address or "localhost"
        if not sharing.is_loopback(address):
            raise InvalidField("--address", address, "localhost without --share", remedy)
        if options.host:
            raise InvalidField("--host", options.host[0], "left out without --share", remedy)
        return address
    for host in options.host:
        if not sharing.is_host(host):
            limit, remedy = "a name or an address alone", "leave out http://, the port and the path"
            raise InvalidField("--host", host, limit, remedy)
    return options.address or sharing.ALL_ADDRESSES


def app_path() -> Path:
    """Return the dashboard's script: inside the installed package, else beside it in a checkout.

    Raises RnnlabError where there is neither.
    """
    package = Path(rnnlab.__file__).resolve().parent
    for folder in (package / "dashboard", package.parent):
        if (folder / "app.py").is_file() and (folder / "pages").is_dir():
            return folder / "app.py"
    raise RnnlabError(
        f"the dashboard's files are missing, looked in {package / 'dashboard'} and "
        f"{package.parent}: reinstall rnnlab"
    )


def check_port(port: int, address: str = "localhost") -> None:
    """Raise RnnlabError if the dashboard cannot listen on this port of this address."""
    try:
        _listen(port, address)
    except PermissionError as error:
        raise RnnlabError(
            f"port {port} is reserved by the system: choose one above 1023 with --port"
        ) from error
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise RnnlabError(
                f"the dashboard cannot listen on {address} ({error.strerror}): choose an address "
                f"of this machine with --address"
            ) from error
        other = next_free_port(port, address)
        raise RnnlabError(
            f"port {port} is already in use, perhaps by another dashboard: stop that program, or "
            f"take port {other} with `rnnlab dashboard --port {other}` or `make run PORT={other}`"
        ) from error


def next_free_port(port: int, address: str = "localhost") -> int:
    """Return the first free port after this one; where none is near, the default."""
    for other in range(port + 1, min(port + PORTS_TRIED, LAST_PORT) + 1):
        with suppress(OSError):
            _listen(other, address)
            return other
    return DEFAULT_PORT


def _listen(port: int, address: str) -> None:
    """Listen on a port for a moment. Raises OSError where that is not possible."""
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as probe:
        if os.name == "posix":  # a port that was just given up is free, as for the server itself
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((address, port))


def has_display() -> bool:
    """Return whether a browser window can open here: on Linux only in a graphical session."""
    if not sys.platform.startswith("linux"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))


def _open_when_ready(url: str, host: str, port: int) -> None:
    """Open the page as soon as the server answers; give up after `START_TIMEOUT_S`."""
    end = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < end:
        try:
            socket.create_connection((host, port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            webbrowser.open(url)
            return
