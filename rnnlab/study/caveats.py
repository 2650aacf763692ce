"""What to know before trusting a study's answer, in sentences.

Owns the words; what they are about is `rnnlab.study.result`'s.
"""

from typing import TYPE_CHECKING

from rnnlab import format
from rnnlab.compare.versions import differences, set_apart
from rnnlab.config import FIELDS
from rnnlab.study import plan
from rnnlab.study.choose import GUESSING

if TYPE_CHECKING:
    from rnnlab.study.choose import SeedResult, SettingResult
    from rnnlab.study.result import Edge, StudyResult


def caveats(result: "StudyResult") -> tuple[str, ...]:
    """Return what to know before trusting the answer, the weightiest first."""
    return tuple(
        sentence
        for describe in (_unchosen, _failures, _versions, _at_the_edge, _cut_off, _left_out)
        for sentence in describe(result)
    )


def _unchosen(result: "StudyResult") -> list[str]:
    if result.study.chosen is None:
        return []
    names = [candidate.name for candidate in result.candidates if candidate.chosen is None]
    if not names:
        return []
    return [f"Not compared, because no run of its search was trained: {format.listing(names)}."]


def _failures(result: "StudyResult") -> list[str]:
    sentences = []
    for candidate in result.candidates:
        seeds = [seed for setting in candidate.settings for seed in setting.seeds]
        failed = sum(seed.outcome == "failed" for seed in seeds)
        if failed:
            sentences.append(
                f"{failed} of {format.plural(len(seeds), 'search run')} of {candidate.name} "
                f"failed and count as guessing ({format.percent(GUESSING)})."
            )
        final = candidate.final
        if final and final.failures:
            sentences.append(
                f"{final.failures} of {format.plural(len(final.seeds), 'fresh seed')} of "
                f"{candidate.name} failed. The comparison counts them as failures."
            )
    return sentences


def _versions(result: "StudyResult") -> list[str]:
    """Name the versions that trained only some of the runs: a study counts all of them."""
    kept, others = set_apart([seed.run for seed in _seeds(result) if seed.run])
    if not others:
        return []
    count = format.plural(len(others), "run")
    return [f"Trained with other versions, and counted: {count} ({differences(kept, others)})."]


def _at_the_edge(result: "StudyResult") -> list[str]:
    if result.study.chosen is None:
        return []
    names: dict[Edge, list[str]] = {}
    for candidate in result.candidates:
        for edge in candidate.edges:
            names.setdefault(edge, []).append(candidate.name)
    where = "a range" if result.study.spec.sweep else "the grid"
    return [
        f"Highest at the edge of {where}: {format.listing(of_edge)} at "
        f"{FIELDS[edge.field].label.lower()} {plan.grid_value(edge.field, edge.value)}; "
        f"try {'higher' if edge.side == 'high' else 'lower'} values."
        for edge, of_edge in names.items()
    ]


def _cut_off(result: "StudyResult") -> list[str]:
    if result.study.chosen is None:
        return []
    cut_off: dict[int, list[str]] = {}
    for candidate in result.candidates:
        count, trained = candidate.still_improving
        if count:
            seeds = f"{count} of {format.plural(trained, 'seed')} of {candidate.name}"
            cut_off.setdefault(candidate.base.epochs_planned, []).append(seeds)
    return [
        f"Still improving at the last epoch ({epochs}): {format.listing(seeds)}. Allow more epochs."
        for epochs, seeds in cut_off.items()
    ]


def _left_out(result: "StudyResult") -> list[str]:
    """Name the runs that were stopped or deleted."""
    seeds = _seeds(result)
    stopped = {seed.run.name: None for seed in seeds if seed.run and seed.outcome == "stopped"}
    deleted = sum(seed.outcome == "deleted" for seed in seeds)
    sentences = []
    if stopped:
        sentences.append(f"Stopped, so left out: {format.listing(list(stopped))}.")
    if deleted:
        sentences.append(f"Deleted, so left out: {format.plural(deleted, 'run')}.")
    return sentences


def _seeds(result: "StudyResult") -> list["SeedResult"]:
    """Return all seeds of all settings, those of winners and defaults among them."""
    settings: list[SettingResult] = []
    for candidate in result.candidates:
        settings += candidate.settings
        settings += [candidate.final] if candidate.final else []
        settings += [candidate.default.setting] if candidate.default else []
    return [seed for setting in settings for seed in setting.seeds]
