"""Prints studies on stdout."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rnnlab import format
from rnnlab.cli.output import plain
from rnnlab.cli.tables import Stdout, new_table
from rnnlab.evaluation.seeds import MeanSd
from rnnlab.studies import Study
from rnnlab.study import plan
from rnnlab.study.caveats import caveats
from rnnlab.study.cost import Progress

if TYPE_CHECKING:
    from rnnlab.study.result import CandidateResult, StudyResult

BEST = 8  # settings of each candidate of a sweep


def studies(listed: Sequence[Study], progress: Sequence[Progress]) -> None:
    """Print the studies, one a line."""
    if not listed:
        print("There are no studies yet: start one with `rnnlab study --arch lstm --arch gru`.")
        return
    table = new_table("id", "name", "state", "started", "models", "progress")
    for study, done in zip(listed, progress, strict=True):
        table.add_row(
            study.id,
            plain(study.name),
            str(study.state),
            format.moment(study.created_at),
            plain(", ".join(plan.candidate_name(study.spec, base) for base in study.spec.bases)),
            done.sentence,
        )
    Stdout().print(table)


def study(result: "StudyResult", progress: Progress) -> None:
    """Print what a study found: the search, the winners on fresh seeds, and the answer."""
    console = Stdout()
    study = result.study
    fields = list(study.spec.searched)
    search = new_table("search", *(f">{field}" for field in fields), ">val_accuracy", ">failed", "")
    left_out = 0
    for candidate in result.candidates:
        shown = _shown(result, candidate)
        left_out += len(candidate.settings) - len(shown)
        for place in shown:
            setting = candidate.settings[place]
            values = [_value(field, getattr(setting.config, field)) for field in fields]
            search.add_row(
                plain(candidate.name),
                *values,
                _mean(MeanSd(setting.mean, setting.sd)),
                str(setting.failures or ""),
                _mark(result, candidate, place),
            )
    console.print(search)
    if left_out:
        console.print(f"The best {BEST} of each; {left_out} more with --json.", soft_wrap=True)
    if study.chosen is not None:
        winners = new_table("winner", *fields, ">test accuracy", ">seeds", ">optimism", ">time")
        for candidate in result.candidates:
            config = candidate.winner and candidate.winner.config
            winners.add_row(
                plain(candidate.name),
                *(_value(field, config and getattr(config, field)) for field in fields),
                _mean(candidate.test),
                str(len(candidate.test_accuracies)),
                _points(candidate.optimism),
                format.duration(candidate.seconds),
            )
            if candidate.default and not candidate.default.won:
                default = candidate.default
                winners.add_row(
                    plain(f"{candidate.name} by default"),
                    *(_value(field, getattr(candidate.base, field)) for field in fields),
                    _mean(default.test),
                    str(len(default.test_accuracies)),
                    format.NONE,
                    format.NONE,
                )
        console.print(winners)
    lines = [
        f"{study.name} ({study.id}) is {study.state}. "
        f"{study.error or progress.sentence + '.'} It has taken {result.price}."
    ]
    if result.evaluated:
        lines.append(f"{result.headline}.")
        lines += [verdict.sentence for verdict in result.evaluated.verdicts]
    lines += [candidate.gain.sentence for candidate in result.candidates if candidate.gain]
    if result.refused:
        lines.append(f"No verdict: {result.refused}.")
    if result.optimism is not None:
        lines.append(
            f"Optimism of choosing: {_points(result.optimism)} points, the winners' accuracy in "
            "the search less that of their fresh seeds on the test reviews; "
            f"{_points(result.optimism_of_choosing)} points of it on the same validation reviews."
        )
    for line in (*lines, *caveats(result)):
        console.print(plain(line), soft_wrap=True)


def _shown(result: "StudyResult", candidate: "CandidateResult") -> list[int]:
    """Return the places of the settings to list: all of a grid, the best of a sweep."""
    places = list(range(len(candidate.settings)))
    if result.study.spec.sweep is None:
        return places
    places.sort(key=lambda place: -(candidate.settings[place].mean or 0.0))
    return places[:BEST]


def _mark(result: "StudyResult", candidate: "CandidateResult", place: int) -> str:
    if candidate.settings[place].pruned:
        return "pruned"
    if place != candidate.chosen or len(candidate.settings) == 1:
        return ""
    return "best so far" if result.study.chosen is None else "chosen"


def _value(field: str, value: object) -> str:
    return format.NONE if value is None else plan.grid_value(field, value)


def _mean(value: MeanSd) -> str:
    sd = "" if value.sd is None else f" ± {100 * value.sd:.1f}"
    return format.percent(value.mean) + sd


def _points(share: float | None) -> str:
    return format.NONE if share is None else f"{format.signed(100 * share, 1)}"
