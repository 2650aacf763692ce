"""For whom a lab queues runs; `rnnlab.lab.Lab` is made of it."""

import copy
from typing import Self

from rnnlab.owners import checked_owner, current_owner


class LabOwner:
    """The owner of what a lab queues: whoever runs this process, or somebody else who was named."""

    _owner: str | None = None

    def of(self, owner: str) -> Self:
        """Return this lab for somebody, to whom what it queues belongs. Raises InvalidField."""
        view = copy.copy(self)
        view._owner = checked_owner(owner)
        return view

    @property
    def owner(self) -> str:
        """Whose the runs are that this lab queues. Raises InvalidField."""
        return self._owner or current_owner()
