"""What the parts of the Compare page are drawn from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import streamlit as st

from rnnlab import home
from rnnlab.charts.styling import TraceStyle
from rnnlab.compare.cost import Cost, group_costs
from rnnlab.compare.groups import Group
from rnnlab.compare.verdict import Side
from rnnlab.report.comparison import Comparison
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
    def costs(self) -> tuple[Cost, ...]:
        """The costs of all groups of the lab."""
        ids = tuple(run.id for group in self.all_groups for run in group.runs)
        return _costs(ids, home.store_url(), self.all_groups)

    @cached_property
    def epochs(self) -> dict[str, Sequence[Epoch]]:
        """The epochs of the selected runs, by run id."""
        reader = get_reader()
        return {run.id: reader.epochs(run) for group in self.groups for run in group.runs}


@st.cache_resource(show_spinner=False, max_entries=2)
def _costs(runs: tuple[str, ...], store: str, _groups: tuple[Group[Run], ...]) -> tuple[Cost, ...]:
    return group_costs(_groups, get_lab().store.run_costs(runs))
