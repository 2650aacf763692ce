"""Explanations of answers as JSON."""

from collections.abc import Iterable
from typing import Any

from scipy.special import expit

from rnnlab.inside.explain import Explanation
from rnnlab.inside.network import Trace

DIRECTIONS = ("forward", "backward")


def explanation(text: str, explained: Iterable[Explanation], *, states: bool) -> dict[str, Any]:
    """Describe what each model's answer comes from; effects are differences of the logit.

    With `states`, every value that each cell computed, by position, padding included.
    """
    return {"text": text, "results": [_result(result, states=states) for result in explained]}


def _result(result: Explanation, *, states: bool) -> dict[str, Any]:
    reading, gradients = result.reading, result.gradients
    effects = gradients.effects.tolist() if gradients else [None] * len(result.words)
    document: dict[str, Any] = {
        "run": result.run,
        "name": result.name,
        "arch": result.arch,
        "probability": result.probability,
        "logit": result.logit,
        "baseline_logit": result.baseline,
        "cut": reading.cut,
        "words": [
            {
                "word": word,
                "known": known,
                "probability_after": after,
                "occlusion": occlusion,
                "removal": removal,
                "integrated_gradients": effect,
            }
            for word, known, after, occlusion, removal, effect in zip(
                result.words,
                reading.known[reading.first : reading.last],
                result.after.tolist(),
                result.occlusion.tolist(),
                result.removal.tolist(),
                effects,
                strict=True,
            )
        ],
        "integrated_gradients": gradients
        and {
            "completeness_error": gradients.error,
            "midpoints": gradients.midpoints,
            "converged": gradients.converged,
        },
        "fewest_words_to_change": result.flip
        and {
            "words": [result.words[place] for place in result.flip.places],
            "places": list(result.flip.places),
            "probability": float(expit(result.flip.logit)),
        },
        "disputed": [result.words[place] for place in result.disputed],
    }
    if states:
        document["states"] = result.trace and _states(result.trace)
    return document


def _states(trace: Trace) -> list[dict[str, Any]]:
    """Describe each cell: (positions, units) of each quantity, in the order of the review."""
    return [
        {
            "layer": number,
            "direction": direction,
            **{
                name: (values[::-1] if direction == "backward" else values)[:, 0].tolist()
                for name, values in cell.steps.items()
            },
        }
        for number, layer in enumerate(trace.layers, start=1)
        for direction, cell in zip(DIRECTIONS, layer.cells, strict=False)
    ]
