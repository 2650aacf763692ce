"""The answer of a sweep in a sentence: who is ahead, what tuning gained, and what it cost.

Reads and writes nothing.
"""

from typing import TYPE_CHECKING

from rnnlab import format
from rnnlab.study import gains, ranges

if TYPE_CHECKING:
    from rnnlab.study.result import StudyResult


def of_sweep(result: "StudyResult") -> str | None:
    """Return the answer; None while there is none.

    "LSTM and GRU, each tuned with 40 runs: LSTM scores 0.3 points higher than GRU, too close to
    call; both 1.1 points above their defaults; cost 18 min"
    """
    if result.evaluated is None:
        return None
    ranking = result.evaluated.ranking
    finding = ranking.headline
    if len(result.candidates) == 1:
        finding = finding.removeprefix(f"{ranking.leader}: ")
    finding = finding.replace(": ", ", ")
    parts = [finding, gains.sentence(result.candidates), f"cost {format.duration(result.seconds)}"]
    return f"{_tuned(result)}: {'; '.join(filter(None, parts))}"


def _tuned(result: "StudyResult") -> str:
    """Return who was tuned, and with how much: "LSTM and GRU, each tuned with 40 runs"."""
    spec, candidates = result.study.spec, result.candidates
    names = format.listing([candidate.name for candidate in candidates])
    each = ", each" if len(candidates) > 1 else ","
    if spec.sweep and spec.sweep.minutes is not None:
        return f"{names}{each} tuned for {ranges.budget_words(spec)}"
    numbers = [
        sum(seed.run is not None for setting in candidate.settings for seed in setting.seeds)
        for candidate in candidates
    ]
    if len(set(numbers)) == 1:
        return f"{names}{each} tuned with {format.plural(numbers[0], 'run')}"
    counts = format.listing([format.count(number) for number in numbers])
    return f"{names}, tuned with {counts} runs"
