"""Pages opened as `AppTest` runs them, within the app."""

import json
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


def open_lab() -> AppTest:
    """The Lab page."""
    return AppTest.from_file(APP, default_timeout=120).run()


def lab_words(at: AppTest) -> str:
    """All HTML and headings of a page without an error."""
    assert not at.exception
    return " ".join([h.proto.body for h in at.html] + [s.value for s in at.subheader])


def links(at: AppTest) -> list[str]:
    """The labels of the links to other pages, as Markdown."""
    return [link.proto.label for link in at.get("page_link")]


def curves(at: AppTest) -> list[str]:
    """The names of the runs whose validation curves the first chart shows, in order."""
    traces = json.loads(figures(at)[0])["data"]
    return [
        trace["name"].removesuffix(", validation")
        for trace in traces
        if trace.get("name", "").endswith(", validation") and trace.get("x")
    ]


def figures(at: AppTest) -> list[str]:
    """The charts that the browser gets, as JSON."""
    assert not at.exception
    sent = [json.loads(one.proto.json) for one in at.get("bidi_component") if one.proto.json]
    return [data["figure"] for data in sent]
