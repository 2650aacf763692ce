"""New versions of a dataset of one's own: the same reviews with some labels corrected."""

import re
from collections.abc import Collection, Mapping
from dataclasses import replace

from rnnlab.datasets.own.content import Content
from rnnlab.datasets.own.make import Made, check_enough, check_parts
from rnnlab.datasets.own.record import OwnDataset
from rnnlab.errors import InvalidField
from rnnlab.names import MAX_NAME

_VERSION = re.compile(r", version \d+$")


def relabelled(content: Content, original: OwnDataset, labels: Mapping[int, int]) -> Made:
    """Return a version of the content with these labels, 0 or 1 by place.

    Raises InvalidField for a place or a label that there is not, and where nothing changes,
    DataError where a part would be left without one of the labels.
    """
    changed = content.labels.copy()
    for place, label in labels.items():
        if not 0 <= place < len(changed):
            limit = f"0–{len(changed) - 1:,}"
            raise InvalidField("row", place, limit, f"{original.name} has no such review")
        if label not in (0, 1):
            raise InvalidField("label", label, "0 or 1", "0 is negative, 1 positive")
        changed[place] = label
    corrected = int((changed != content.labels).sum())
    if not corrected:
        raise InvalidField("rows", "none", "at least one", "say which labels to change")
    check_enough(changed)
    version = replace(content, labels=changed)
    description = {
        **original.description,
        "positives": int(changed.sum()),
        "parts": check_parts(version),
        "version_of": original.id,
        "relabelled": corrected,
    }
    return Made(version, description)


def next_version_name(name: str, taken: Collection[str]) -> str:
    """Return the first free "name, version 2"; `taken` names are casefolded."""
    stem, number = _VERSION.sub("", name)[: MAX_NAME - 15], 2
    while f"{stem}, version {number}".casefold() in taken:
        number += 1
    return f"{stem}, version {number}"
