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
from rnnlab.compare.statistics import Difference
from rnnlab.datasets import Dataset
from rnnlab.inference import forward
from rnnlab.inference.classify import Classifier
from rnnlab.inside import dial, dynamics, memory, network, order, passport, reviews
from rnnlab.inside.dial import Dial
from rnnlab.inside.dynamics import FixedPoint
from rnnlab.inside.memory import Reach, Swaps
from rnnlab.inside.network import Network
from rnnlab.inside.order import LastWords, Order, Reordered
from rnnlab.inside.passport import Context, Passport, WordMove
from rnnlab.inside.reviews import sampled_inputs, validation_inputs
from rnnlab.runs import Run
from rnnlab.store import RunStore

Result = TypeVar("Result")
Arrays = Mapping[str, np.ndarray]


class Subject(NamedTuple):
    """A run's model with the store that keeps its analyses and the dataset of its reviews."""

    store: RunStore
    run: Run
    classifier: Classifier
    dataset: Dataset

    def network(self) -> Network:
        """Return the network in float64; of recurrent runs alone."""
        return Network.load(self.run.config, self.classifier.weights)


class Memory(NamedTuple):
    """How far back a network reaches: by its gradient, and by swapping words."""

    reach: Reach
    swaps: Swaps


def load_dial(subject: Subject, *, layer: int | None = None, backwards: bool = False) -> Dial:
    """Return the dial of a cell of the network, of the last layer read forwards if none is named.

    Raises DataError for another dataset than the run's own.
    """

    def compute() -> Dial:
        ids = sampled_inputs(subject.run, subject.dataset)
        return dial.dial(subject.network(), ids, layer=layer, backwards=backwards)

    name = f"dial {_cell_name(subject, layer, backwards)}"
    modules = (forward, network, dynamics, dial, reviews)
    return kept(subject, name, modules, compute, dial_arrays, dial_from)


def load_passports(
    subject: Subject, *, layer: int | None = None, backwards: bool = False
) -> tuple[Passport, ...]:
    """Return the passport of each unit of a cell; arguments and errors as for `load_dial`."""

    def compute() -> tuple[Passport, ...]:
        ids = sampled_inputs(subject.run, subject.dataset)
        return passport.passports(subject.network(), ids, layer=layer, backwards=backwards)

    name = f"units {_cell_name(subject, layer, backwards)}"
    modules = (forward, network, dial, passport, reviews)
    return kept(subject, name, modules, compute, _passport_arrays, _passports_from)


def load_memory(subject: Subject) -> Memory:
    """Return how far back the network reaches. Raises as `load_dial`."""

    def compute() -> Memory:
        ids = sampled_inputs(subject.run, subject.dataset)
        weights = subject.classifier.weights
        return Memory(
            memory.reach(subject.network(), ids),
            memory.swaps(subject.run.config, weights, ids),
        )

    modules = (forward, network, memory, reviews)
    return kept(subject, "memory", modules, compute, _memory_arrays, _memory_from)


def load_order(
    subject: Subject, *, progress: Callable[[float, str], None] = lambda share, name: None
) -> Order:
    """Return what a model of any kind answers to changed reviews; `progress` as `measure_order`.

    Takes seconds unless it is kept. Raises as `load_dial`.
    """

    def compute() -> Order:
        ids, labels = validation_inputs(subject.run, subject.dataset)
        weights = subject.classifier.weights
        return order.measure_order(subject.run.config, weights, ids, labels, progress=progress)

    return kept(subject, "order", (forward, order, reviews), compute, _order_arrays, _order_from)


def _cell_name(subject: Subject, layer: int | None, backwards: bool) -> str:
    number = subject.run.config.layers if layer is None else layer + 1
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


def _memory_arrays(made: Memory) -> dict[str, np.ndarray]:
    reached, swapped = made
    return {
        "reach": np.array([reached.low, reached.median, reached.high]),
        "distances": swapped.distances,
        "swaps": np.array([swapped.low, swapped.median, swapped.high]),
        "half_lives": _or_nan((reached.half_life, swapped.half_life)),
    }


def _memory_from(kept: Arrays) -> Memory:
    halves = [None if half is None else int(half) for half in _or_none(kept["half_lives"])]
    (low, median, high), swapped = kept["reach"], kept["swaps"]
    return Memory(
        Reach(low, median, high, halves[0]),
        Swaps(kept["distances"], swapped[0], swapped[1], swapped[2], halves[1]),
    )


def _order_arrays(made: Order) -> dict[str, np.ndarray]:
    return {"json": np.array(json.dumps(made))}


def _order_from(kept: Arrays) -> Order:
    rows, last, count = json.loads(str(kept["json"]))
    return Order(
        tuple(
            Reordered(name, accuracy, None if difference is None else Difference(*difference))
            for name, accuracy, difference in rows
        ),
        tuple(LastWords(*values) for values in last),
        count,
    )


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
