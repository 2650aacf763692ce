"""What the parts of the Compare page are drawn from."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import streamlit as st

from rnnlab import home
from rnnlab.charts.styling import TraceStyle
from rnnlab.compare.cost import Cost, group_costs
from rnnlab.compare.failures import FailureRate
from rnnlab.compare.groups import Group
from rnnlab.compare.side import Side
from rnnlab.compare.stuck import stuck_runs
from rnnlab.config import RunConfig
from rnnlab.report.compared import Comparison
from rnnlab.runs import Epoch, Run
from ui.compare import predictions
from ui.compare.predictions import EvaluatedReviews
from ui.reader import get_lab, get_reader


@dataclass(frozen=True, eq=False)
class View:
    """The selected groups among all groups of the lab, and their styles by group id.

    `reviews` is None where the groups cannot be evaluated on the same ones.
    """

    groups: tuple[Group[Run], ...]
    all_groups: tuple[Group[Run], ...]
    styles: Mapping[str, TraceStyle]
    reviews: EvaluatedReviews | None

    @property
    def evaluated_reviews(self) -> EvaluatedReviews:
        """The reviews, for the parts that are shown only where there are any."""
        if self.reviews is None:
            raise RuntimeError("this part of the page needs evaluated reviews")
        return self.reviews

    @cached_property
    def key(self) -> str:
        """What names the selected runs, their names and colours: equal for equal views."""
        parts = [
            (group.name, self.styles[group.id], [(run.id, run.name) for run in group.runs])
            for group in self.groups
        ]
        return hashlib.sha256(repr((home.store_url(), parts)).encode()).hexdigest()

    @cached_property
    def comparison(self) -> Comparison:
        """What can be exported."""
        selected = {group.id for group in self.groups}
        return Comparison(
            self.groups,
            self.styles,
            self.epochs,
            [cost for cost in self.costs if cost.group in selected],
            self.reviews.evaluated if self.reviews else None,
            self.reviews.words if self.reviews else None,
            self.reviews.label if self.reviews else "",
            self.by_review_set,
        )

    @cached_property
    def by_review_set(self) -> dict[str, list[Side | None]]:
        """The groups' predictions that this viewer has seen, by the label of the reviews."""
        return predictions.by_review_set(self.groups)

    @cached_property
    def colors(self) -> dict[str, str]:
        """The selected groups' colours, by name."""
        return {group.name: self.styles[group.id].color for group in self.groups}

    @cached_property
    def stuck(self) -> dict[str, frozenset[str]]:
        """The ids of the runs that did not learn, by group id, for the selected groups."""
        if self.reviews is None:
            return {group.id: stuck_runs(group.runs) for group in self.groups}
        sides = self.reviews.evaluated.sides
        pairs = zip(self.groups, sides, strict=True)
        return {group.id: side.stuck_runs for group, side in pairs}

    @cached_property
    def all_stuck(self) -> frozenset[str]:
        """The ids of all runs of the selected groups that did not learn."""
        return frozenset().union(*self.stuck.values())

    @cached_property
    def lab_configs(self) -> frozenset[RunConfig]:
        """The configs of all runs of the lab, whatever their state."""
        return frozenset(run.config for run in get_reader().snapshot().runs)

    @cached_property
    def failed(self) -> dict[str, FailureRate]:
        """How many seeds failed, by name, where the groups could be evaluated."""
        sides = self.reviews.evaluated.sides if self.reviews else ()
        return {side.name: side.failures for side in sides}

    @cached_property
    def costs(self) -> tuple[Cost, ...]:
        """The costs of the selected groups and of the lab's others."""
        selected = {group.id: group for group in self.groups}
        groups = tuple(selected.get(group.id, group) for group in self.all_groups)
        ids = tuple(run.id for group in groups for run in group.runs)
        stuck = tuple((group_id, *sorted(runs)) for group_id, runs in sorted(self.stuck.items()))
        return _costs((ids, stuck), home.store_url(), groups, self.stuck)

    @cached_property
    def epochs(self) -> Mapping[str, Sequence[Epoch]]:
        """The epochs of the selected runs, by run id."""
        return get_reader().epochs_of([run for group in self.groups for run in group.runs])


@st.cache_resource(show_spinner=False, max_entries=2)
def _costs(
    key: tuple,
    store: str,
    _groups: tuple[Group[Run], ...],
    _stuck: dict[str, frozenset[str]],
) -> tuple[Cost, ...]:
    runs = [run.id for group in _groups for run in group.runs]
    return group_costs(_groups, get_lab().store.run_costs(runs), _stuck)
