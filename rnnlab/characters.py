"""Characters that no file can hold, and what stands in their place."""

import re

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_HALVES = re.compile("[\ud800-\udfff]")


def half_character(text: str) -> int | None:
    """Return the place of the first half of a character, which UTF-8 cannot hold; None if none.

    Browsers have them in damaged texts, and Python makes them of bytes that are no UTF-8.
    """
    found = _HALVES.search(text)
    return found.start() if found else None
