"""How seconds and memory grow with the settings, and how near the lab's estimate of both is.

Each setting trains a part of an epoch in a fork of one warm process, as a worker's child does: the
first call compiles, the later ones are measured. An epoch is then its steps times the median step,
and one validation of 5,000 reviews. All settings are gone through twice, minutes apart, and the
faster time of each counts, since what else a machine does only ever slows it. Run as
`python -m benchmarks.growth SECONDS CONFIG ...` it prints one measurement a config as JSON.
"""

import json
import math
import multiprocessing
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence

import numpy as np

from benchmarks import harness
from benchmarks.harness import Effort, Row
from rnnlab import machine
from rnnlab.config import PRESETS, TUTORIAL, RunConfig, preset
from rnnlab.estimate import estimate, steps_per_epoch
from rnnlab.execution import VALIDATION_BATCH, steps_per_execution

WITHIN, SHARE = 0.30, 0.9  # the estimate's goal: within 30 % for nine settings in ten
AXES = {  # one setting moved at a time, the preset's other settings kept
    "vocab_size": (300, 5_000, 50_000),
    "maxlen": (50, 300, 1_000),
    "units": (32, 128, 256),
    "layers": (2, 3),
    "batch_size": (32, 256, 1_024),
}
# Of the one-hot and GRU models the ends alone.
ENDS = {"vocab_size": (50_000,), "maxlen": (1_000,), "units": (256,), "batch_size": (1_024,)}
STEPS_S = 1.0  # seconds of measured steps a setting, each time
TIMES = 2


def measure(effort: Effort) -> Iterator[Row]:
    """The table of settings as rows, then how near the estimate was; draws `growth.html`."""
    presets = [preset(arch) for arch in TUTORIAL]
    configs = [*presets, *moved("lstm", AXES), *moved("onehot-rnn", ENDS), *moved("gru", ENDS)]
    if effort.smoke:
        configs = [preset("lstm"), *moved("lstm", {"units": (32,), "maxlen": (50,)})]
    seconds = STEPS_S if not effort.smoke else 0.1
    found = harness.child(
        "growth", str(seconds), *(json.dumps(config.to_dict()) for config in configs)
    )["found"]
    epochs_s = [one["epoch_s"] for one in found]
    peaks_mb = [one["peak_memory_mb"] for one in found]
    for axis, values in AXES.items():
        lines = along(axis, values, configs, epochs_s, peaks_mb)
        if lines:
            yield Row(f"lstm over {axis}", lines[-1][1], note="; ".join(map(": ".join, lines)))
    known = [(c, s) for c, s in zip(configs, epochs_s, strict=True) if c in presets]
    others = [place for place, config in enumerate(configs) if config not in presets]
    guessed = [estimate(configs[place]).seconds_per_epoch for place in others]
    evaluated = [estimate(configs[place], known).seconds_per_epoch for place in others]
    measured_s = [epochs_s[place] for place in others]
    sizes = [estimate(configs[place]).memory_bytes / 1e6 for place in others]
    yield share_row(
        "estimate of seconds, once the presets have been trained here",
        evaluated,
        measured_s,
        [configs[place] for place in others],
    )
    yield share_row(
        "the same, nothing trained here yet",
        guessed,
        measured_s,
        [configs[place] for place in others],
        goal=False,
    )
    yield share_row(
        "estimate of memory",
        sizes,
        [peaks_mb[place] for place in others],
        [configs[place] for place in others],
    )
    draw(configs, epochs_s, peaks_mb)
    yield Row(
        "table and chart of all settings",
        f"{len(configs)} settings",
        note=".rnnlab/bench/growth.html; steps measured on a part of an epoch",
        values={"configs": [changes(config) for config in configs], "found": found},
    )


def moved(arch: str, axes: dict[str, tuple]) -> list[RunConfig]:
    """The preset with one setting moved at a time."""
    return [preset(arch, **{axis: value}) for axis, values in axes.items() for value in values]


