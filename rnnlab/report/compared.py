"""What a comparison is exported from: its groups, how they were evaluated, and their costs.

Owns how runs become a comparison. Draws and writes nothing: see `rnnlab.report.comparison`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from rnnlab import datasets
from rnnlab.charts import styling
from rnnlab.charts.styling import TraceStyle
from rnnlab.compare.cost import Cost, group_costs
from rnnlab.compare.disagreements import Words
from rnnlab.compare.equal_cost import (
    EqualParameters,
    EqualTime,
    accuracy_at_equal_time,
    sizes_of,
)
from rnnlab.compare.failures import FailureRate
from rnnlab.compare.groups import Group, as_compared, group_runs
from rnnlab.compare.ranking import Evaluated, evaluate_sides
from rnnlab.compare.side import Side
from rnnlab.compare.stuck import stuck_runs
from rnnlab.config import RunConfig
from rnnlab.datasets import outside
from rnnlab.errors import DamagedRun, DataError
from rnnlab.evaluation import predictions
from rnnlab.evaluation.predictions import Predictions
from rnnlab.lab import Lab
from rnnlab.runs import Epoch, Run


@dataclass(frozen=True, eq=False)
class Comparison:
    """Groups side by side: their styles by group id, epochs by run id, and costs.

    `evaluated` and `words` are None if the groups cannot be evaluated on the same reviews, which
    `reviews` counts and names. `by_review_set` has the groups' sides for other reviews too.
    """

    groups: Sequence[Group[Run]]
    styles: Mapping[str, TraceStyle]
    epochs: Mapping[str, Sequence[Epoch]]
    costs: Sequence[Cost]
    evaluated: Evaluated | None
    words: Words | None
    reviews: str = ""  # "5,000 validation reviews"
    by_review_set: Mapping[str, Sequence[Side | None]] = field(default_factory=dict)
    damaged: tuple[DamagedRun, ...] = ()  # left out

    @property
    def colors(self) -> dict[str, str]:
        """The groups' colours, by name."""
        return {group.name: self.styles[group.id].color for group in self.groups}

    @property
    def stuck(self) -> dict[str, frozenset[str]]:
        """The ids of the runs that did not learn, by group id."""
        if self.evaluated is None:
            return {group.id: stuck_runs(group.runs) for group in self.groups}
        pairs = zip(self.groups, self.evaluated.sides, strict=True)
        return {group.id: side.stuck_runs for group, side in pairs}

    @property
    def failed(self) -> dict[str, FailureRate]:
        """How many seeds failed, by name."""
        sides = self.evaluated.sides if self.evaluated else ()
        return {side.name: side.failures for side in sides}

    @property
    def in_time(self) -> EqualTime | None:
        """What the groups reached within the shortest training time."""
        stuck = frozenset().union(*self.stuck.values())
        return accuracy_at_equal_time(self.groups, self.epochs, stuck=stuck)

    @property
    def sizes(self) -> EqualParameters:
        """The groups' parameters against those of the one with the highest accuracy."""
        accuracies = {cost.group: cost.accuracy for cost in self.costs}
        reference = max(self.groups, key=lambda group: accuracies.get(group.id, 0.0))
        return sizes_of(self.groups, reference)

    @property
    def title(self) -> str:
        """The finding."""
        if self.evaluated:
            return self.evaluated.ranking.headline
        return "Networks side by side"


def compare_runs(
    lab: Lab,
    runs: Sequence[Run],
    *,
    all_runs: Sequence[Run],
    named: Collection[str] = (),
    pool_versions: bool = False,
) -> Comparison:
    """Compare runs on the reviews that judge them; `all_runs` of the lab decide their styles.

    See `predictions.judging_part`. Runs of different datasets are not evaluated. Raises DataError
    if reviews are missing, DamagedRun where a run whose id is `named` is damaged, or all are.
    """
    evaluated = words = None
    review_count = ""
    damaged: list[DamagedRun] = []
    names = {run.config.dataset_id for run in runs}
    compared_groups = as_compared(group_runs(runs, pool_versions=pool_versions))
    if len(names) == 1:
        dataset = datasets.load(names.pop(), lab.home)
        part = predictions.judging_part(runs)
        try:
            loaded, damaged = predictions.load_sound_predictions(
                lab.store, runs, part, dataset_of=lambda run: dataset, named=named
            )
            by_run = {of_run.run: of_run for of_run in loaded}
            runs = [run for run in runs if run.id in by_run]
            compared_groups = as_compared(group_runs(runs, pool_versions=pool_versions))
            sides = [_side(group, by_run, all_runs) for group in compared_groups]
            evaluated = evaluate_sides(sides)
            words = _words(dataset, compared_groups[0].config, part)
            review_count = predictions.describe_part(part, sides[0].correct.shape[1])
        except DataError:
            evaluated = None  # trained on another state of the reviews: curves alone
    known = {run.id for run in all_runs}
    starters = [run for run in runs if run.id not in known]
    styles = styling.trace_styles(group_runs([*all_runs, *starters]))
    stuck = {}
    if evaluated:
        pairs = zip(compared_groups, evaluated.sides, strict=True)
        stuck = {group.id: side.stuck_runs for group, side in pairs}
    costs = group_costs(compared_groups, lab.store.run_costs([run.id for run in runs]), stuck)
    epochs = {run.id: lab.store.epochs(run.id) for run in runs}
    return Comparison(
        compared_groups,
        styles,
        epochs,
        costs,
        evaluated,
        words,
        review_count,
        damaged=tuple(damaged),
    )


def _side(group: Group[Run], by_run: Mapping[str, Predictions], all_runs: Sequence[Run]) -> Side:
    return Side.from_group(
        group,
        [by_run[run.id] for run in group.runs],
        all_runs,
        other_splits=[by_run[run.id] for run in group.other_splits],
    )


def _words(dataset: datasets.Dataset, config: RunConfig, part: predictions.JudgingPart) -> Words:
    if part == predictions.IMDB_TEST:
        reviews = outside.load(part)
        return Words.from_texts(reviews.texts, dataset.vocabulary, cut=reviews.cut)
    return Words.from_rows(dataset, dataset.split(config).part(part))
