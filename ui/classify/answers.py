"""What models say of a text, where a model is a group of runs that differ in seed alone.

Owns how the results of a group's runs become one answer. Knows no Streamlit and no HTML.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from rnnlab.compare.groups import Group
from rnnlab.compare.stuck import stuck_runs, without_stuck
from rnnlab.inference.classify import Result, label
from rnnlab.runs import Run
from rnnlab.text import Reading


@dataclass(frozen=True)
class Answer:
    """The answer of one group: `results` are those of its runs that could be loaded, at least one.

    `runs` are these runs, in the order of the results.
    """

    group: Group[Run]
    runs: tuple[Run, ...]
    results: tuple[Result, ...]

    @cached_property
    def readings(self) -> tuple[Reading, ...]:
        """The distinct readings of the text; several only if the runs' vocabularies differ."""
        return tuple({id(result.reading): result.reading for result in self.results}.values())

    @property
    def blank(self) -> bool:
        """Whether the text has no word at all."""
        return self.readings[0].blank

    @property
    def informed(self) -> bool:
        """Whether at least one run knows a word of the text."""
        return any(is_informed(result) for result in self.results)

    @cached_property
    def probability(self) -> float | None:
        """The mean probability of "positive" over the runs; None for a blank text.

        Runs that know no word of the text count only where none does.
        """
        results = [result for result in self.results if is_informed(result)] or self.results
        values = [result.probability for result in results if result.probability is not None]
        return sum(values) / len(values) if values else None

    @property
    def label(self) -> str | None:
        """What the mean probability says: "positive", "negative", or None for a blank text."""
        return label(self.probability)

    @property
    def votes(self) -> dict[str, int]:
        """How many runs say positive and how many negative, without those that know no word."""
        labels = [result.label for result in self.results if is_informed(result)]
        return {name: labels.count(name) for name in ("positive", "negative")}

    @property
    def val_accuracy(self) -> float | None:
        """The mean validation accuracy of the runs that learned, each at its best epoch."""
        return mean_val_accuracy(self.runs)

    @property
    def failed(self) -> int:
        """How many of the runs did not learn."""
        return len(stuck_runs(self.runs))


def of_groups(results: Sequence[Result], groups: Sequence[Group[Run]]) -> tuple[Answer, ...]:
    """Return the groups' answers in order, without groups none of whose runs has a result."""
    result_of = {result.run: result for result in results}
    answers = []
    for group in groups:
        runs = tuple(run for run in group.runs if run.id in result_of)
        if runs:
            answers.append(Answer(group, runs, tuple(result_of[run.id] for run in runs)))
    return tuple(answers)


def is_informed(result: Result) -> bool:
    """Return whether the run knows at least one of the words that it reads."""
    return not (result.reading.blank or result.reading.all_unknown)


def mean_val_accuracy(runs: Sequence[Run]) -> float | None:
    """Return the mean validation accuracy of the runs that learned; None where none has one.

    Each at its best epoch; of all runs if none learned.
    """
    learned = without_stuck(runs, stuck_runs(runs))
    values = [run.best_val_accuracy for run in learned if run.best_val_accuracy is not None]
    return sum(values) / len(values) if values else None
