"""Compares a run with the original that it repeats, in figures and in a sentence.

Owns what counts as the same. Queues nothing; `rnnlab.lab.Lab.reproduce` does.
"""

import hashlib
import io
import zipfile
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rnnlab import format
from rnnlab.errors import StoreError, WrongState
from rnnlab.names import MAX_NAME
from rnnlab.runs import HISTORY_KEYS, Epoch, Run, RunState
from rnnlab.store import RunStore

AGAIN = ", again"
# What determines a run's training beside its config, as recorded in its manifest.
SETTINGS = (
    "dataset_sha256",
    "split_seed",
    "test_split_seed",
    "validation_batch",
    "steps_per_execution",
    "jit_compile",
    "threads",
    "penalty",
    "inverse_penalty_strength",
    "solver",
)


class Reproduction(NamedTuple):
    """How a run compares with its original.

    `identical` means that all figures and all weights are equal to the last bit.
    `largest_difference` is over the epochs that both histories have; `where` names its figure and
    epoch, None if there is no difference. `sentence` sums it up for people.
    """

    identical: bool
    largest_difference: float
    where: str | None
    weights_identical: bool
    sentence: str


def check_reproducible(original: Run) -> None:
    """Raise WrongState if the run cannot be reproduced because it has not finished."""
    if original.state is RunState.FINISHED:
        return
    remedy = "resume it and let it finish"
    if original.state in (RunState.STOPPED, RunState.FAILED):
        remedy = "train it again and let it finish"
    elif original.state.active:
        remedy = "wait until it has finished"
    raise WrongState(
        f"run {original.name} is {original.state}, and only a finished run can be reproduced: "
        f"{remedy}"
    )


def repeat_name(original: str) -> str:
    """Return the name of a run that repeats another, shortened to the length limit of names.

    >>> repeat_name("lstm-1")
    'lstm-1, again'
    """
    return original[: MAX_NAME - len(AGAIN)].rstrip() + AGAIN


def compare_with_original(store: RunStore, repeat: Run) -> Reproduction:
    """Compare a finished run with the one that it reproduces.

    Read-only. Raises RunNotFound if the original was deleted, StoreError for damaged weights.
    """
    original = store.get(repeat.reproduces or "")
    return compare(
        original,
        store.epochs(original.id),
        repeat,
        store.epochs(repeat.id),
        weights=(store.artifact(original.id, "best"), store.artifact(repeat.id, "best")),
    )


def compare(
    original: Run,
    original_epochs: Sequence[Epoch],
    repeat: Run,
    repeat_epochs: Sequence[Epoch],
    *,
    weights: tuple[bytes, bytes],
) -> Reproduction:
    """Compare the histories and weights of a finished run and its original.

    weights: the .npz of both, the original's first; compared by the SHA-256 of their arrays.
    """
    pairs = list(zip(original_epochs, repeat_epochs, strict=False))
    # A finished run has at least one epoch, and no figure in it that is not a number.
    largest, figure, epoch = max(
        (abs(getattr(there, key) - getattr(here, key)), key, there.epoch)
        for there, here in pairs
        for key in HISTORY_KEYS
    )
    where = f"{figure} of epoch {epoch}" if largest else None
    same_length = len(original_epochs) == len(repeat_epochs)
    same_weights = weights_sha256(weights[0]) == weights_sha256(weights[1])
    identical = same_length and same_weights and not largest
    epochs = format.plural(len(pairs), "epoch")
    if identical:
        sentence = f"Bit-identical: all figures of {epochs} and all weights match the original."
        return Reproduction(True, largest, where, True, sentence)
    sentences = [
        f"Not bit-identical: over {epochs} the largest difference is {largest:.3g}, in {where}."
        if largest
        else f"The figures of {epochs} are bit-identical."
    ]
    if not same_length:
        sentences.append(
            f"It ended after epoch {len(repeat_epochs)}, the original after epoch "
            f"{len(original_epochs)}."
        )
    sentences.append(
        f"The weights of the best epoch are {'' if same_weights else 'not '}identical."
    )
    sentences.append(_reasons(original, repeat))
    return Reproduction(identical, largest, where, same_weights, " ".join(sentences))


def weights_sha256(content: bytes) -> str:
    """Compute the SHA-256 of the arrays in an .npz: their names, types, shapes and values.

    The bytes of the file will not do: they include the time of writing. Raises StoreError.
    """
    total = hashlib.sha256()
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            for path in sorted(arrays.files):
                array = arrays[path]
                total.update(f"{path} {array.dtype.str} {array.shape}\n".encode())
                total.update(np.ascontiguousarray(array).tobytes())
    except (ValueError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise StoreError(
            "the weights to compare cannot be read: delete the run and train it again"
        ) from error
    return total.hexdigest()


def _reasons(original: Run, repeat: Run) -> str:
    """Name the conditions of training in which the two differ: possible reasons."""
    kinds = [format.listing(list(run.machine_kinds)) for run in (original, repeat)]
    if all(kinds) and kinds[0] != kinds[1]:
        return (
            f"The machines differ in kind ({kinds[0]} then, {kinds[1]} now), and only machines of "
            "one kind give bit-identical results."
        )
    facts = [] if all(kinds) else [("machine", original.machine, repeat.machine)]
    packages = sorted(original.versions.keys() | repeat.versions.keys())
    if "rnnlab" not in original.versions:  # which runs of earlier versions do not say
        packages = [package for package in packages if package != "rnnlab"]
    facts += [(key, original.versions.get(key), repeat.versions.get(key)) for key in packages]
    facts += [(key, original.manifest.get(key), repeat.manifest.get(key)) for key in SETTINGS]
    differ = [
        f"{label} {_known(there)} then, {_known(here)} now"
        for label, there, here in facts
        if there != here
    ]
    if differ:
        return f"Training conditions differ: {'; '.join(differ)}."
    same = "Machine" if original.machine == repeat.machine else "The kind of machine"
    return f"{same}, versions and settings were the same both times."


def _known(value: object) -> object:
    return "unknown" if value is None else value
