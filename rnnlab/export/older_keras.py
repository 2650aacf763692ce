"""A saved Keras model without what earlier versions of Keras cannot read.

Keras writes settings that its earlier versions do not know, and those refuse the whole file
("Unrecognized keyword arguments passed to Embedding: {'quantization_config': None}"). At their
defaults these settings say nothing, so the file is the same model without them.
"""

import json
import os
import zipfile
from pathlib import Path
from typing import Any

OLDEST = "3.8"  # the oldest version of Keras that the exported files are tested with
# By key: the default at which it can be left out. Each came with a version after `OLDEST`.
LATER: dict[str, Any] = {
    "quantization_config": None,  # Embedding, Dense
    "input_axes": None,  # initializers that scale by variance
    "output_axes": None,
    "optional": False,  # InputLayer
}
_CONFIG = "config.json"


def open_to_older(path: Path) -> None:
    """Leave out of a `.keras` file what versions from `OLDEST` on do not know. Atomic."""
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    with zipfile.ZipFile(path) as saved, zipfile.ZipFile(scratch, "w") as written:
        for member in saved.infolist():
            content = saved.read(member)
            if member.filename == _CONFIG:
                content = json.dumps(without_later(json.loads(content))).encode()
            written.writestr(member, content)
    os.replace(scratch, path)


def without_later(value: Any) -> Any:
    """Return a config without the settings of `LATER` that are at their defaults, at any depth."""
    if isinstance(value, list):
        return [without_later(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: without_later(item)
        for key, item in value.items()
        if not (key in LATER and item == LATER[key])
    }
