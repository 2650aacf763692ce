"""Two sides with labels and probabilities, for the charts of quality and of the threshold."""

import numpy as np

from tests.sides import side

RNG = np.random.default_rng(5)

LABELS = RNG.integers(0, 2, 1_000).astype(np.uint8)


def scores(skill: float, *, seed: int) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(size=len(LABELS))
    return 1 / (1 + np.exp(-0.6 * (skill * (LABELS - 0.5) + noise)))


SEEDS = [scores(2.5, seed=n) for n in (1, 2, 3)]

SIDES = [
    side("weak", scores(1.0, seed=4), labels=LABELS, arch="gru"),
    side("<b>strong</b>", *SEEDS, labels=LABELS),
]

COLORS = {"weak": "#009E73", "<b>strong</b>": "#0072B2"}


def shown(figure) -> str:
    return figure.to_json().replace("\\u003c", "<").replace("\\u003e", ">")
