"""How much is read of a person's file."""

from rnnlab.errors import DataError

MAX_MB = 500  # of 2**20 bytes, as Streamlit counts; 200,000 reviews take about 270
MAX_FIELD = 10_000_000  # characters of one text; csv's own limit is 131,072
MAX_COLUMNS = 1_000  # of a table
MAX_FILES = 250_000  # in a folder or an archive; aclImdb has 100,000

FILE_TYPES = (  # as a browser offers them; what a file is, its content tells
    *("csv", "tsv", "tab", "txt", "ft", "jsonl", "ndjson", "json", "parquet"),
    *("gz", "zip", "tar", "tgz", "bz2", "xz"),
)


def max_bytes() -> int:
    """Return the most bytes of a file, once it is unpacked."""
    return MAX_MB << 20


def check_size(size: int) -> None:
    """Raise DataError for a file of too many bytes."""
    if size > max_bytes():
        raise DataError(f"a file must be at most {MAX_MB} MB: split it into smaller ones")


def check_files(count: int) -> None:
    """Raise DataError for a folder or an archive of too many files."""
    if count > MAX_FILES:
        raise DataError(
            f"there are more than {MAX_FILES:,} files in it, and no more are read: give fewer"
        )
