"""Whether a run trained again gives the same: the comparison, in figures and in a sentence.

Owns what counts as the same. Queues nothing; `rnnlab.lab.Lab.reproduce` does.
"""

import hashlib
import io
import zipfile
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rnnlab.errors import StoreError, WrongState
from rnnlab.runs import HISTORY_KEYS, Epoch, Run, RunState
from rnnlab.store import MAX_NAME, RunStore

AGAIN = ", again"
# What trains a run, beside its config, as far as its manifest tells.
SETTINGS = (
    "dataset_sha256",
    "split_seed",
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

    `identical`: all figures and all weights are, to the last bit. `largest_difference` is that of
    the history, over the epochs that both have; `where` names its figure and epoch, and is None
    where there is no difference. `sentence` says it all to a person.
    """

    identical: bool
    largest_difference: float
    where: str | None
    weights_identical: bool
    sentence: str


def check_reproducible(original: Run) -> None:
    """Raises WrongState where the run cannot be reproduced, because it has not finished."""
    if original.state is RunState.FINISHED:
        return
    remedy = "resume it and wait for its end"
    if original.state in (RunState.STOPPED, RunState.FAILED):
        remedy = "train it anew, to its end"
    elif original.state.active:
        remedy = "wait for its end"
    raise WrongState(
        f"run {original.name} is {original.state}, and only a finished run has an end to "
        f"reproduce: {remedy}"
    )


def repeat_name(original: str) -> str:
    """The name of a run that is trained again, cut to what a name may have.

    >>> repeat_name("lstm-1")
    'lstm-1, again'
    """
    return original[: MAX_NAME - len(AGAIN)].rstrip() + AGAIN


def compare_with_original(store: RunStore, again: Run) -> Reproduction:
    """The comparison of a finished run with the one that it reproduces.

    Read-only. Raises RunNotFound where that one is deleted, StoreError for damaged weights.
    """
    original = store.get(again.reproduces)
    return compare(
        original,
        store.epochs(original.id),
        again,
        store.epochs(again.id),
        weights=(store.artifact(original.id, "best"), store.artifact(again.id, "best")),
    )


def compare(
    original: Run,
    original_epochs: Sequence[Epoch],
    again: Run,
    again_epochs: Sequence[Epoch],
    *,
    weights: tuple[bytes, bytes],
) -> Reproduction:
    """How a finished run compares with its original.

    weights: the .npz of both, the original's first; compared by the SHA-256 of their arrays.
    """
    pairs = list(zip(original_epochs, again_epochs, strict=False))
    # A finished run has at least one epoch, and no figure in it that is not a number.
    largest, figure, epoch = max(
        (abs(getattr(there, key) - getattr(here, key)), key, there.epoch)
        for there, here in pairs
        for key in HISTORY_KEYS
    )
    where = f"{figure} of epoch {epoch}" if largest else None
    same_length = len(original_epochs) == len(again_epochs)
    same_weights = weights_sha256(weights[0]) == weights_sha256(weights[1])
    identical = same_length and same_weights and not largest
    epochs = "1 epoch" if len(pairs) == 1 else f"{len(pairs)} epochs"
    if identical:
        sentence = f"Bit-identical: all figures of {epochs} and all weights are the original's."
        return Reproduction(True, largest, where, True, sentence)
    said = [
        f"Not bit-identical: over {epochs} the largest difference is {largest:.3g}, in {where}."
        if largest
        else f"The figures of {epochs} are bit-identical."
    ]
    if not same_length:
        said.append(
            f"It ended after epoch {len(again_epochs)}, the original after epoch "
            f"{len(original_epochs)}."
        )
    said.append(f"The weights of the best epoch are {'' if same_weights else 'not '}equal.")
    said.append(_reasons(original, again))
    return Reproduction(identical, largest, where, same_weights, " ".join(said))


def weights_sha256(content: bytes) -> str:
    """The SHA-256 of the arrays in an .npz: their names, types, shapes and values.

    The file's own bytes would not do, they hold the time of writing. Raises StoreError.
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
            "the weights to compare cannot be read: delete the run, train again"
        ) from error
    return total.hexdigest()


def _reasons(original: Run, again: Run) -> str:
    """In what the two were not trained alike, which may be why they differ."""
    facts = [("machine", original.machine, again.machine)]
    packages = sorted(original.versions.keys() | again.versions.keys())
    facts += [(key, original.versions.get(key), again.versions.get(key)) for key in packages]
    facts += [(key, original.manifest.get(key), again.manifest.get(key)) for key in SETTINGS]
    differ = [
        f"{label} {_known(there)} then, {_known(here)} now"
        for label, there, here in facts
        if there != here
    ]
    if differ:
        return f"They were not trained alike: {'; '.join(differ)}."
    return "Machine, versions and settings were the same both times."


def _known(value: object) -> object:
    return "unknown" if value is None else value
