"""Acts on findings: leaves their rows out, or removes what gives the label away from the texts."""

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from rnnlab.datasets.health.card import HealthCard
from rnnlab.datasets.health.finding import Finding
from rnnlab.datasets.labelled import SkippedRows
from rnnlab.datasets.reading.rows import LabelledRows
from rnnlab.errors import DataError, InvalidField

REASONS = {
    "copies": "a copy of another text",
    "contradicting": "a text with both labels",
    "across": "a twin of a training review",
    "near": "nearly equal to another text",
    "short": "one or two words",
    "giveaway": "a word that gives the label away",
    "languages": "in another language than most",
}
SEEN = "seen"  # stands for all findings whose key begins with it
SEEN_REASON = "a review that models of this lab were trained on"


def act(rows: LabelledRows, health: HealthCard, keys: Sequence[str]) -> LabelledRows:
    """Return the rows of a file once these findings are acted on, and say what was done.

    Raises InvalidField for a finding that the card has not or that nothing can be done about,
    DataError where no row is left.
    """
    kept = np.ones(len(rows.texts), bool)
    left_out, removes = list(rows.left_out), set()
    for key in dict.fromkeys(keys):
        for finding in _findings(health, key):
            removes |= set(finding.removes)
            if finding.removes:
                continue
            drop = finding.drop[kept[finding.drop]]
            kept[drop] = False
            if len(drop):
                reason = REASONS.get(finding.key, SEEN_REASON)
                left_out.append(SkippedRows(reason, len(drop), rows.lines[int(drop[0])]))
    places = np.flatnonzero(kept).tolist()
    if not places:
        raise DataError("no review is left once all of these are left out: act on fewer findings")
    texts = [rows.texts[place] for place in places]
    remarks = list(rows.remarks)
    if removes:
        pattern = re.compile("|".join(map(re.escape, sorted(removes, key=len, reverse=True))), re.I)
        texts = [pattern.sub(" ", text) for text in texts]
        shown = ", ".join(f"“{token}”" for token in sorted(removes)[:5])
        remarks.append(f"Removed from the texts: {shown}.")
    return replace(
        rows,
        texts=tuple(texts),
        labels=rows.labels[places],
        lines=tuple(rows.lines[place] for place in places),
        left_out=tuple(left_out),
        remarks=tuple(remarks),
        others={name: tuple(cells[p] for p in places) for name, cells in rows.others.items()},
    )


def _findings(health: HealthCard, key: str) -> list[Finding]:
    possible = [finding for finding in health.findings if finding.action]
    found = [f for f in possible if f.key == key or f.key.startswith(f"{key}:")]
    if not found:
        keys = sorted({finding.key.partition(":")[0] for finding in possible})
        limit = f"one of {', '.join(keys)}" if keys else "left out: nothing is to be done"
        raise InvalidField("act_on", key, limit, "choose findings of `rnnlab data check`")
    return found
