"""In which order tests run, and in which of the processes of `make test`."""

import pytest
from xdist.scheduler import LoadScopeScheduling

from tests.dashboard import CHROMIUM

# How the names of tests begin that go to one process, by what they share. Those with `working_home`
# share `keras_outside` too.
TOGETHER = {
    "browser": ("tests/browser/", "tests/package/"),
    "working_home": (
        "tests/export/test_keras_files.py",
        "tests/export/test_linear_script.py::test_script_fits",
        "tests/export/test_linear_script.py::test_fit_repeated",
        "tests/export/test_notebook.py::test_everything_is_packed",
        "tests/models/test_models.py::test_saved_model",
        "tests/worker/test_runs_in_turn.py",
    ),
    "lone worker": ("tests/worker/test_lone_worker.py",),
}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Longest first: browser tests, then training, then the rest.

    Where there is no browser its tests are skipped; make test prints the reason last.
    """
    reason = "no Chromium here: apt-get install chromium-headless-shell runs this test"
    skip = pytest.mark.skip(reason=reason)
    for item in items:
        if "browser" in item.keywords and not CHROMIUM:
            item.add_marker(skip)
    items.sort(key=lambda item: [mark not in item.keywords for mark in ("browser", "slow")])


class SharedTogether(LoadScopeScheduling):
    """Each test goes to the next free process, but those that share what takes long to the same.

    Browser tests all to one: they wait much.
    """

    def _split_scope(self, nodeid):
        return next(
            (name for name, starts in TOGETHER.items() if nodeid.startswith(starts)), nodeid
        )


def pytest_xdist_make_scheduler(config, log):
    """Take this in place of xdist's own with `--dist loadscope`."""
    return SharedTogether(config, log) if config.getoption("dist") == "loadscope" else None
