"""A lab of 1,000 runs: the table of all, and a comparison of 20.

Part of `benchmarks.screen`, which trains what the runs are made of.
"""

import time
from collections.abc import Iterator, Mapping

from benchmarks import harness, stored
from benchmarks.harness import Effort, Row
from rnnlab import datasets
from rnnlab.lab import Lab
from tests.dashboard import browsing, serving

SIZE = {"width": 1440, "height": 900}
COMPARED = 20
TABLE = '[data-testid="stDataFrame"]'


def measure(
    files: Mapping[str, Mapping[str, bytes]], manifest: Mapping, effort: Effort
) -> Iterator[Row]:
    """The table of 1,000 runs, and a comparison of 20 of them: on the server and in the browser."""
    count = effort.of(1_000, 60)
    with harness.fresh_home() as home:
        lab = Lab()
        configs = stored.presets(count, epochs=100)
        ids = stored.fill(lab.store, configs, files=files, manifest=manifest)
        datasets.load("bundled", home)
        lab.store.close()
        pages = {f"table of {count:,} runs": ("lab", {})}
        if (harness.ROOT / "pages" / "compare.py").exists():
            chosen = ",".join(ids[:: count // COMPARED][:COMPARED])
            pages[f"comparison of {COMPARED} runs out of {count:,}"] = (
                "compare",
                {"runs": chosen},
            )
        for what, (name, parameters) in pages.items():
            texts = [f"{key}={value}" for key, value in parameters.items()]
            found = harness.child("rerun", name, str(effort.of(10, 2)), *texts)
            taken_ms = [1000 * value for value in found["s"]]
            yield harness.at_most(
                f"{what}, on the server",
                harness.p95(taken_ms),
                500,
                figure=harness.percentiles(taken_ms, " ms"),
                goal="≤ 500 ms",
                note=f"the page's script, 100 epochs a run; the first time, with all imports, "
                f"{found['first_s']:.1f} s; judged by p95",
                values=found,
            )
        with browsing() as browser, serving(home, home / "server.log") as server:
            for what, (name, parameters) in pages.items():
                path = "" if name == "lab" else name
                query = "&".join(f"{key}={value}" for key, value in parameters.items())
                taken_ms = [
                    opened_ms(browser, f"{server.url}/{path}?{query}", name)
                    for _ in range(effort.of(5, 2))
                ]
                yield Row(
                    f"{what}, in the browser",
                    harness.spread(taken_ms, " ms", 0),
                    note="a new tab, from its address to the page at rest",
                    values={"ms": taken_ms},
                )


def opened_ms(browser, url: str, name: str) -> float:
    """From an address in a new tab to its page at rest."""
    page = browser.new_page(viewport=SIZE)
    began_s = time.perf_counter()
    page.goto(url, wait_until="commit")
    page.locator("h1").first.wait_for(timeout=60_000)
    if name == "lab":
        page.locator(TABLE).wait_for(timeout=60_000)
    page.locator('[data-test-script-state="notRunning"]').wait_for(timeout=60_000)
    taken_ms = 1000 * (time.perf_counter() - began_s)
    page.close()
    return taken_ms
