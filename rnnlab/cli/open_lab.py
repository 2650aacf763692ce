"""The lab that a command works on."""

from typing import TYPE_CHECKING

from rnnlab.cli.output import say
from rnnlab.errors import ReadOnlyLab

if TYPE_CHECKING:
    from rnnlab.lab import Lab


def open_lab(*, to_change: bool = False, owner: str | None = None) -> "Lab":
    """Open the lab that the environment names, its states up to date.

    No run of a worker that has died is shown as running. What keeps everything from being recorded
    is said on stderr. What the lab queues belongs to `owner`, by default to who runs this process.
    Raises StoreError or RnnlabError, and ReadOnlyLab if `to_change` a lab that cannot be changed.
    """
    from rnnlab.lab import Lab

    lab = Lab() if owner is None else Lab().of(owner)
    if to_change and lab.read_only:
        raise ReadOnlyLab(lab.read_only)
    if lab.notice:
        say(lab.notice)
    lab.reconcile()
    return lab
