"""The dashboard as a person meets it: a real server process and Chromium."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import MappingProxyType

import psutil

ROOT = Path(__file__).resolve().parents[1]
SHELL = shutil.which("chromium-headless-shell")
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), SHELL
)
FLAGS = [
    "--no-sandbox",  # Chromium refuses to sandbox for root, as which containers often run
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--process-per-site",
]
SITE = "http://localhost/"  # that of every server here, whatever its port
START_TIMEOUT_S = 180
STOP_TIMEOUT_S = 60
PATIENCE_MS = 120_000  # of the browser, where the machine does other things, too


_ports: list[int] = []


def free_port() -> int:
    """Return a port that is free, if possible one that an earlier server of this process had.

    At the same address, a browser finds the dashboard's scripts in its cache.
    """
    for port in (*_ports, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with suppress(OSError):
                probe.bind(("127.0.0.1", port))
                port = probe.getsockname()[1]
                if port not in _ports:
                    _ports.append(port)
                return port
    raise RuntimeError("no port is free")


class Server:
    """A dashboard server on a free port of this machine; `url` is its first page.

    It is the checkout's, unless a `command`, which is given the port, and its folder say otherwise.
    """

    COMMAND = (sys.executable, "-m", "streamlit", "run", "app.py", "--server.port")

    def __init__(
        self,
        home: Path,
        log: Path,
        *,
        command: Sequence[str] = COMMAND,
        folder: Path = ROOT,
        environment: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.home, self.log = home, log
        self._command, self._folder, self._environment = command, folder, environment
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*self._command, str(self.port)],
                cwd=self._folder,
                env={
                    **(self._environment or os.environ),
                    "RNNLAB_HOME": str(self.home),
                    "PYTHONFAULTHANDLER": "1",
                },
                stdout=log,
                stderr=log,
            )
        end = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < end and self.process.poll() is None:
            try:
                urllib.request.urlopen(self.url, timeout=1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError(f"the dashboard did not start:\n{self.log.read_text()}")

    def stop(self) -> None:
        """End the server; its workers go on, as they do for a person.

        Raises RuntimeError with the stack of each thread if it does not end.
        """
        self.process.terminate()
        try:
            self.process.wait(timeout=STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGABRT)
            self.process.wait()
            raise RuntimeError(f"the dashboard did not end:\n{self.log.read_text()}") from None

    def end_workers(self) -> None:
        """Kill every worker of the home."""
        for process in psutil.process_iter(["environ", "cmdline"]):
            environ, command = process.info["environ"] or {}, process.info["cmdline"] or []
            if environ.get("RNNLAB_HOME") == str(self.home) and "worker" in command:
                process.kill()


@contextmanager
def serving(home: Path, log: Path, **options):
    """A running `Server` on a lab home; it and its workers are gone afterwards."""
    server = Server(home, log, **options)
    server.start()
    try:
        yield server
    finally:
        server.stop()
        server.end_workers()


@contextmanager
def browsing(**options):
    """A Chromium browser through Playwright: a person's, if `options` name no other."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        options = {"executable_path": CHROMIUM, **options}
        browser = playwright.chromium.launch(args=FLAGS, **options)
        yield browser
        browser.close()


@contextmanager
def context_of(browser):
    """A context of pages at 1440×900, which share a cache of the dashboard's scripts.

    An empty page of the same site stays open, and with it the process in which all pages run the
    scripts: they are compiled once, which halves what a page costs.
    """
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(PATIENCE_MS)
    empty = context.new_page()
    empty.route(SITE, lambda route: route.fulfill(body=""))
    empty.goto(SITE)
    context.add_init_script(KEEP_TOASTS)
    yield context
    context.close()


@contextmanager
def page_of(context):
    """An empty page; an error of a script in it is an error here."""
    from playwright.sync_api import Error

    page = context.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    with suppress(Error):  # a page that is no site's has none
        page.evaluate("localStorage.clear()")
    page.close()
    context.clear_cookies()
    assert errors == []


def go(page, url: str) -> None:
    """Go to an address of the app, as Back and Forward do: nothing is loaded anew.

    A page of the app is open and drawn: one that is still loading would not notice.
    """
    page.evaluate(
        "url => (history.pushState(null, '', url), dispatchEvent(new PopStateEvent('popstate')))",
        url,
    )


def frames_sent(page) -> list:
    """What the page's WebSockets send from now on."""
    frames: list = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: frames.append(frame)))
    return frames


def wait_until_quiet(page, frames: list, *, quiet_ms: int = 3_000, timeout_s: float = 60) -> None:
    """Come back once nothing was sent for so long, as by a page that polls nothing."""
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        count = len(frames)
        page.wait_for_timeout(quiet_ms)
        if len(frames) == count:
            return
    raise AssertionError(f"the page still sends frames after {timeout_s:g} s")


# A toast is gone after four seconds, which a busy machine may be late for.
KEEP_TOASTS = """
window.toasts = [];
new MutationObserver(() => {
  for (const toast of document.querySelectorAll("[data-testid=stToast]")) {
    window.toasts.push(toast.innerText);
  }
}).observe(document, {childList: true, subtree: true, characterData: true});
"""


def wait_for_toast(page, text: str) -> None:
    """Come back once the page has shown a toast with this text, though it may be gone again."""
    page.wait_for_function("text => window.toasts.some(t => t.includes(text))", arg=text)
