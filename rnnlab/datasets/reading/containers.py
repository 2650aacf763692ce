"""What is in a compressed file or an archive: one table, or a tree of folders `pos` and `neg`.

Everything is unpacked in memory, up to the limit of a file, and nothing to disk: a path in an
archive is only read for its folders' names. Owns what is refused, and why.
"""

import bz2
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import IO

from rnnlab.datasets.reading import limits
from rnnlab.datasets.reading.trees import Tree, TreeBuilder
from rnnlab.errors import DataError

_TABLES = (".csv", ".tsv", ".tab", ".txt", ".jsonl", ".ndjson", ".json", ".parquet", ".pq", ".ft")
_GZIP, _BZIP2, _XZ, _ZIP = b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0", b"PK\3\4"
_EMPTY_ZIP, _SPLIT_ZIP = b"PK\5\6", b"PK\7\x08"
_LZMA_MEMORY = 256 << 20  # bytes; of the largest preset 65 MB
_PIECE = 1 << 20
_DEVICES = "a link, a device or a pipe in the archive"


def unwrap(content: bytes) -> bytes | Tree:
    """Return the table within a compressed file or an archive, or its tree of reviews.

    Bytes that are neither come back as they are. Raises DataError for an archive that is damaged,
    protected, too large once unpacked, or holds something else, and for an Excel workbook.
    """
    limits.check_size(len(content))
    if content.startswith((_ZIP, _EMPTY_ZIP, _SPLIT_ZIP)):
        return _unzip(content)
    if _is_tar(content[:512]):
        return _untar(io.BytesIO(content))
    if not content.startswith((_GZIP, _BZIP2, _XZ)):
        return content
    head = _decompressed(content, 512)
    if _is_tar(head):
        return _untar(io.BufferedReader(_Stream(content), _PIECE))
    size = sum(map(len, _unpacked(content)))  # first counted: a bomb is never held in memory
    if size > limits.max_bytes():
        raise _too_large()
    return _not_nested(_decompressed(content, size))


def _not_nested(content: bytes) -> bytes:
    if content.startswith((_GZIP, _BZIP2, _XZ, _ZIP)) or _is_tar(content[:512]):
        raise DataError(
            "the file is an archive within an archive: unpack the outer one and give what is in it"
        )
    return content


def _is_tar(head: bytes) -> bool:
    return head[257:262] == b"ustar"


def _too_large() -> DataError:
    return DataError(
        f"the archive holds more than {limits.MAX_MB} MB once it is unpacked, and a file must be "
        f"at most {limits.MAX_MB} MB: split it into smaller ones"
    )


def _damaged(error: object) -> DataError:
    return DataError(f"the archive cannot be unpacked ({error}): download or pack it again")


class _Stream(io.RawIOBase):
    """The unpacked bytes of a compressed file, made as they are read, up to the limit."""

    def __init__(self, content: bytes) -> None:
        self._content = memoryview(content)
        self._make: Callable[[], zlib._Decompress | bz2.BZ2Decompressor | lzma.LZMADecompressor]
        if content.startswith(_GZIP):
            self._make = lambda: zlib.decompressobj(wbits=31)
        elif content.startswith(_BZIP2):
            self._make = bz2.BZ2Decompressor
        else:
            self._make = lambda: lzma.LZMADecompressor(memlimit=_LZMA_MEMORY)
        self._decompressor = self._make()
        self._place = self._total = 0
        self._rest = b""  # that zlib has not taken

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        piece = self._next(len(buffer))
        self._total += len(piece)
        if self._total > limits.max_bytes() + (_PIECE << 6):  # a tar's own blocks come on top
            raise _too_large()
        buffer[: len(piece)] = piece
        return len(piece)

    def _next(self, count: int) -> bytes:
        while True:
            if self._decompressor.eof:
                self._rest = self._decompressor.unused_data
                if len(self._rest) < len(_XZ):
                    self._feed()
                if not self._rest.startswith((_GZIP, _BZIP2, _XZ)):
                    return b""  # padding after the last part
                self._decompressor = self._make()
            if not self._rest and self._wants_input():
                self._feed()
                if not self._rest:
                    raise _damaged("it is cut short")
            try:
                piece = self._decompressor.decompress(self._rest, count)
            except (zlib.error, OSError, lzma.LZMAError, EOFError, ValueError) as error:
                raise _damaged(error) from error
            self._rest = getattr(self._decompressor, "unconsumed_tail", b"")
            if piece:
                return piece

    def _wants_input(self) -> bool:
        return getattr(self._decompressor, "needs_input", True)

    def _feed(self) -> None:
        self._rest += bytes(self._content[self._place : self._place + _PIECE])
        self._place += _PIECE


