"""From a click on Train to the first batch, as the store sees it: a warm worker, and none yet.

Asks the lab for a run as the button does, and waits until its first progress is in the store.
A warm worker has got ready for the run where it was expected, as it is once the form says so.
"""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks import harness
from benchmarks.harness import Effort, Row
from rnnlab.config import TUTORIAL, preset
from rnnlab.lab import Lab

WARM_S, COLD_S = 1.5, 6.0
READ_S = 6.0  # for which a person looks at the form before the click


def measure(effort: Effort) -> Iterator[Row]:
    """Warm, expected or not; cold, and cold with nothing compiled before."""
    archs = TUTORIAL[: effort.of(len(TUTORIAL))]
    some = archs[::2]
    filled_in = f"{READ_S:.0f} s after the form was filled in; compiled before"
    with harness.fresh_home() as home:
        anew = [first_batch_s(home, arch, cold=True, anew=True) for arch in archs]
        cold = [first_batch_s(home, arch, cold=True) for arch in some]
        ready = [first_batch_s(home, arch, read_s=READ_S) for arch in archs]
        warm = [first_batch_s(home, arch) for arch in some * effort.of(2)]
    for what, values, limit, note, networks in (
        ("click on Train → first batch, warm worker", ready, WARM_S, filled_in, archs),
        ("the same, not expected", warm, WARM_S, "as from the command line", some),
        ("the same, no worker yet", cold, COLD_S, "imports keras; compiled before", some),
        ("the same, nothing compiled yet", anew, COLD_S, "once for each kind of network", archs),
    ):
        yield harness.at_most(
            what,
            harness.p95(values),
            limit,
            figure=harness.percentiles(values, " s", 2),
            goal=f"≤ {limit} s",
            note=f"{note}; {', '.join(networks)}; judged by p95",
            values={"s": values},
        )


def first_batch_s(
    home: Path, arch: str, *, cold: bool = False, anew: bool = False, read_s: float = 0.0
) -> float:
    """Seconds from asking for a run to its first batch; the run is ended afterwards.

    `cold`: with no worker alive. `anew`: with nothing compiled either. With `read_s` the run is
    expected for so many seconds before.
    """
    lab = Lab()
    if cold:
        harness.end_workers(home)
        lab.store.workers.mark_stalled(now=time.time())
    if anew:
        forget_compiled(home)
    if read_s:
        lab.prewarm(preset(arch))
        time.sleep(read_s)
    began_s = time.perf_counter()
    run = lab.train(preset(arch))
    harness.wait_until(lambda: lab.store.get(run.id).progress is not None, timeout_s=120)
    taken_s = time.perf_counter() - began_s
    lab.stop(run.id)
    harness.wait_until(lambda: not lab.store.get(run.id).state.active, timeout_s=120)
    lab.store.close()
    time.sleep(0.3)  # the worker's child is gone, too
    return taken_s


def forget_compiled(home: Path) -> None:
    """Delete XLA's compiled code of a home."""
    for folder in (home / "cache").glob("xla-*"):
        shutil.rmtree(folder)
