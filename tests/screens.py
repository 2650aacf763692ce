"""Pages opened as `AppTest` runs them, within the app."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

APP = str(Path(__file__).resolve().parents[1] / "app.py")


def open_run(run_id: str) -> AppTest:
    """The page of a run."""
    at = AppTest.from_file(APP, default_timeout=120).run()
    at.query_params["run"] = run_id
    return at.switch_page("pages/run.py").run()


def words(at: AppTest) -> str:
    """All HTML and Markdown of a page without an error."""
    assert not at.exception
    return " ".join([h.proto.body for h in at.html] + [m.value for m in at.markdown])
