"""What is known of a trained network's inside: read from the store, computed where it is missing.

Owns what an analysis is kept under and how it is written. The key holds the weights, the reviews
and the code that analyses, so that a change of any of them computes anew.
"""

import hashlib
import json
import sys
import zipfile
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import NamedTuple, TypeVar

import numpy as np

from rnnlab import arrays
from rnnlab.datasets import Dataset
from rnnlab.inference import forward
from rnnlab.inside import dial, dynamics, network, passport, reviews
from rnnlab.inside.dial import Dial
from rnnlab.inside.dynamics import FixedPoint
from rnnlab.inside.network import Network
from rnnlab.inside.passport import Context, Passport, WordMove
from rnnlab.inside.reviews import REVIEWS, validation_inputs
from rnnlab.runs import Run
from rnnlab.store import RunStore

Result = TypeVar("Result")
Arrays = Mapping[str, np.ndarray]


class Subject(NamedTuple):
    """A run's network with the store that keeps its analyses and the dataset of its reviews."""

    store: RunStore
    run: Run
    network: Network
    dataset: Dataset


def load_dial(subject: Subject, *, layer: int | None = None, backwards: bool = False) -> Dial:
    """Return the dial of a cell of the network, of the last layer read forwards if none is named.

    Raises DataError for another dataset than the run's own.
    """

    def compute() -> Dial:
        ids, _ = validation_inputs(subject.run, subject.dataset)
        return dial.dial(subject.network, ids[:REVIEWS], layer=layer, backwards=backwards)

    name = f"dial {_cell_name(subject.network, layer, backwards)}"
    modules = (forward, network, dynamics, dial, reviews)
    return kept(subject, name, modules, compute, dial_arrays, dial_from)


def load_passports(
    subject: Subject, *, layer: int | None = None, backwards: bool = False
) -> tuple[Passport, ...]:
    """Return the passport of each unit of a cell; arguments and errors as for `load_dial`."""

    def compute() -> tuple[Passport, ...]:
        ids, _ = validation_inputs(subject.run, subject.dataset)
        return passport.passports(subject.network, ids[:REVIEWS], layer=layer, backwards=backwards)

    name = f"units {_cell_name(subject.network, layer, backwards)}"
    modules = (forward, network, dial, passport, reviews)
    return kept(subject, name, modules, compute, _passport_arrays, _passports_from)


def _cell_name(of: Network, layer: int | None, backwards: bool) -> str:
    number = len(of.layers) if layer is None else layer + 1
    return f"{number}{' backwards' if backwards else ''}"


def kept(
    subject: Subject,
    name: str,
    modules: tuple[ModuleType, ...],
    compute: Callable[[], Result],
    to_arrays: Callable[[Result], Arrays],
    from_arrays: Callable[[Arrays], Result],
) -> Result:
    """Return what is kept under a name, else compute and keep it; `modules` are its code."""
    store, run = subject.store, subject.run
    best = str(store.digest(run.id, "best"))
    parts = (best, subject.dataset.fingerprint, _code(*modules, sys.modules[__name__]))
    key = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    content = store.analyses.get(run.id, name, key=key)
    if content is not None:
        try:
            return from_arrays(arrays.npz_arrays(content))
        except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile):
            pass  # it was kept by other code after all
    result = compute()
    store.analyses.put(run.id, name, arrays.npz_bytes(to_arrays(result)), key=key)
    return result


def dial_arrays(made: Dial) -> dict[str, np.ndarray]:
    """Return a dial as named arrays."""
    return {
        "mean": made.mean,
        "directions": made.directions,
        "shares": np.array(made.shares),
        "cloud": made.cloud.astype(np.float32),
        "cosine": _or_nan([made.cosine]),
        "states": np.array([point.state for point in made.points]),
        "eigenvalues": np.array([point.eigenvalues for point in made.points], np.complex128),
        "residuals": np.array([point.residual for point in made.points]),
        "probabilities": _or_nan(made.probabilities),
    }


def dial_from(kept: Arrays) -> Dial:
    """Return the dial that `dial_arrays` wrote."""
    points = zip(kept["states"], kept["eigenvalues"], kept["residuals"].tolist(), strict=True)
    first, second = kept["shares"].tolist()
    return Dial(
        kept["mean"],
        kept["directions"],
        (first, second),
        kept["cloud"].astype(np.float64),
        _or_none(kept["cosine"])[0],
        tuple(FixedPoint(*point) for point in points),
        _or_none(kept["probabilities"]),
    )


def _passport_arrays(made: tuple[Passport, ...]) -> dict[str, np.ndarray]:
    return {"json": np.array(json.dumps([known._asdict() for known in made]))}


def _passports_from(kept: Arrays) -> tuple[Passport, ...]:
    passports = []
    for fields in json.loads(str(kept["json"])):
        for side in ("raise_it", "lower_it"):
            fields[side] = tuple(WordMove(*values) for values in fields[side])
        for side in ("rises", "falls"):
            fields[side] = tuple(Context(tuple(words), move) for words, move in fields[side])
        passports.append(Passport(**fields))
    return tuple(passports)


def _or_nan(values: Iterable[float | None]) -> np.ndarray:
    return np.array([np.nan if value is None else value for value in values], np.float64)


def _or_none(values: np.ndarray) -> tuple[float | None, ...]:
    return tuple(None if np.isnan(value) else value for value in values.tolist())


@cache
def _code(*modules: ModuleType) -> str:
    """Return a digest of what these modules' files hold."""
    digest = hashlib.sha256()
    for module in modules:
        digest.update(Path(str(module.__file__)).read_bytes())
    return digest.hexdigest()