def changes(config: RunConfig) -> str:
    """A config in words: its architecture and what differs from its preset."""
    base = PRESETS[config.arch].to_dict()
    moved = [f"{name} {value:,}" for name, value in config.to_dict().items() if value != base[name]]
    return " ".join([config.arch, *(moved or ["preset"])])


def along(
    axis: str,
    values: Sequence[int],
    configs: Sequence[RunConfig],
    epochs_s: Sequence[float],
    peaks_mb: Sequence[float],
) -> list[tuple[str, str]]:
    """The LSTM's figures along one axis: (setting, "0.70 s, 660 MB"); the preset's among them."""
    wanted = {preset("lstm", **{axis: value}) for value in values} | {preset("lstm")}
    found = {
        getattr(config, axis): f"{epoch_s:,.2f} s, {peak_mb:,.0f} MB"
        for config, epoch_s, peak_mb in zip(configs, epochs_s, peaks_mb, strict=True)
        if config in wanted
    }
    if len(found) < 2:
        return []
    return [(f"{value:,}", found[value]) for value in sorted(found)]


def share_row(
    what: str,
    said: Sequence[float],
    measured: Sequence[float],
    configs: Sequence[RunConfig],
    *,
    goal: bool = True,
) -> Row:
    """How many settings the estimate put within 30 % of what was measured, and the farthest."""
    ratios = [a / b for a, b in zip(said, measured, strict=True)]
    near = [abs(ratio - 1) <= WITHIN for ratio in ratios]
    share = sum(near) / len(near)
    order = sorted(range(len(ratios)), key=lambda place: -abs(math.log(ratios[place])))
    far = ", ".join(f"{changes(configs[p])} {ratios[p]:.2f}×" for p in order[:3])
    row = Row(
        what,
        f"{sum(near)} of {len(near)} within 30 % ({share:.0%})",
        note=f"farthest, estimate / measured: {far}",
        values={changes(config): ratio for config, ratio in zip(configs, ratios, strict=True)},
    )
    if goal:
        row = row._replace(goal="9 in 10", verdict="met" if share >= SHARE else "missed")
    return row


def draw(
    configs: Sequence[RunConfig], epochs_s: Sequence[float], peaks_mb: Sequence[float]
) -> None:
    """Write `growth.html`: seconds and memory along each axis of the LSTM, and all as a table."""
    from plotly.subplots import make_subplots

    figure = make_subplots(
        rows=3,
        cols=len(AXES),
        row_heights=[0.3, 0.3, 0.4],
        specs=[[{}] * len(AXES)] * 2
        + [[{"type": "table", "colspan": len(AXES)}] + [None] * (len(AXES) - 1)],
    )
    for column, axis in enumerate(AXES, start=1):
        wanted = {preset("lstm", **{axis: value}) for value in AXES[axis]} | {preset("lstm")}
        points = sorted(
            (getattr(config, axis), epoch_s, peak_mb)
            for config, epoch_s, peak_mb in zip(configs, epochs_s, peaks_mb, strict=True)
            if config in wanted
        )
        for row, (place, unit) in enumerate(((1, "seconds an epoch"), (2, "peak MB")), start=1):
            figure.add_scatter(
                x=[point[0] for point in points],
                y=[point[place] for point in points],
                mode="lines+markers",
                line={"color": "#0072B2"},
                showlegend=False,
                row=row,
                col=column,
            )
            figure.update_xaxes(type="log", title_text=axis, row=row, col=column)
            figure.update_yaxes(
                rangemode="tozero", title_text=unit if column == 1 else None, row=row, col=column
            )
    cells = [
        [changes(config) for config in configs],
        [f"{epoch_s:,.2f}" for epoch_s in epochs_s],
        [f"{peak_mb:,.0f}" for peak_mb in peaks_mb],
    ]
    figure.add_table(
        header={"values": ["setting", "seconds an epoch", "peak MB"], "align": "left"},
        cells={"values": cells, "align": ["left", "right", "right"]},
        row=3,
        col=1,
    )
    figure.update_layout(
        title="How an epoch of the LSTM grows with one setting at a time", height=1_300
    )
    harness.FOLDER.mkdir(parents=True, exist_ok=True)
    figure.write_html(harness.FOLDER / "growth.html", include_plotlyjs=True)


