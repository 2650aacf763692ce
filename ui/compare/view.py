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
from ui.compare.predictions import Reviewed
from ui.reader import get_lab, get_reader


@dataclass(frozen=True, eq=False)
class View:
    """The chosen groups among all groups of the lab, their looks by group id, and what they say
    of reviews; None where they cannot be judged on the same ones."""

    groups: tuple[Group[Run], ...]
    every: tuple[Group[Run], ...]
    styles: Mapping[str, TraceStyle]
    reviewed: Reviewed | None

    @cached_property
    def comparison(self) -> Comparison:
        """What can be taken away of it."""
        chosen = {group.id for group in self.groups}
        return Comparison(
            self.groups,
            self.styles,
            self.epochs,
            [one for one in self.costs if one.group in chosen],
            self.reviewed and self.reviewed.evaluated,
            self.reviewed and self.reviewed.words,
            self.reviewed.label if self.reviewed else "",
            self.by_review_set,
        )

    @cached_property
    def by_review_set(self) -> dict[str, list[Side | None]]:
        """What this viewer has seen the groups say, by what the reviews are called."""
        return predictions.by_review_set(self.groups)

    @cached_property
    def colors(self) -> dict[str, str]:
        """The chosen groups' colours, by name."""
        return {group.name: self.styles[group.id].color for group in self.groups}

    @cached_property
    def costs(self) -> tuple[Cost, ...]:
        """What all groups of the lab cost."""
        ids = tuple(run.id for group in self.every for run in group.runs)
        return _costs(ids, home.store_url(), self.every)

    @cached_property
    def epochs(self) -> dict[str, Sequence[Epoch]]:
        """The epochs of the chosen runs, by run id."""
        reader = get_reader()
        return {run.id: reader.epochs(run) for group in self.groups for run in group.runs}


@st.cache_resource(show_spinner=False, max_entries=2)
def _costs(runs: tuple[str, ...], store: str, _every: tuple[Group[Run], ...]) -> tuple[Cost, ...]:
    return group_costs(_every, get_lab().store.run_costs(runs))
