"""What datasets are called on screen: a built-in one by its id, one of one's own by its name.

Configs hold ids alone. The names are those that this process has last read from a store, see
`rnnlab.store.datasets`; an id that it has not met is shown as it is.
"""

from collections.abc import Mapping

_names: dict[str, str] = {}


def remember(names: Mapping[str, str]) -> None:
    """Keep what datasets are called now, by id."""
    _names.update(names)


def dataset_name(dataset_id: str) -> str:
    """Return what a dataset is called."""
    return _names.get(dataset_id, dataset_id)
