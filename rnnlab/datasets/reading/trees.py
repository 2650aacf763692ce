"""A tree of folders `pos` and `neg` with a review in each file, as aclImdb has it.

`train` and `test` above (or below) them name the part that a review belongs to.
"""

import functools
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from rnnlab.datasets.own.record import PART_WORDS
from rnnlab.datasets.reading import limits
from rnnlab.datasets.reading.labels import NEGATIVE, POSITIVE
from rnnlab.datasets.reading.left_out import LeftOut
from rnnlab.errors import DataError

HEADER = ["text", "label", "part"]
PART = "part"
_UNLABELLED = ("unsup", "unlabelled", "unlabeled")
MAX_FILE = 10_000_000  # bytes of one review


class TreeFile(NamedTuple):
    """A review's text as it stands in its file; its folder's label and part, "" for none."""

    content: bytes
    label: str
    part: str


@dataclass(frozen=True)
class Tree:
    """The reviews of a tree, and the files in it that are none."""

    files: tuple[TreeFile, ...]
    left_out: LeftOut

    def has_parts(self) -> bool:
        """Return whether every review is in a part of its own: train, validation or test."""
        return all(file.part for file in self.files)

    def joined(self) -> bytes:
        """Return all texts as one, by which their encoding is told."""
        return b"\n".join(file.content for file in self.files)

    def rows(self, encoding: str) -> Iterator[tuple[list[str], int]]:
        """Yield the header, then a row for each review; its line is its number in the tree."""
        yield HEADER, 0
        for number, file in enumerate(self.files, start=1):
            text = file.content.decode(encoding, errors="replace").removeprefix("\ufeff")
            yield [text, file.label, file.part], number


class TreeBuilder:
    """Collects the reviews of a tree, within bounds."""

    def __init__(self) -> None:
        self.left_out = LeftOut()
        self._files: list[TreeFile] = []
        self._total = self._offered = 0

    @property
    def is_empty(self) -> bool:
        """Whether there was no review."""
        return not self._files

    def offer(self, name: str, read: Callable[[int], bytes]) -> bool:
        """Take a file if it is a review; return whether it is part of the tree."""
        self._offered += 1
        limits.check_files(self._offered)
        path = PurePosixPath(name)
        folders = [folder.lower() for folder in path.parts[:-1]]
        if path.name.startswith(".") or "__macosx" in folders or not folders:
            return False
        if any(folder in _UNLABELLED for folder in folders):
            self.left_out.add("no label (in a folder of reviews without one)", None)
            return True
        label = next((name for name in reversed(folders) if name in POSITIVE | NEGATIVE), None)
        if label is None or path.suffix.lower() not in (".txt", ""):
            return False
        part = next(
            (PART_WORDS[folder] for folder in reversed(folders) if folder in PART_WORDS), ""
        )
        content = read(MAX_FILE + 1)
        if len(content) > MAX_FILE:
            raise DataError(
                f"the file {name[:80]!r} is larger than {MAX_FILE // 1_000_000} MB, and each file "
                "holds one review: split it"
            )
        self._total += len(content)
        limits.check_size(self._total)
        self._files.append(TreeFile(content, label, part))
        return True

    def build(self) -> Tree:
        """Return the tree. Raises DataError where there is no review in it."""
        if not self._files:
            raise DataError(
                "there is neither a table of reviews in it nor a folder `pos` and one `neg`: give "
                "a CSV file, or folders like train/pos and train/neg with a text file for each "
                "review"
            )
        return Tree(tuple(self._files), self.left_out)


def read_folder(folder: Path) -> Tree:
    """Read a tree from disk, in the order of its names. Links are not followed.

    Raises DataError where there is no review in it, or it is too large or cannot be read.
    """
    tree = TreeBuilder()

    def walk(current: str, below: str) -> None:
        with os.scandir(current) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
        for entry in found:
            name = f"{below}/{entry.name}"
            if entry.is_symlink():
                tree.left_out.add("a link, which is not followed", None)
            elif entry.is_dir(follow_symlinks=False):
                if name.count("/") < 10:
                    walk(entry.path, name)
            elif entry.is_file(follow_symlinks=False):
                tree.offer(name, functools.partial(_read, entry.path))

    try:
        walk(str(folder), folder.name)
    except OSError as error:
        raise DataError(
            f"the folder cannot be read ({error.strerror}: {error.filename}): check its path"
        ) from error
    return tree.build()


def _read(path: str, count: int) -> bytes:
    with open(path, "rb") as file:
        return file.read(count)
