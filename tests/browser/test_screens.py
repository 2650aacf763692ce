"""All pages in Chromium, in both themes: readable by everybody, and styled where it is meant."""

import threading
import time
from importlib.resources import files
from typing import NamedTuple

import pytest

from rnnlab.config import preset
from rnnlab.runs import RunState
from rnnlab.store import RunStore
from rnnlab.study import plan
from tests import labs
from tests.dashboard import serving
from ui import assets

pytestmark = pytest.mark.browser

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

# The selectors of a style sheet, one by one; without what is not in the document's tree.
SELECTORS = """(css) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  const selectors = (rules) => [...rules].flatMap((rule) =>
    rule.selectorText
      ? rule.selectorText.split(/,(?![^(]*[)])/).map((selector) =>
          selector.trim().replace(/::[a-z]+|:hover|:focus-visible/g, ":not(x)")
            .replace('[data-stale="true"]', "[data-stale]"))
      : selectors(rule.cssRules));
  return selectors(sheet.cssRules);
}"""
MATCHING = "(all) => all.filter((selector) => document.querySelector(selector))"


class Screen(NamedTuple):
    """A page's path, and a selector of what is on it once it is drawn."""

    path: str
    drawn: str


SCREENS = {
    "lab": Screen("/", "[data-testid=stDataFrame]"),
    "train": Screen("/train", ".read-words"),
    "compare curves": Screen("/compare?tab=Curves", "[role=tabpanel] .lab-chart .main-svg"),
    "compare quality": Screen("/compare?tab=Quality", ".cmp-matrix"),
    "compare cost": Screen("/compare?tab=Cost", ".cmp-costs"),
    "compare differences": Screen(
        "/compare?tab=Differences", "[role=tabpanel] [data-testid=stDataFrame]"
    ),
    "compare disagreements": Screen("/compare?tab=Disagreements", ".dis-bar"),
    "compare export": Screen("/compare?tab=Export", "[data-testid=stDownloadButton]"),
    "classify": Screen("/classify", ".model-card"),
    "run": Screen("/run?run={ended}", ".lab-layers"),
    "run in training": Screen("/run?run={running}", ".lab-bar"),
    "studies": Screen("/study", ".st-key-study_tune"),
    "study": Screen("/study?study={study}", ".study-table"),
    "study in search": Screen("/study?study={searching}", ".study-progress"),
}


@pytest.fixture(scope="module")
def screens(tmp_path_factory):
    """A server, and the paths of its pages; its lab holds runs in every state.

    This process is the worker of the running one, and no other may start.
    """
    folder = tmp_path_factory.mktemp("screens")
    home = folder / "home"
    home.mkdir()
    labs.encode_reviews(home)
    done = threading.Event()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RNNLAB_HOME", str(home))
        patch.setenv("RNNLAB_WORKERS", "1")
        store = RunStore(f"sqlite:///{home / 'lab.db'}")
        labs.be_the_worker(store)

        def live():
            while not done.wait(1.0):
                labs.be_the_worker(store)

        heart = threading.Thread(target=live)
        heart.start()
        spec = plan.make_spec(
            [preset("lstm"), preset("gru")], grid={"learning_rate": (1e-4, 1e-3)}, seeds=2
        )
        study = labs.finish_study(store, spec)
        runs = [
            labs.trained(store, preset(arch, seed=seed))
            for arch in ("lstm", "gru", "embedding-rnn")
            for seed in (1, 2, 3)
        ]
        labs.trained(store, preset("onehot-rnn"), state=RunState.STOPPED)
        labs.failed_run(store)
        running = labs.running_run(store, preset("gru"))
        store.enqueue(preset("lstm", seed=9), now=time.time())
        spec = plan.make_spec([preset("onehot-rnn"), preset("feedforward")])
        searching = store.studies.create(spec, plan.search_configs(spec), now=time.time())
        ids = {"ended": runs[0].id, "running": running.id}
        ids |= {"study": study.id, "searching": searching.id}
        with serving(home, folder / "server.log") as server:
            yield {name: server.url + screen.path.format(**ids) for name, screen in SCREENS.items()}
        done.set()
        heart.join()
        store.close()


def show(page, url: str, drawn: str) -> None:
    """Open the address, and wait until it is drawn and its script has ended."""
    page.goto(url)
    page.locator(drawn).first.wait_for()
    page.locator("[data-test-script-state=notRunning]").wait_for()
    page.wait_for_load_state("networkidle")  # Streamlit loads the code of widgets late


def violations(page) -> list[str]:
    """Return what axe finds on the page, as "rule: element" with what was measured."""
    page.evaluate(AXE)
    found = page.evaluate(
        "(tags) => axe.run(document, {runOnly: {type: 'tag', values: tags}, "
        "resultTypes: ['violations']})",
        WCAG,
    )
    return [
        f"{rule['id']}: {node['html'][:200]} {node['failureSummary'].splitlines()[-1].strip()}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", SCREENS)
def test_page_meets_wcag_22_aa(page, screens, name, theme):
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    show(page, screens[name], SCREENS[name].drawn)
    assert violations(page) == []


def test_empty_lab_meets_wcag_22_aa(page, server):
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        show(page, server.url, ".lab-empty")
        assert violations(page) == []


def test_each_selector_on_streamlits_inner_names_matches_something(page, screens):
    """`data-stale` is "true" for moments only: that the attribute is there is enough."""
    unmatched = set(page.evaluate(SELECTORS, assets.read("streamlit.css")))
    assert len(unmatched) > 10
    for name in ("lab", "train", "compare curves", "classify"):
        show(page, screens[name], SCREENS[name].drawn)
        unmatched -= set(page.evaluate(MATCHING, sorted(unmatched)))
    assert unmatched == set()
