"""Finds the run, study or dataset that a person names: by id, name, or the start of an id."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from rnnlab.errors import RnnlabError

SHORTEST_START = 3  # characters of an id


class Named(Protocol):
    """A run, a study or a dataset."""

    @property
    def id(self) -> str:
        """Its id."""
        ...

    @property
    def name(self) -> str:
        """Its name."""
        ...


Item = TypeVar("Item", bound=Named)


def find_one(
    text: str,
    items: Sequence[Item],
    *,
    nouns: tuple[str, str],
    error: type[RnnlabError],
    command: str | None = None,
) -> Item:
    """Return the one that a person names; `nouns` are the singular and the plural.

    `command` lists them all, by default `rnnlab` with the plural.
    An id comes before a name, a name before the start of an id. Raises `error` where none, or more
    than one, matches.
    """
    singular, plural = nouns
    matches = (
        [item for item in items if item.id == text]
        or [item for item in items if item.name == text]
        or [item for item in items if len(text) >= SHORTEST_START and item.id.startswith(text)]
    )
    if not matches:
        raise error(
            f"there is no {singular} {text!r}: `{command or f'rnnlab {plural}'}` lists them"
        )
    if len(matches) > 1:
        ids = ", ".join(item.id for item in matches[:5])
        raise error(f"{len(matches)} {plural} match {text!r}: use an id ({ids})")
    return matches[0]
