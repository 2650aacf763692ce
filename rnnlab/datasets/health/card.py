"""The whole health card: all findings, the worst first, and the figures of its charts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from rnnlab.config import RunConfig
from rnnlab.datasets.encoded import Dataset
from rnnlab.datasets.health import basics, cutting, languages, seen, shortcuts, twins
from rnnlab.datasets.health.basics import Lengths
from rnnlab.datasets.health.checked import Checked
from rnnlab.datasets.health.finding import LEVELS, Finding

Seen = tuple[str, Dataset, np.ndarray]  # a dataset's name, itself, and its rows that runs have seen


@dataclass(frozen=True, eq=False)
class HealthCard:
    """Findings, the worst first; counts, and figures for charts.

    `distinct` are the different texts, `unknown` the share of unknown words by vocabulary size,
    `tokenizer` the one that suits the texts.
    """

    findings: tuple[Finding, ...]
    reviews: int
    positives: int
    distinct: int
    lengths: Lengths
    unknown: tuple[tuple[int, float], ...]
    tokenizer: str

    def get(self, key: str) -> Finding | None:
        """Return a finding by its key; None where there is none."""
        return next((finding for finding in self.findings if finding.key == key), None)


def make(
    checked: Checked,
    *,
    seen_by_runs: Sequence[Seen] = (),
    config: RunConfig | None = None,
    report: Callable[[float], None] = lambda share: None,
) -> HealthCard:
    """Compute the health card of reviews; `config` has the settings that figures are given for."""
    config = config or RunConfig()
    equal = twins.find(checked)
    report(0.5)
    different = equal.first == np.arange(checked.count)
    distinct = int(different.sum())
    findings = [
        *basics.findings(checked, distinct, config),
        *twins.findings(checked, equal),
    ]
    report(0.6)
    findings += shortcuts.findings(checked, different)
    report(0.85)
    told = languages.tell(checked)
    language = languages.commonest(told)
    cuttings = cutting.compare(checked, language)
    findings += [*languages.findings(told), *cutting.findings(cuttings, language)]
    report(0.95)
    findings += seen.findings(checked, seen_by_runs)
    return HealthCard(
        tuple(sorted(findings, key=lambda finding: LEVELS.index(finding.level))),
        checked.count,
        int(checked.labels.sum()),
        distinct,
        basics.lengths(checked.words, config.maxlen),
        basics.unknown_shares(checked.words),
        cutting.suggested(cuttings, language),
    )
