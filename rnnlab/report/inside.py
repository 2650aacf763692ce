"""What a network does inside, as JSON."""

from typing import Any

import numpy as np

from rnnlab.inside.dial import Dial
from rnnlab.inside.order import Order
from rnnlab.inside.stored import Memory
from rnnlab.runs import Run


def inside(run: Run, dial: Dial, memory: Memory, order: Order) -> dict[str, Any]:
    """Describe a run's states, resting points, memory, and use of order on validation reviews."""
    reach, swaps = memory
    return {
        "run": run.id,
        "name": run.name,
        "arch": run.config.arch,
        "reviews": order.reviews,
        "summary": dial.sentence,
        "states": {
            "variance_on_first_direction": dial.shares[0],
            "variance_on_second_direction": dial.shares[1],
            "cosine_with_read_out": dial.cosine,
        },
        "fixed_points": [
            {
                "stable": point.stable,
                "probability": probability,
                "state": point.state.tolist(),
                "eigenvalues": [[value.real, value.imag] for value in point.eigenvalues.tolist()],
                "time_constants_words": [
                    words if np.isfinite(words) else None for words in point.words
                ],
                "residual": point.residual,
            }
            for point, probability in zip(dial.points, dial.probabilities, strict=True)
        ],
        "memory": {
            "half_life_words": reach.half_life,
            "median": reach.median.tolist(),
            "quartile_low": reach.low.tolist(),
            "quartile_high": reach.high.tolist(),
        },
        "swapped_words": {
            "distances": swaps.distances.tolist(),
            "half_life_words": swaps.half_life,
            "median": swaps.median.tolist(),
            "quartile_low": swaps.low.tolist(),
            "quartile_high": swaps.high.tolist(),
        },
        "order": [
            {
                "reviews": row.name,
                "accuracy": row.accuracy,
                "difference": row.difference and row.difference.value,
                "low": row.difference and row.difference.low,
                "high": row.difference and row.difference.high,
                "p": row.difference and row.difference.p,
            }
            for row in order.rows
        ],
        "last_words": [point._asdict() for point in order.last],
    }
