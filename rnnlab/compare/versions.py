"""Which versions of rnnlab and TensorFlow trained runs: those of one group are pooled of one only.

A machine that joins a lab may have others. Equal settings then need not give equal networks, so
its runs are set apart, unless a person says otherwise.
"""

from collections.abc import Sequence
from typing import Any, TypeVar

from rnnlab.format import listing
from rnnlab.runs import Run

PACKAGES = {"rnnlab": "rnnlab", "tensorflow": "TensorFlow"}
Member = TypeVar("Member")
Versions = tuple[str | None, ...]  # of PACKAGES


def versions_of(run: Any) -> Versions:
    """Return the versions that trained a run; None for what it does not say.

    Predictions say nothing, nor do runs that have not begun.
    """
    said = run.versions if isinstance(run, Run) else {}
    return tuple(said.get(package) for package in PACKAGES)


def set_apart(runs: Sequence[Member]) -> tuple[tuple[Member, ...], tuple[Member, ...]]:
    """Return the runs of the versions that most of them have, and those of others.

    Of as many, the newest run decides. What a run does not say may be anything.
    """
    newest: dict[Versions, float] = {}
    for run in runs:
        at = getattr(run, "created_at", 0.0)
        newest[versions_of(run)] = max(newest.get(versions_of(run), at), at)
    if len(newest) < 2:
        return tuple(runs), ()
    full = [versions for versions in newest if None not in versions]
    others = [v for v in newest if None in v and not any(_fit(v, other) for other in full)]

    def preference(versions: Versions) -> tuple[int, float]:
        return sum(_fit(versions_of(run), versions) for run in runs), newest[versions]

    common = max(full + others, key=preference)
    kept = tuple(run for run in runs if _fit(versions_of(run), common))
    return kept, tuple(run for run in runs if not _fit(versions_of(run), common))


def _fit(versions: Versions, common: Versions) -> bool:
    pairs = zip(versions, common, strict=True)
    return all(a == b or None in (a, b) for a, b in pairs)


def differences(runs: Sequence[Any], others: Sequence[Any]) -> str:
    """Name the versions of `others` that `runs` do not have: "TensorFlow 2.20.0"."""
    ours, theirs = ([versions_of(run) for run in some] for some in (runs, others))
    named = []
    for place, label in enumerate(PACKAGES.values()):
        known = {versions[place] for versions in ours}
        if None in known:  # which may be any
            continue
        named += [
            f"{label} {v}" for v in sorted({of[place] for of in theirs} - {*known, None}, key=str)
        ]
    return listing(named)
