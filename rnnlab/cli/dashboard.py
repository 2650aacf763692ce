"""The command that opens the dashboard: finds its files, its port and a browser.

Streamlit's server runs in this process, so Ctrl-C ends one process. Streamlit is imported by
`dashboard` alone; the other commands start without it.
"""

import argparse
import os
import socket
import sys
import threading
import time
import webbrowser
from pathlib import Path

import rnnlab
from rnnlab import home
from rnnlab.cli.output import say
from rnnlab.errors import RnnlabError
from rnnlab.field import Field

DEFAULT_PORT = 8501
LAST_PORT = 65_535
HOST = "localhost"
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
    check_port(port)
    url = f"http://localhost:{port}"
    say(f"The dashboard is at {url}. Press Ctrl-C to stop it; training goes on in the background.")
    if has_display():
        threading.Thread(target=_open_when_ready, args=(url, port), daemon=True).start()
    # Streamlit reads `.streamlit/config.toml` beside the script last, so it applies whichever
    # folder this was started in.
    from click.exceptions import Abort
    from streamlit.web import cli

    flags = ["--server.port", str(port), "--logger.hideWelcomeMessage", "true"]
    try:
        cli.main(["run", str(app), *flags], prog_name="streamlit", standalone_mode=False)
    except Abort as error:  # what click makes of Ctrl-C
        raise KeyboardInterrupt from error
    return 0


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


def check_port(port: int) -> None:
    """Raise RnnlabError if the dashboard cannot listen on this port."""
    with socket.socket() as probe:
        if os.name == "posix":  # a port that was just given up is free, as for the server itself
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError as error:
            raise RnnlabError(
                f"port {port} is reserved by the system: choose one above 1023 with --port"
            ) from error
        except OSError as error:
            other = port + 1 if port < LAST_PORT else DEFAULT_PORT
            raise RnnlabError(
                f"port {port} is already in use, perhaps by another dashboard: stop that program, "
                f"or choose another port, for example `rnnlab dashboard --port {other}`"
            ) from error


def has_display() -> bool:
    """Return whether a browser window can open here: on Linux only in a graphical session."""
    if not sys.platform.startswith("linux"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))


def _open_when_ready(url: str, port: int) -> None:
    """Open the page as soon as the server answers; give up after `START_TIMEOUT_S`."""
    end = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < end:
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            webbrowser.open(url)
            return
