"""The lab that a command works on."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rnnlab.lab import Lab


def open_lab() -> "Lab":
    """Open the lab that the environment names, its states up to date.

    No run of a worker that has died is shown as running. Raises StoreError or RnnlabError.
    """
    from rnnlab.lab import Lab

    lab = Lab()
    lab.reconcile()
    return lab
