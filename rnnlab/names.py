"""The names of runs and studies: which ones are allowed, and what files are called after them.

Owns the rules alone; the store keeps the names.
"""

import re
import unicodedata

from rnnlab.characters import REPLACEMENT
from rnnlab.config import PRESETS
from rnnlab.errors import InvalidField

MAX_NAME = 80  # characters
_NUMBERED = re.compile(r"(.*\S) [1-9]\d*")
_ID = re.compile(r"(?:[gs]-)?[0-9a-f]{8}")
# Joiners of emoji and of Indian and Persian scripts are the only invisible marks with a use.
_JOINERS = "\u200c\u200d"
# Letters and symbols that have no ink: Hangul fillers, and Braille without dots.
_BLANK = "\u115f\u1160\u3164\uffa0\u2800"
# Windows takes no file of such a name, whatever its ending
# (https://learn.microsoft.com/windows/win32/fileio/naming-a-file).
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)


def checked_name(text: str) -> str:
    """Return the name as it is stored, on one line.

    Raises InvalidField if it is empty, too long, cannot be seen, or means something else already.
    """
    name = visible_line("name", text, limit=MAX_NAME, remedy="give it a short name")
    if name.casefold() in PRESETS:
        raise InvalidField(
            "name",
            text,
            "other than an architecture's or a preset's",
            f"call it {name} 2, for example",
        )
    if _ID.fullmatch(name):
        raise InvalidField("name", text, "other than an id", "add a word to it")
    return name


def visible_line(field: str, text: str, *, limit: int, remedy: str) -> str:
    """Return the text on one line. Raises InvalidField if it is empty, too long, or not to be seen.

    `remedy` is for a wrong length; `field` is what the text is called.
    """
    line = " ".join(text.replace("\0", " ").split())
    if not 1 <= len(line) <= limit:
        raise InvalidField(field, text, f"1–{limit} characters", remedy)
    for mark in line:
        # "Cs" are halves of characters, and bytes that are no text, as a shell passes them.
        hidden = unicodedata.category(mark) in ("Cc", "Cf", "Cn", "Co", "Cs")
        if (hidden and mark not in _JOINERS) or mark == REPLACEMENT:
            called = f"U+{ord(mark):04X} {unicodedata.name(mark, '')}".strip()
            raise InvalidField(field, text, "visible characters", f"leave out {called}")
    if all(unicodedata.category(mark)[0] in "CMZ" or mark in _BLANK for mark in line):
        raise InvalidField(field, text, "visible characters", "add a letter or a digit")
    return line


def base_name(name: str) -> str | None:
    """Return "ff" of "ff 2", as runs of several seeds are called; None of other names."""
    match = _NUMBERED.fullmatch(name)
    return match.group(1) if match else None


def file_stem(name: str, run_id: str) -> str:
    """Return a run's name as a file name that every system takes, or its id if little is left."""
    plain = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")
    if len(plain) < 3 or _DEVICES.fullmatch(plain):
        return f"run-{run_id}"
    return plain[:60].rstrip("-")
