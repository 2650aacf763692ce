"""How far the lab's LSTM epoch is from the floor: the same epoch as a C loop on one thread.

`lstm_epoch.c` is compiled for this very machine when the section runs. Both train 313 batches of
64 reviews with dropout and RMSprop, and then validate 5,000 reviews.
"""

import ctypes
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from benchmarks import harness, training
from benchmarks.harness import Effort, Row

SOURCE = Path(__file__).with_name("lstm_epoch.c")
FLAGS = ["-O3", "-march=native", "-ffast-math", "-shared", "-fPIC"]
BATCH, MAXLEN, VOCAB_SIZE, EMBEDDING, UNITS = 64, 100, 500, 16, 8
# Keras's order and shapes, and the order of the C struct.
SHAPES = {
    "embedding": (VOCAB_SIZE, EMBEDDING),
    "kernel": (EMBEDDING, 4 * UNITS),
    "recurrent": (UNITS, 4 * UNITS),
    "bias": (4 * UNITS,),
    "dense": (UNITS, 1),
    "dense_bias": (1,),
}
BATCHES, VALIDATION_BATCHES = 313, 79
GOAL = 3  # times the C loop


def measure(effort: Effort) -> Iterator[Row]:
    """One row, or why there is none."""
    what = "LSTM epoch: lab / C loop on one thread"
    if compiler() is None:
        yield Row(what, "not measured", f"≤ {GOAL}×", "unclear", "no C compiler here")
        return
    with tempfile.TemporaryDirectory() as folder, harness.fresh_home():
        loop = Loop(Path(folder))
        found = harness.in_turn(
            effort.of(3),
            c=lambda: [harness.seconds(loop.epoch) for _ in range(5)],
            lab=lambda: training.lab("lstm", effort.of(5, 2))["seconds"][1:],
        )
    c_s, lab_s = ([one for part in found[who] for one in part] for who in ("c", "lab"))
    ratio = statistics.median(lab_s) / statistics.median(c_s)
    yield harness.at_most(
        what,
        ratio,
        GOAL,
        figure=f"{ratio:.1f}×",
        goal=f"≤ {GOAL}×",
        note=f"s an epoch: C {harness.spread(c_s, ' s')}, lab {harness.spread(lab_s, ' s')}; "
        f"{vectors()}",
        values={"c": c_s, "lab": lab_s},
    )


def compiler() -> str | None:
    """The C compiler of this machine, if it has one."""
    return shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")


def vectors() -> str:
    """Which vector instructions the loop could use, in words."""
    try:
        flags = Path("/proc/cpuinfo").read_text()
    except OSError:
        return "vector instructions unknown"
    known = {"avx512f": "AVX-512", "avx2": "AVX2", "asimd": "NEON"}
    return next((f"with {name}" for flag, name in known.items() if flag in flags), "no vectors")


class Loop:
    """The compiled loop, with the data of one epoch; the words and weights are random."""

    def __init__(self, folder: Path) -> None:
        library = folder / "lstm_epoch.so"
        subprocess.run([compiler(), *FLAGS, SOURCE, "-o", library, "-lm"], check=True)
        self._c = ctypes.CDLL(str(library))
        self._c.gradient.restype = self._c.train.restype = ctypes.c_float
        rng = np.random.default_rng(0)
        self._ids = rng.integers(0, VOCAB_SIZE, (BATCHES * BATCH, MAXLEN)).astype(np.int32)
        self._labels = rng.integers(0, 2, BATCHES * BATCH).astype(np.float32)
        kept = rng.random((BATCHES, EMBEDDING, BATCH)) >= 0.3
        self._masks = (kept / 0.7).astype(np.float32)
        self._weights = flat([rng.normal(0, 0.1, shape) for shape in SHAPES.values()])
        self._slots = np.zeros_like(self._weights)

    def epoch(self) -> float:
        """The mean loss of an epoch; trains on, and then validates."""
        loss = self._c.train(
            pointer(self._weights),
            pointer(self._slots),
            pointer(self._ids),
            pointer(self._labels),
            pointer(self._masks),
            BATCHES,
            ctypes.c_float(1e-4),
        )
        logits = np.empty(VALIDATION_BATCHES * BATCH, np.float32)
        self._c.judge(
            pointer(self._weights), pointer(self._ids), VALIDATION_BATCHES, pointer(logits)
        )
        return loss

    def gradient(
        self, weights: Sequence[np.ndarray], ids: np.ndarray, labels: np.ndarray
    ) -> tuple[float, Mapping[str, np.ndarray]]:
        """The loss of one batch without dropout, and its gradients by the names of `SHAPES`."""
        found = np.empty_like(self._weights)
        ones = np.ones((EMBEDDING, BATCH), np.float32)
        loss = self._c.gradient(
            pointer(flat(weights)),
            pointer(np.ascontiguousarray(ids, np.int32)),
            pointer(np.ascontiguousarray(labels, np.float32)),
            pointer(ones),
            pointer(found),
        )
        sizes = [np.prod(shape) for shape in SHAPES.values()]
        parts = np.split(found, np.cumsum(sizes)[:-1])
        return loss, {
            name: part.reshape(shape)
            for (name, shape), part in zip(SHAPES.items(), parts, strict=True)
        }


def flat(arrays: Sequence[np.ndarray]) -> np.ndarray:
    """All arrays in one row, as the C struct has them: float32."""
    return np.concatenate([np.ravel(array) for array in arrays]).astype(np.float32)


def pointer(array: np.ndarray) -> ctypes.c_void_p:
    """Where an array's numbers are; keeps the array alive."""
    return array.ctypes.data_as(ctypes.c_void_p)
