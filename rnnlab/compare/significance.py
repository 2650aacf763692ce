"""How strict a test has to be: for looks before all seeds are in, and for several models at once.

Owns the levels and the corrected p values. Computes no estimate: see `rnnlab.compare.statistics`.
"""

from functools import lru_cache
from typing import Final

import scipy
from scipy.special import ndtr, ndtri

from rnnlab.compare.statistics import ALPHA

# Seeds are cheap to add, so people look, add some and look again until a difference shows: from 3
# to 20 seeds, a test at 5 % each time claims one that is none 21 % of the time. These looks share
# the 5 % (alpha spending: Lan & DeMets 1983, "Discrete sequential boundaries for clinical trials",
# Biometrika 70); looks between them get next to nothing. Over 3 to 20 seeds a difference that is
# none is claimed 4.7 % of the time, over 3 to 60 seeds 4.9 % (normal scatter alone, simulated).
LOOKS: Final = {3: 0.01, 5: 0.03, 10: 0.02, 20: 0.006, 50: 0.0015}
BETWEEN_LOOKS: Final = 0.0005


def level(seeds: int) -> float:
    """Return the level of a test of one pair with this many seeds on its smaller side."""
    return LOOKS.get(seeds, BETWEEN_LOOKS)


def next_look(seeds: int) -> int | None:
    """Return the next number of seeds above this one that a look is planned for; None past all."""
    return next((look for look in LOOKS if look > seeds), None)


@lru_cache(maxsize=1_000)
def pair_level(alpha: float, models: int) -> float:
    """Return the level of each pair of some models at which all pairs together have `alpha`.

    Tukey's range (1953) on the normal scale: of equal models, the highest and the lowest are
    compared too. The level of a pair is then the same whatever its variance and degrees of freedom,
    as in Games & Howell (1976, Journal of Educational Statistics 1).
    """
    if models <= 2:
        return alpha
    farthest = scipy.stats.studentized_range.ppf(1 - alpha, models, float("inf"))
    return float(2 * ndtr(-farthest / 2**0.5))


def corrected_p(p: float, *, alpha: float, models: int) -> float:
    """Return a pair's p value on the scale of one look and one pair: significant below `ALPHA`.

    `alpha` is the level that all pairs of these models share.
    """
    if models > 2 and p > 0:
        apart = -ndtri(p / 2) * 2**0.5
        p = float(scipy.stats.studentized_range.sf(apart, models, float("inf")))
    return min(1.0, p * ALPHA / alpha)
