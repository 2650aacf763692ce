"""A health card as JSON: the document of `rnnlab data check --json`, which the page Data shows."""

from typing import Any

import numpy as np

from rnnlab.datasets.health.card import HealthCard
from rnnlab.datasets.health.checked import Checked
from rnnlab.datasets.health.finding import Finding
from rnnlab.datasets.reading.columns import UnknownColumns
from rnnlab.datasets.reading.encodings import UnknownEncoding
from rnnlab.datasets.reading.labels import UnknownLabels
from rnnlab.datasets.reading.rows import LabelledRows
from rnnlab.errors import RnnlabError
from rnnlab.text import fold

PREVIEW = 20  # rows as they were understood
TEXT = 400  # characters of a text that are shown
MAX_NAMES = 200  # columns that are offered


def card(name: str, checked: Checked, health: HealthCard) -> dict[str, Any]:
    """Return a card as plain JSON."""
    return {
        "name": name,
        "reviews": health.reviews,
        "positives": health.positives,
        "distinct": health.distinct,
        "left_out": [
            {"reason": rows.reason, "count": rows.count, "line": rows.line}
            for rows in checked.left_out
        ],
        "findings": [_finding(checked, finding) for finding in health.findings],
        "tokenizer": health.tokenizer,
        "lengths": health.lengths._asdict(),
        "unknown": [{"vocab_size": size, "share": share} for size, share in health.unknown],
    }


def understood(rows: LabelledRows) -> dict[str, Any]:
    """Return how a file was read: columns, labels, encoding, and some rows."""
    labels, count = rows.labels, len(rows.texts)
    # The first rows, and some of the rarer label where a sorted file has none of it among them.
    places = list(range(min(PREVIEW, count)))
    if len(np.unique(labels[places])) < 2 and len(np.unique(labels)) == 2:
        others = np.flatnonzero(labels != labels[0])[: PREVIEW // 2].tolist()
        places = [*places[: PREVIEW - len(others)], *others]
    return {
        "format": rows.dialect,
        "encoding": rows.encoding,
        "header": list(rows.header[:MAX_NAMES]),
        "text_column": rows.columns.text_name,
        "label_column": rows.columns.label_name,
        "labels": {value: meaning for value, meaning in list(rows.scale.values.items())[:50]},
        "remarks": list(rows.remarks),
        "preview": [
            {"line": rows.lines[row], "text": _text(rows.texts[row]), "label": int(labels[row])}
            for row in places
        ],
    }


def failure(name: str, error: RnnlabError) -> dict[str, Any]:
    """Return why a file cannot be read, and what there is to choose from."""
    document: dict[str, Any] = {"name": name, "error": str(error)}
    if isinstance(error, UnknownEncoding):
        document["encodings"] = [offer._asdict() for offer in error.candidates]
    if isinstance(error, (UnknownColumns, UnknownLabels)):
        document["header"] = list(error.header[:MAX_NAMES])
    if isinstance(error, UnknownLabels):
        document["labels"] = list(error.values[:50])
    return document


def _text(text: str) -> str:
    """Return the beginning of a text as it is read."""
    return fold(text[: 2 * TEXT])[:TEXT]


def _finding(checked: Checked, finding: Finding) -> dict[str, Any]:
    notes = finding.notes or ("",) * len(finding.rows)
    return {
        "key": finding.key,
        "level": finding.level,
        "title": finding.title,
        "advice": finding.advice,
        "value": finding.value,
        "action": finding.action,
        "drops": 0 if finding.removes else len(finding.drop),
        "removes": list(finding.removes),
        "settings": dict(finding.settings),
        "rows": [
            {
                "row": row + 1,
                "line": checked.lines[row] if checked.lines is not None else None,
                "text": _text(checked.texts[row]),
                "label": int(checked.labels[row]),
                "note": note,
            }
            for row, note in zip(finding.rows, notes, strict=False)
        ],
    }
