"""Pages opened as `AppTest` runs them, within the app."""

import json
import re
from pathlib import Path

from streamlit.testing.v1 import AppTest

from rnnlab.config import preset
from rnnlab.inference.classify import Classifier, classify
from rnnlab.runs import Run
from rnnlab.store import RunStore
from tests.labs import trained

ROOT = Path(__file__).resolve().parents[1]
APP = str(ROOT / "app.py")


def open_page(name: str, **parameters: str) -> AppTest:
    """A page that is the first of its session, as it is opened by its URL."""
    at = AppTest.from_file(APP, default_timeout=120).switch_page(f"pages/{name}.py")
    at.query_params.update(parameters)
    return at.run()


def open_run(run_id: str) -> AppTest:
    """The page of a run."""
    return open_page("run", run=run_id)


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
    return [data["figure"] for data in sent if "figure" in data]


def seeds_of(store: RunStore, arch: str, number: int = 3, **ways) -> list[Run]:
    """As many trained runs of a preset that differ in seed alone."""
    return [trained(store, preset(arch, seed=seed), **ways) for seed in range(1, number + 1)]


def probabilities(store: RunStore, runs: list[Run], text: str) -> list[float]:
    """What each run says of a text, one forward pass at a time."""
    classifiers = [Classifier.load(store, run) for run in runs]
    return [result.probability for result in classify(text, classifiers)]


def picked(at: AppTest) -> list[str]:
    """The names on the cards."""
    return re.findall('class="lab-name">(.*?)</span>', classify_html(at))


def open_classify(words: str | None = None, **url) -> AppTest:
    at = AppTest.from_file(str(ROOT / "pages" / "classify.py"), default_timeout=120)
    for name, value in url.items():
        at.query_params[name] = value
    at.run()
    if words is not None:
        at.session_state["classify_text"] = words
        at.run()
    return at


def classify_html(at: AppTest) -> str:
    """All HTML of the page but its style sheets."""
    parts = (element.proto.body for element in at.get("html"))
    return " ".join(part for part in parts if "<style>" not in part)


def messages(elements) -> str:
    return " ".join(element.value for element in elements)
