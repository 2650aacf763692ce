"""Faults of the store: held by others, on a full disk, read-only, damaged, newer, older."""

import random
from collections.abc import Iterator

from benchmarks.chaos import fault_disk, fault_held
from benchmarks.chaos.fault_files import FileFaults
from benchmarks.chaos.promises import Effort, Row, judged


def measure(effort: Effort) -> Iterator[Row]:
    """Try thirty faults, in the short form one of each kind of file, and judge what was promised.

    Those are 3 holds and 3 full disks while a run trains, and 24 files.
    """

    def count(normal: int) -> int:
        return 1 if effort.short else effort.of(normal)

    yield from judged(FileFaults(random.Random(effort.seed), count).promises(), effort)
    if not effort.short:
        yield from fault_held.measure(effort)
        yield from fault_disk.measure(effort)
