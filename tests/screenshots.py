"""Take the README's pictures: `make screenshots`.

A real lab in a temporary home: the four tutorial models train, and are pictured while they do.
"""

import os
import tempfile
import time
from pathlib import Path

from playwright.sync_api import expect

from tests.dashboard import browsing, serving

DOCS = Path(__file__).resolve().parents[1] / "docs"
SIZE = {"width": 1440, "height": 980}
EPOCHS = 12  # enough that the curves tell a story


def main() -> None:
    """Write docs/lab.png, docs/classify.png and docs/compare.png."""
    from rnnlab.config import TUTORIAL, preset
    from rnnlab.lab import Lab

    DOCS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        os.environ.update(RNNLAB_HOME=str(home), RNNLAB_STARTERS="0")
        lab = Lab()
        queued = [lab.train(preset(name)) for name in TUTORIAL]
        with serving(home, Path(folder) / "server.log") as server, browsing() as browser:
            page = browser.new_page(viewport=SIZE, device_scale_factor=1)
            page.goto(server.url)
            last = queued[-1].id
            while lab.store.get(last).epochs_done < EPOCHS and lab.store.get(last).state.active:
                lab.reconcile()
                time.sleep(0.2)
            page.wait_for_timeout(1_500)
            page.screenshot(path=DOCS / "lab.png")
            _wait(lab, queued)
            page.goto(f"{server.url}/classify")
            page.get_by_role("textbox", name="Your review").fill(
                "I expected little, and this film was a great surprise: the story is simple, but "
                "the acting is wonderful, and the end made me cry. One of the best I have seen!"
            )
            expect(page.locator(".model-card-verdict")).to_have_count(len(queued), timeout=20_000)
            page.wait_for_timeout(500)
            page.screenshot(path=DOCS / "classify.png")
            seeds = [run for name in TUTORIAL for run in lab.train_seeds(preset(name), 3)]
            _wait(lab, [*seeds, lab.train(preset("tfidf-logreg"))])
            page.goto(f"{server.url}/compare")
            expect(page.locator(".lab-chart .main-svg")).to_have_count(12, timeout=60_000)
            page.wait_for_timeout(1_500)
            page.screenshot(path=DOCS / "compare.png")


def _wait(lab, runs) -> None:
    """Until all of these runs have ended."""
    while any(lab.store.get(run.id).state.active for run in runs):
        lab.reconcile()
        time.sleep(0.5)


if __name__ == "__main__":
    main()
