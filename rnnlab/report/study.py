"""A study as a JSON document; its keys are a contract with their readers."""

from itertools import combinations
from typing import TYPE_CHECKING, Any

from rnnlab.report import documents
from rnnlab.studies import Study
from rnnlab.study.caveats import caveats
from rnnlab.study.choose import SeedResult, SettingResult
from rnnlab.study.cost import Progress

if TYPE_CHECKING:
    from rnnlab.compare.verdict import Verdict
    from rnnlab.study.result import CandidateResult, StudyResult


def study_line(study: Study, progress: Progress) -> dict[str, Any]:
    """Describe a study for a list: without what it found."""
    return {
        "id": study.id,
        "name": study.name,
        "state": str(study.state),
        "phase": study.phase,
        "created_at": study.created_at,
        "ended_at": study.ended_at,
        "error": study.error,
        "spec": study.spec.to_dict(),
        "progress": {
            "ended": progress.ended,
            "runs": progress.runs,
            "seconds_left": progress.seconds_left,
        },
    }


def study_document(result: "StudyResult", progress: Progress) -> dict[str, Any]:
    """Describe a study completely. Accuracies are shares; what is not known yet is null.

    `optimism` is the chosen setting's accuracy in the search less the fresh seeds' on the test
    reviews; `optimism_of_choosing` the part of it on the same validation reviews.
    """
    evaluated = result.evaluated
    of_sweep = {"importance": _importance(result)} if result.study.spec.sweep else {}
    pairs = combinations([side.name for side in evaluated.sides], 2) if evaluated else ()
    verdicts = evaluated.verdicts if evaluated else ()
    return {
        **study_line(result.study, progress),
        "candidates": [
            _candidate(candidate, sweep=result.study.spec.sweep is not None)
            for candidate in result.candidates
        ],
        "headline": result.headline,
        "refused": result.refused,
        **documents.left_out(result.damaged),
        "pairs": [
            {"a": a, "b": b, **_verdict(verdict)}
            for (a, b), verdict in zip(pairs, verdicts, strict=True)
        ],
        "optimism": result.optimism,
        "optimism_of_choosing": result.optimism_of_choosing,
        "warnings": list(caveats(result)),
        **of_sweep,
        "cost": {"runs": result.runs, "reused": result.reused, "seconds": result.seconds},
    }


def _verdict(verdict: "Verdict") -> dict[str, Any]:
    return {
        "difference": verdict.accuracy.value,
        "low": verdict.accuracy.low,
        "high": verdict.accuracy.high,
        "p": verdict.p,
        "verdict": str(verdict.outcome),
        "sentence": verdict.sentence,
        "rests_on": verdict.rests_on,
    }


def _importance(result: "StudyResult") -> list[dict[str, float] | None]:
    known = result.study.importance or (None,) * len(result.candidates)
    return [None if shares is None else dict(shares) for shares in known]


def _of_sweep(candidate: "CandidateResult") -> dict[str, Any]:
    """Describe a sweep's default, and how the winner compares with it (the winner less it)."""
    default = candidate.default
    if default is None:
        return {"default": None, "gain": None}
    return {
        "default": {
            **_setting(default.setting),
            "test_accuracy": {"mean": default.test.mean, "sd": default.test.sd},
            "won": default.won,
        },
        "gain": candidate.gain and _verdict(candidate.gain),
    }


def _candidate(candidate: "CandidateResult", *, sweep: bool) -> dict[str, Any]:
    winner = candidate.winner
    improving, trained = candidate.still_improving
    return {
        "name": candidate.name,
        "arch": candidate.base.arch,
        "settings": [_setting(setting) for setting in candidate.settings],
        "chosen": winner and winner.config.to_dict(),
        "edges": [edge._asdict() for edge in candidate.edges],
        "still_improving": {"seeds": improving, "of": trained},
        "final": [
            {
                **_seed(seed),
                "test_accuracy": seed.run and candidate.test_accuracies.get(seed.run.id),
            }
            for seed in (candidate.final.seeds if candidate.final else ())
        ],
        "test_accuracy": {"mean": candidate.test.mean, "sd": candidate.test.sd},
        "optimism": candidate.optimism,
        "optimism_of_choosing": candidate.optimism_of_choosing,
        "runs": candidate.runs,
        "seconds": candidate.seconds,
        **(_of_sweep(candidate) if sweep else {}),
    }


def _setting(setting: SettingResult) -> dict[str, Any]:
    return {
        "config": setting.config.to_dict(),
        "seeds": [_seed(seed) for seed in setting.seeds],
        "mean": setting.mean,
        "sd": setting.sd,
        "failures": setting.failures,
    }


def _seed(seed: SeedResult) -> dict[str, Any]:
    return {
        "seed": seed.seed,
        "run": seed.run and seed.run.id,
        "outcome": seed.outcome,
        "val_accuracy": seed.accuracy,
    }