def one(config: RunConfig, seconds: float) -> dict[str, float]:
    """The seconds of an epoch and the peak memory of a config; in a process of its own."""
    import keras

    from rnnlab import models
    from rnnlab.arrays import Reviews
    from rnnlab.training.batches import batches
    from rnnlab.training.checkpoint import Checkpoint
    from rnnlab.training.xla import configure

    class Clock(keras.callbacks.Callback):
        """The seconds of each call of several steps."""

        def __init__(self) -> None:
            super().__init__()
            self.calls_s: list[float] = []

        def on_train_batch_begin(self, batch, logs=None):
            self.began_s = time.perf_counter()

        def on_train_batch_end(self, batch, logs=None):
            self.calls_s.append(time.perf_counter() - self.began_s)

    machine.reset_peak_memory()
    configure(config)
    model = models.build(config)
    models.compile_model(model, config)
    steps = steps_per_execution(config)
    rng = np.random.default_rng(0)

    def reviews(count: int) -> Reviews:
        ids = rng.integers(0, config.vocab_size, (count, config.maxlen)).astype(np.int32)
        return Reviews(ids, rng.integers(0, 2, (count, 1)).astype(np.float32))

    train = reviews(20_000)
    whole = batches(train, config.batch_size, np.arange)  # held, as a worker holds it
    part = Reviews(*(array[: steps * config.batch_size] for array in train))
    read = batches(part, config.batch_size, np.arange)
    evaluated = batches(reviews(5_000), VALIDATION_BATCH)
    clock = Clock()
    end_s = math.inf
    while time.perf_counter() < end_s or len(clock.calls_s) < 3:
        model.fit(read, verbose=0, shuffle=False, callbacks=[clock])
        if math.isinf(end_s):
            end_s = time.perf_counter() + seconds
    model.evaluate(evaluated, verbose=0)  # compiles
    validated_s = harness.seconds(lambda: model.evaluate(evaluated, verbose=0))
    Checkpoint.of(model).to_bytes()
    del whole
    step_s = statistics.median(clock.calls_s[1:]) / steps
    return {
        "step_s": step_s,
        "validated_s": validated_s,
        "epoch_s": step_s * steps_per_epoch(config) + validated_s,
        "peak_memory_mb": machine.peak_memory_mb(),
    }


def main(seconds: float, configs: Sequence[RunConfig]) -> None:
    """Measure each config in a fork of this process, and print JSON."""
    os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
    from rnnlab.training import fit  # noqa: F401  (imported once; the forks have it)

    with tempfile.TemporaryDirectory() as cache:
        # What the first time compiles, the second reads.
        os.environ["TF_XLA_FLAGS"] = f"--tf_xla_persistent_cache_directory={cache}"
        # One fork for each config: as a worker's child, it starts without TensorFlow's threads.
        with multiprocessing.get_context("fork").Pool(1, maxtasksperchild=1) as pool:
            times = [
                [pool.apply(one, (config, seconds)) for config in configs] for _ in range(TIMES)
            ]
    print(json.dumps({"found": [best(found) for found in zip(*times, strict=True)]}))


def best(found: Sequence[dict[str, float]]) -> dict[str, float]:
    """The fastest times of one config, and its highest peak memory."""
    return {
        name: (max if name == "peak_memory_mb" else min)(one[name] for one in found)
        for name in found[0]
    }


if __name__ == "__main__":
    main(float(sys.argv[1]), [RunConfig(**json.loads(text)) for text in sys.argv[2:]])
