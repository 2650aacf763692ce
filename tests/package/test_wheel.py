"""The wheel: what `pip install .` gives, in an environment that knows nothing of this checkout."""

import json
import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

import rnnlab
from tests.dashboard import serving

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")  # the browser test is far from the others
def installed(tmp_path_factory):
    """The `bin` folder of a new environment with the wheel in it.

    The packages that rnnlab needs are those of the tests' own environment, named in a .pth file;
    rnnlab itself comes from the wheel alone.
    """
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*build, "--wheel-dir", str(folder), str(ROOT)], check=True)
    (wheel,) = folder.glob("rnnlab-*.whl")
    environment = folder / "venv"
    venv.create(environment, with_pip=False)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    packages = environment / "lib" / version / "site-packages"
    python = environment / "bin" / "python"
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"]
    subprocess.run([*install, "--no-deps", str(wheel)], check=True)
    (packages / "needed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return environment / "bin"


def environment(home):
    """An environment in which nothing points at this checkout."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return {**kept, "RNNLAB_HOME": str(home)}


def run(installed, home, *arguments, cwd):
    return subprocess.run(
        [str(installed / "rnnlab"), *arguments],
        cwd=cwd,
        env=environment(home),
        capture_output=True,
        text=True,
        check=False,
    )


def test_command_tells_its_version(installed, tmp_path):
    done = run(installed, tmp_path / "home", "--version", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, f"rnnlab {rnnlab.__version__}\n")


def test_package_is_the_wheels_and_lists_its_requirements(installed, tmp_path):
    code = (
        "import importlib.metadata, rnnlab\n"
        "print(rnnlab.__file__)\n"
        "print(*importlib.metadata.requires('rnnlab'), sep='\\n')\n"
    )
    done = subprocess.run(
        [str(installed / "python"), "-c", code],
        cwd=tmp_path,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=True,
    )
    file, *requirements = done.stdout.split("\n")[:-1]
    assert Path(file).is_relative_to(installed.parent)
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    needed = {line.split("#")[0].strip() for line in lines} - {""}
    assert {line for line in requirements if "extra ==" not in line} == needed
    assert {line.split("==")[0] for line in requirements} - {
        line.split("==")[0] for line in needed
    } == {"authlib", "httpx2", "kiwipiepy", "psycopg[binary]", "ray"}  # those of the extras


def test_runs_that_come_with_rnnlab_are_in_the_wheel(installed, tmp_path):
    code = (
        "from rnnlab.learn.examples import shipped; from rnnlab.starters import package\n"
        "print(len(shipped().examples), len(package.load()))"
    )
    done = subprocess.run(
        [str(installed / "python"), "-c", code],
        cwd=tmp_path,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["23", "16"]


@pytest.mark.browser
def test_dashboard_starts_in_an_empty_folder_and_its_workers_start(installed, tmp_path, page):
    folder = tmp_path / "empty"
    folder.mkdir()
    options = {
        "command": (str(installed / "rnnlab"), "dashboard", "--home", "lab", "--port"),
        "folder": folder,
        "environment": environment(tmp_path),
    }
    with serving(folder / "lab", tmp_path / "server.log", **options) as server:
        page.goto(server.url)
        page.get_by_role("button", name="Train the four tutorial models").wait_for(timeout=60_000)
        page.get_by_role("link", name="Classify").click()
        page.get_by_role("heading", name="Classify").wait_for(timeout=60_000)
        trained = run(
            installed,
            folder / "lab",
            *("train", "--preset", "tfidf-logreg", "--vocab-size", "500", "--json"),
            cwd=folder,
        )
        assert json.loads(trained.stdout)["state"] == "finished", trained.stderr
        page.reload()  # a page at rest asks for nothing, so it does not know of this run yet
        page.locator(".model-card").wait_for(timeout=60_000)
