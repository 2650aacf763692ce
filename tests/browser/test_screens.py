"""All pages in Chromium, in both themes: readable by everybody, and styled where it is meant."""

import functools
import threading
import time
from importlib.resources import files
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest

from rnnlab.config import preset
from rnnlab.runs import RunState
from rnnlab.store import RunStore
from rnnlab.study import plan
from tests import labs
from tests.dashboard import go, page_of, serving
from tests.sweeps import finished_sweep
from tests.sweeps import sweep as sweep_of
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


# Of the whole page in each theme, as in .streamlit/config.toml.
BACKGROUNDS = {"light": "rgb(255, 255, 255)", "dark": "rgb(15, 19, 27)"}


class Screen(NamedTuple):
    """A page's path, and a selector of what is on it once it is drawn.

    A screen is `loaded` where a session that has seen its page would not heed its address.
    """

    path: str
    drawn: str
    loaded: bool = False


# One after the other in one session; no page twice in turn, so that what is drawn is new.
SCREENS = {
    "lab": Screen("/", "[data-testid=stDataFrame]", loaded=True),
    "compare curves": Screen("/compare?tab=Curves", "[role=tabpanel] .lab-chart .main-svg"),
    "inside dial": Screen("/inside", "[role=tabpanel] .lab-chart .main-svg"),
    "learn question": Screen("/learn", ".learn-question"),
    "run": Screen("/run?run={ended}", ".lab-layers"),
    "studies": Screen("/study", ".st-key-study_tune"),
    "compare quality": Screen("/compare?tab=Quality", ".cmp-matrix"),
    "inside cell": Screen("/inside?view=Cell", "[role=tabpanel] .lab-chart .main-svg"),
    "learn chart": Screen("/learn?card=lstm&guess=lstm-a", ".lab-chart .main-svg"),
    "run in training": Screen("/run?run={running}", ".lab-bar"),
    "study": Screen("/study?study={study}", ".study-table"),
    "compare cost": Screen("/compare?tab=Cost", ".cmp-costs"),
    "inside units": Screen("/inside?view=Units", ".inside-bars"),
    "learn sizes": Screen("/learn?card=weights&guess=weights-x.order-a", ".learn-blocks"),
    "train": Screen("/train", ".read-words"),
    "sweep": Screen("/study?study={sweep}", ".st-key-sweep_view"),
    "compare differences": Screen(
        "/compare?tab=Differences", "[role=tabpanel] [data-testid=stDataFrame]"
    ),
    "inside memory": Screen("/inside?view=Memory+and+order", "[role=tabpanel] .inside-order"),
    "study in search": Screen("/study?study={searching}", ".study-progress"),
    "compare disagreements": Screen("/compare?tab=Disagreements", ".dis-bar"),
    "classify": Screen("/classify", ".model-card"),
    "compare export": Screen("/compare?tab=Export", "[data-testid=stDownloadButton]"),
    "classify words": Screen("/classify?text=the+film+was+not+bad", ".words .word", loaded=True),
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
        sweep = finished_sweep(store, sweep_of("lstm", "gru", runs=3))
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
        ids |= {"study": study.id, "searching": searching.id, "sweep": sweep.id}
        with serving(home, folder / "server.log") as server:
            yield {name: server.url + screen.path.format(**ids) for name, screen in SCREENS.items()}
        done.set()
        heart.join()
        store.close()


class Visitor:
    """A person with one browser page, who goes from screen to screen."""

    def __init__(self, page):
        self.page = page
        self._asked = self._answered = 0
        page.on("request", self._ask)
        for event in ("requestfinished", "requestfailed"):
            page.on(event, self._answer)

    def _ask(self, _) -> None:
        self._asked += 1

    def _answer(self, _) -> None:
        self._answered += 1

    def show(self, url: str, screen: Screen) -> None:
        """Go to the screen in light, and wait until it is drawn and its script has ended."""
        self.page.emulate_media(color_scheme="light", reduced_motion="reduce")
        if screen.loaded or self.page.url == "about:blank":
            self.page.goto(url)
        else:
            go(self.page, url)
        path = urlsplit(url).path.strip("/")
        if path not in ("run", "study"):  # their titles are those of what they show
            title = path.capitalize() or "rnnlab"
            self.page.get_by_role("heading", name=title, exact=True, level=1).wait_for()
        self.page.locator(screen.drawn).first.wait_for()
        self.page.locator("[data-test-script-state=notRunning]").wait_for()
        self._wait_for_code()

    def _wait_for_code(self) -> None:
        """Come back once nothing was asked for during 500 ms: the code of widgets comes late."""
        while True:
            asked = self._asked
            self.page.wait_for_timeout(500)
            if asked == self._asked == self._answered:
                return


def violations(page) -> list[str]:
    """Return what axe finds on the page, as "rule: element" with what was measured."""
    if page.evaluate("() => !window.axe"):
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


def violations_by_theme(page) -> dict[str, list[str]]:
    """Return what is wrong with the page in each theme; a wrong moment while it changes is not."""
    found = {}
    for theme, background in BACKGROUNDS.items():
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        page.wait_for_function(
            "color => getComputedStyle(document.querySelector('.stApp')).backgroundColor == color",
            arg=background,
        )
        for _ in range(10):
            if not (wrong := violations(page)):
                break
            page.wait_for_timeout(500)
        found[theme] = wrong
    return found


class Visit(NamedTuple):
    """What is wrong with a page in each theme, and the selectors that match something on it."""

    violations: dict[str, list[str]]
    matching: set[str]


@pytest.fixture(scope="module")
def visit(screens, context):
    """A function that gives the `Visit` to a page by its name; each is shown once."""
    with page_of(context) as page:
        visitor = Visitor(page)

        @functools.cache
        def visit(name: str) -> Visit:
            visitor.show(screens[name], SCREENS[name])
            selectors = page.evaluate(SELECTORS, assets.read("streamlit.css"))
            matching = set(page.evaluate(MATCHING, selectors))
            return Visit(violations_by_theme(page), matching)

        yield visit


@pytest.mark.parametrize("name", SCREENS)
def test_page_meets_wcag_22_aa_in_both_themes(visit, name):
    assert visit(name).violations == {"light": [], "dark": []}


def test_empty_lab_meets_wcag_22_aa_in_both_themes(page, server):
    Visitor(page).show(server.url, Screen("/", ".lab-empty"))
    assert violations_by_theme(page) == {"light": [], "dark": []}


def test_each_selector_on_streamlits_inner_names_matches_something(page, visit):
    """`data-stale` is "true" for moments only: that the attribute is there is enough."""
    selectors = set(page.evaluate(SELECTORS, assets.read("streamlit.css")))
    assert len(selectors) > 10
    names = ("lab", "train", "compare curves", "classify")
    assert selectors - set().union(*(visit(name).matching for name in names)) == set()
