"""`rnnlab dashboard`: where it is found, which port it takes, and that it serves the page."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress

import psutil
import pytest

import rnnlab
from rnnlab import sharing
from rnnlab.cli import dashboard, main
from rnnlab.errors import RnnlabError
from tests.dashboard import ROOT

START_TIMEOUT_S = 120


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def started(tmp_path):
    """A dashboard that was started from the checkout in an empty folder, and its port."""
    port = free_port()
    folder = tmp_path / "empty"
    folder.mkdir()
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    for name in ("RNNLAB_HOME", "DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        environment.pop(name, None)
    process = subprocess.Popen(
        [sys.executable, "-m", "rnnlab", "dashboard", "--port", str(port), "--home", "lab"],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    yield process, port, folder
    process.kill()
    process.wait()


def get(url):
    """Return the answer of a server that is starting."""
    end = time.monotonic() + START_TIMEOUT_S
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return answer.read().decode()
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


@pytest.mark.slow
def test_page_is_served_from_an_empty_folder_with_the_config_and_ends_at_ctrl_c(started):
    process, port, folder = started
    assert "Streamlit" in get(f"http://localhost:{port}")
    assert [path.name for path in folder.iterdir()] == ["lab"]
    listening = {
        connection.laddr.ip
        for connection in psutil.Process(process.pid).net_connections()
        if connection.status == psutil.CONN_LISTEN
    }
    assert listening <= {"127.0.0.1", "::1"} and listening
    process.send_signal(signal.SIGINT)
    shown, _ = process.communicate(timeout=20)
    assert process.returncode in (0, 130)
    assert f"The dashboard is at http://localhost:{port}." in shown
    assert "Traceback" not in shown


def test_port_in_use_is_named_with_the_next_free_one(lab_home, capsys):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with socket.socket() as neighbour:
            with suppress(OSError):  # taken by another program: taken all the same
                neighbour.bind(("127.0.0.1", port + 1))
                neighbour.listen()
            assert main(["dashboard", "--port", str(port)]) == 2
    error = capsys.readouterr().err
    assert f"port {port} is already in use" in error
    free = int(re.search(r"take port (\d+)", error)[1])
    assert free > port + 1
    assert f"`rnnlab dashboard --port {free}` or `make run PORT={free}`" in error
    dashboard.check_port(free)


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--address", "0.0.0.0"], "--address must be localhost without --share, got '0.0.0.0'"),
        (["--host", "lab.example"], "--host must be left out without --share, got 'lab.example'"),
        (["--share", "--host", "http://lab"], "--host must be a name or an address alone"),
        (["--share", "--address", "192.0.2.99"], "cannot listen on 192.0.2.99"),
    ],
)
def test_listening_for_others_takes_share_and_names(lab_home, capsys, monkeypatch, flags, message):
    monkeypatch.setenv(sharing.SHARE, "0")  # put back once --share has set it
    assert main(["dashboard", "--port", str(free_port()), *flags]) == 2
    assert message in capsys.readouterr().err


@pytest.mark.slow
def test_streamlit_listens_for_others_only_where_that_is_meant(tmp_path):
    """Whoever starts the dashboard without `rnnlab dashboard` is told the same."""
    flags = ["--server.port", str(free_port()), "--server.address", "0.0.0.0"]
    refused = subprocess.run(
        [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), *flags],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "RNNLAB_HOME": str(tmp_path / "lab")},
        capture_output=True,
        text=True,
        timeout=START_TIMEOUT_S,
    )
    assert refused.returncode == 1
    assert "rnnlab: server.address must be localhost, got '0.0.0.0'" in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize("port", ["0", "65536", "x", "80.5", ""])
def test_bad_port_is_bad_usage(lab_home, capsys, port):
    assert main(["dashboard", "--port", port]) == 2
    assert "port must be 1–65535" in capsys.readouterr().err


def test_home_that_cannot_be_made_is_refused(lab_home, tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert main(["dashboard", "--home", str(tmp_path / "file" / "lab")]) == 2
    assert "RNNLAB_HOME must be a folder" in capsys.readouterr().err


def test_script_lies_beside_the_package_in_a_checkout():
    assert dashboard.app_path() == ROOT / "app.py"


def test_script_lies_inside_an_installed_package(tmp_path, monkeypatch):
    package = tmp_path / "site-packages" / "rnnlab"
    (package / "dashboard" / "pages").mkdir(parents=True)
    (package / "dashboard" / "app.py").write_text("")
    monkeypatch.setattr(rnnlab, "__file__", str(package / "__init__.py"))
    assert dashboard.app_path() == package / "dashboard" / "app.py"


def test_missing_script_is_an_error_that_says_where_it_looked(tmp_path, monkeypatch):
    monkeypatch.setattr(rnnlab, "__file__", str(tmp_path / "rnnlab" / "__init__.py"))
    with pytest.raises(RnnlabError, match=r"looked in .*: reinstall rnnlab"):
        dashboard.app_path()


@pytest.mark.parametrize(("variable", "opens"), [("DISPLAY", True), ("", False)])
def test_browser_opens_only_where_there_is_a_display(monkeypatch, variable, opens):
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    if variable:
        monkeypatch.setenv(variable, ":0")
    assert dashboard.has_display() is opens


def test_home_of_a_user_that_does_not_exist_is_refused(cli, monkeypatch):
    monkeypatch.setenv("RNNLAB_HOME", "~nobody-of-that-name/lab")
    code, _, err = cli("runs")
    assert code == 2
    assert "RNNLAB_HOME must be a folder, got ~nobody-of-that-name/lab" in err


@pytest.mark.parametrize("name", ["a b", "a#b", "50%25", "why?", "été 映画", "a&b=c;d"])
def test_home_may_have_any_name(cli, monkeypatch, tmp_path, name):
    monkeypatch.setenv("RNNLAB_HOME", str(tmp_path / name))
    assert cli("runs")[0] == 0
    assert (tmp_path / name / "lab.db").is_file()


def test_home_whose_name_is_not_utf_8_is_refused(cli, monkeypatch, tmp_path):
    monkeypatch.setenv("RNNLAB_HOME", os.fsdecode(bytes(tmp_path) + b"/caf\xe9"))
    code, _, err = cli("runs")
    assert code == 2
    assert "must be a folder whose path is UTF-8" in err
    assert r"caf\udce9: rename the folder" in err
    assert list(tmp_path.iterdir()) == []
