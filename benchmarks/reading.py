"""A person's own file: seconds and memory until it is checked, and until it is a dataset.

Files of the size that the goals name are made of the bundled reviews and of the same with their
words in another order, so that most texts are different. Each command is a process of its own, as
on the page Data; its peak memory is what the kernel says when it has ended. Hostile files end in
a message, within the time and memory that a good one takes.
"""

import csv
import gzip
import io
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks import harness
from benchmarks.harness import Effort, Row
from rnnlab.datasets import bundled

ROWS, MANY_ROWS = 50_000, 200_000
CHECK_S, ADD_S, MEMORY_MB = 20.0, 40.0, 1_000.0


class Spent(NamedTuple):
    """What a command took, its exit code, and the last line that it said."""

    seconds: float
    memory_mb: float
    code: int
    said: str


def measure(effort: Effort) -> Iterator[Row]:
    """Checking and adding a file, a large one, and files that are made to do harm."""
    count = ROWS if not effort.smoke else 1_000
    with harness.fresh_home() as home:
        path = home.parent / "reviews.csv"
        harness.child("reading", "reviews", str(path), str(count))
        size = f"{count:,} rows, {path.stat().st_size / 1e6:.0f} MB"
        checks = [run("check", str(path), "--json") for _ in range(effort.of(3))]
        added = run("add", str(path), "--name", "measured", "--json")
        for what, spent, limit in (("checked", checks, CHECK_S), ("added", [added], ADD_S)):
            seconds = [one.seconds for one in spent]
            memory = [one.memory_mb for one in spent]
            failed = next((one.said for one in spent if one.code), "")
            yield harness.at_most(
                f"a file {what}",
                max(seconds) if not failed else float("inf"),
                limit,
                figure=failed or harness.spread(seconds, " s", 1),
                goal=f"≤ {limit:.0f} s",
                note=size,
                values={"s": seconds},
            )
            yield harness.at_most(
                f"its memory, {what}",
                max(memory),
                MEMORY_MB,
                figure=harness.spread(memory, " MB", 0),
                goal=f"≤ {MEMORY_MB:,.0f} MB",
                values={"mb": memory},
            )
        if effort.full:
            harness.child("reading", "reviews", str(path), str(MANY_ROWS))
            large = run("check", str(path), "--json")
            yield Row(
                "a large file checked",
                f"{large.seconds:.1f} s, {large.memory_mb:,.0f} MB",
                note=f"{MANY_ROWS:,} rows, {path.stat().st_size / 1e6:.0f} MB",
                values=large._asdict(),
            )
        yield hostile_row(home.parent, effort)


def hostile_row(folder: Path, effort: Effort) -> Row:
    """The slowest and the largest of the files that are made to do harm."""
    scale = 1 if effort.smoke else 20
    names = harness.child("reading", "hostile", str(folder), str(scale))["names"]
    found = {name: run("check", str(folder / name), "--json") for name in names}
    slowest = max(found, key=lambda name: found[name].seconds)
    largest = max(found, key=lambda name: found[name].memory_mb)
    unsaid = [name for name, spent in found.items() if spent.code != 2 or not spent.said]
    seconds, memory = found[slowest].seconds, found[largest].memory_mb
    met = not unsaid and seconds <= CHECK_S and memory <= MEMORY_MB
    return Row(
        "files made to do harm",
        f"{seconds:.1f} s, {memory:,.0f} MB",
        goal=f"a message in ≤ {CHECK_S:.0f} s and {MEMORY_MB:,.0f} MB",
        verdict="met" if met else "missed",
        note=f"slowest {slowest}, largest {largest}"
        + (f"; without a message: {', '.join(unsaid)}" if unsaid else ""),
        values={name: spent._asdict() for name, spent in found.items()},
    )


def hostile(scale: int) -> Iterator[tuple[str, bytes]]:
    """Files that are made to do harm: `scale` times 50 MB once unpacked, or as wide or deep."""
    zeros = b"a film,1\n" * 100_000
    bomb = io.BytesIO()
    with gzip.open(bomb, "wb", compresslevel=1) as file:
        for _ in range(55 * scale):
            file.write(zeros)
    yield "bomb.csv.gz", bomb.getvalue()
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("bomb.csv", "w", force_zip64=True) as member,
    ):
        for _ in range(55 * scale):
            member.write(zeros)
    yield "bomb.zip", packed.getvalue()
    nested = io.BytesIO()
    with zipfile.ZipFile(nested, "w") as archive:
        archive.writestr("bomb.zip", packed.getvalue())
    yield "nested.zip", nested.getvalue()
    wide = 50_000 * scale
    yield "wide.csv", b"a," * wide + b"b\n" + b"1," * wide + b"2\n"
    yield "wide.jsonl", json.dumps({f"c{n}": 1 for n in range(wide)}).encode()
    yield "deep.json", b'{"a":' * wide
    yield "cell.csv", b"text,label\n" + b"word " * max(wide * 20, 2_500_000) + b",1\n"
    yield "cell.jsonl", b'{"text": "' + b"word " * max(wide * 20, 2_500_000) + b'", "label": 1}\n'
    yield "quote.csv", b'text,label\n"' + b"a film,1\n" * (wide * 10)
    escaped = b"&" + b"amp;" * 2_000_000
    yield "entities.csv", b"text,label\n" + escaped + b"#\n" + b"x,7\n" * 3
    yield "program.csv", b"\x7fELF" + random.Random(0).randbytes(1_000_000)
    yield "random.csv", random.Random(0).randbytes(1_000_000)


def write(path: Path, count: int) -> None:
    """Write a CSV of that many reviews, most of them different."""
    texts, labels = bundled.of_source("imdb")
    order = random.Random(0)
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["review", "sentiment"])
        for number in range(count):
            place = number * 7_919 % len(texts)  # the file of the bundled ones is sorted by label
            words = texts[place].split(" ")
            if number >= len(texts):
                order.shuffle(words)
            rows.writerow([" ".join(words), "positive" if labels[place] else "negative"])


def run(*arguments: str) -> Spent:
    """Run `rnnlab data …` as a process and return what it took."""
    with tempfile.TemporaryFile() as errors:
        began_s = time.perf_counter()
        process = subprocess.Popen(
            _command(arguments), stdout=subprocess.DEVNULL, stderr=errors, cwd=harness.ROOT
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began_s
        process.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        lines = errors.read().decode(errors="replace").strip().splitlines()
    said = lines[-1] if lines else ""
    return Spent(seconds, usage.ru_maxrss / 1024, process.returncode, said)


def _command(arguments: Sequence[str]) -> list[str]:
    return [sys.executable, "-m", "rnnlab", "data", *arguments]


def main() -> None:
    """Write files in a process of its own: what it takes would count for those it starts."""
    what, target, count = sys.argv[1:]
    names = []
    if what == "reviews":
        write(Path(target), int(count))
    else:
        for name, content in hostile(int(count)):
            (Path(target) / name).write_bytes(content)
            names.append(name)
    print(json.dumps({"names": names}))


if __name__ == "__main__":
    main()
