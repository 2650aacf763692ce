"""What it takes to look inside a network: its dial, and what the browser gets of each view.

Of the tutorial's LSTM with random weights, which cost the same as trained ones.
"""

import statistics
from collections.abc import Iterator

import numpy as np

from benchmarks import harness
from benchmarks.harness import Effort, Row
from rnnlab.config import preset
from rnnlab.inside.dial import dial
from rnnlab.inside.network import Network
from rnnlab.inside.reviews import REVIEWS
from rnnlab.lab import Lab
from tests import labs
from tests.networks import weights

DIAL_MS = 600
KB = 300
VIEWS = ("Dial", "Cell", "Units", "Memory and order")


def dial_speed(effort: Effort) -> Row:
    """The dial of 1,000 reviews of 100 words, fixed points included."""
    config = preset("lstm")
    network = Network.load(config, weights(config))
    ids = np.random.default_rng(0).integers(4, config.vocab_size, (REVIEWS, config.maxlen))
    taken_ms = [1000 * harness.seconds(lambda: dial(network, ids)) for _ in range(effort.of(7, 1))]
    return harness.at_most(
        f"LSTM: the dial of {REVIEWS:,} reviews, once a run",
        statistics.median(taken_ms),
        DIAL_MS,
        figure=harness.spread(taken_ms, " ms", 0),
        goal=f"≤ {DIAL_MS} ms",
        values={"ms": taken_ms},
    )


def views() -> Iterator[Row]:
    """What the browser gets for each view of two networks, on the real reviews: charts and HTML."""
    from streamlit.testing.v1 import AppTest

    lab = Lab()
    runs = [labs.trained(lab.store, preset("lstm", seed=seed)) for seed in (1, 2)]
    for view in VIEWS:
        page = AppTest.from_file(str(harness.ROOT / "pages" / "inside.py"), default_timeout=120)
        page.query_params["run"] = ",".join(run.id for run in runs)
        page.query_params["view"] = view
        page.run()
        assert not page.exception
        sent = [part.proto.json for part in page.get("bidi_component")]
        sent += [part.proto.body for part in page.get("html")]
        kb = sum(len(text.encode()) for text in sent) / 1000
        yield harness.at_most(
            f"two LSTMs, {view}: to the browser", kb, KB, figure=f"{kb:.0f} kB", goal=f"≤ {KB} kB"
        )
    for run in runs:
        lab.store.delete(run.id)
    lab.store.close()