def _unpacked(content: bytes) -> Iterator[bytes]:
    stream = _Stream(content)
    while piece := stream.read(_PIECE):
        yield piece


def _decompressed(content: bytes, count: int) -> bytes:
    """Return the first bytes of a compressed file once it is unpacked."""
    inner = bytearray()
    for piece in _unpacked(content):
        inner += piece
        if len(inner) >= count:
            break
    return bytes(inner[:count])


def _untar(stream: IO[bytes]) -> bytes | Tree:
    tree, table = TreeBuilder(), None
    try:
        with tarfile.open(fileobj=stream, mode="r|") as archive:
            for member in archive:
                _check_path(member.name)
                if member.isdir():
                    continue
                if not member.isreg():
                    tree.left_out.add(_DEVICES, None)
                    continue
                file = archive.extractfile(member)
                take = file.read if file else lambda count: b""
                if not tree.offer(member.name, take) and _is_table(member.name):
                    if table is not None:
                        raise _several()
                    table = take(limits.max_bytes() + 1)
                    if len(table) > limits.max_bytes():
                        raise _too_large()
    except (tarfile.TarError, EOFError, ValueError, OSError) as error:
        raise _damaged(error) from error
    return _what_is_there(tree, table)


def _unzip(content: bytes) -> bytes | Tree:
    tree, table = TreeBuilder(), None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            _check_office({member.filename for member in members[:1_000]})
            limits.check_files(len(members))
            files = [member for member in members if not member.is_dir()]
            visible = [member.filename for member in files if not _is_hidden(member.filename)]
            for member in files:
                _check_path(member.filename)
                if member.external_attr >> 28 == 0xA:  # a symbolic link of Unix
                    tree.left_out.add(_DEVICES, None)
                    continue
                with archive.open(member) as file:
                    if tree.offer(member.filename, file.read):
                        continue
                    if _is_table(member.filename) or visible == [member.filename]:
                        if table is not None:
                            raise _several()
                        if member.file_size > limits.max_bytes():
                            raise _too_large()
                        table = file.read()  # no more than that size
    except RuntimeError as error:  # of a protected member
        raise DataError(
            "the archive is protected with a password: unpack it and give the file in it"
        ) from error
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        zlib.error,
        EOFError,
        ValueError,
        OSError,
        lzma.LZMAError,
    ) as error:
        raise _damaged(error) from error
    return _what_is_there(tree, table)


def _what_is_there(tree: TreeBuilder, table: bytes | None) -> bytes | Tree:
    if table is not None and tree.is_empty:
        return _not_nested(table)
    return tree.build()


def _is_hidden(name: str) -> bool:
    path = PurePosixPath(name)
    return path.name.startswith(".") or "__MACOSX" in path.parts


def _is_table(name: str) -> bool:
    """Return whether a member may be a table: not a note beside one, or what a system adds."""
    path = PurePosixPath(name)
    if _is_hidden(name):
        return False
    if path.stem.lower() in ("readme", "license", "licence", "notice", "changelog"):
        return False
    return path.suffix.lower() in _TABLES or path.suffix.lower() in (".gz", ".zip", ".bz2", ".xz")


def _check_path(name: str) -> None:
    """Raise DataError for a path that reaches outside an archive; honest ones have none."""
    parts = name.replace("\\", "/").split("/")
    if ".." in parts or name.startswith(("/", "\\")) or parts[0][1:2] == ":":
        raise DataError(
            f"the archive holds a path that reaches outside it ({name[:60]!r}): do not trust it; "
            "pack the reviews again"
        )


def _check_office(names: set[str]) -> None:
    if "xl/workbook.xml" in names or "xl/workbook.bin" in names:
        raise DataError(
            "this file is an Excel workbook: in Excel, choose File, Save As, CSV UTF-8, and give "
            "the file that it writes"
        )
    if "word/document.xml" in names or "content.xml" in names or "ppt/presentation.xml" in names:
        raise DataError("this file is an office document, not text: save its table as CSV UTF-8")
    if names and all(name.endswith(".npy") for name in names):
        raise DataError("this file is NumPy arrays, not text: save the reviews as CSV UTF-8")


def _several() -> DataError:
    return DataError(
        "the archive holds several tables: unpack it and give one of them, or one with a column "
        "that says which rows are for training and which for testing"
    )
