"""Rows of cells from a Parquet file, by pyarrow. Nothing in it is ever unpickled."""

import io
import json
from collections.abc import Iterator

from rnnlab.datasets.reading import limits
from rnnlab.errors import DataError

MAGIC = b"PAR1"
MAX_ROWS = 5_000_000
_BATCH = 2_000  # rows


def parquet_rows(content: bytes) -> Iterator[tuple[list[str], int]]:
    """Yield the names of the columns, then each row's cells as text, and its number.

    Raises DataError for a file that is damaged, too wide or too long, or larger than the limit once
    it is decoded.
    """
    import pyarrow as pa
    from pyarrow import parquet

    try:
        # Strings stay in their dictionary: one of 10 MB may be meant by a million rows.
        file = parquet.ParquetFile(io.BytesIO(content))
        schema, meta = file.schema_arrow, file.metadata
        _check(meta.num_columns, meta.num_rows)
        flat = [column.name for column in schema if _is_flat(column.type)]
        texts = [column.name for column in schema if _is_text(column.type)]
        file = parquet.ParquetFile(io.BytesIO(content), read_dictionary=texts)
        yield flat, 1
        number = total = 0
        for batch in file.iter_batches(batch_size=_BATCH, columns=flat):
            columns = [_cells(column) for column in batch.columns]
            for row in zip(*columns, strict=True):
                number += 1
                total += sum(map(len, row))
                if total > limits.max_bytes():
                    raise DataError(
                        f"the file holds more than {limits.MAX_MB} MB of text once it is decoded: "
                        "split it into smaller ones"
                    )
                yield list(row), number
    except (pa.ArrowException, OSError, ValueError, OverflowError, MemoryError) as error:
        reason = str(error).split("\n", 1)[0][:120]
        raise DataError(
            f"the Parquet file cannot be read ({reason}): download or write it again"
        ) from error


def _is_text(kind) -> bool:
    import pyarrow as pa

    types = pa.types
    return (
        types.is_string(kind)
        or types.is_large_string(kind)
        or types.is_binary(kind)
        or types.is_large_binary(kind)
    )


def _is_flat(kind) -> bool:
    """Return whether a column is read: not lists and objects, whose strings would be unfolded."""
    import pyarrow as pa

    types = pa.types
    plain = types.is_boolean(kind) or types.is_integer(kind) or types.is_floating(kind)
    return (
        plain
        or _is_text(kind)
        or types.is_dictionary(kind)
        or types.is_temporal(kind)
        or types.is_decimal(kind)
        or types.is_null(kind)
    )


def _check(columns: int, rows: int) -> None:
    if columns > limits.MAX_COLUMNS:
        raise DataError(
            f"the file has {columns:,} columns, and at most {limits.MAX_COLUMNS:,} are read: keep "
            "the columns of text and label"
        )
    if rows > MAX_ROWS:
        raise DataError(f"the file has {rows:,} rows, and at most {MAX_ROWS:,} are read: split it")


def _cells(column) -> list[str]:
    """Return a column's values as text; values of one dictionary entry share theirs."""
    import pyarrow as pa

    if pa.types.is_dictionary(column.type):
        words = [_cell(value) for value in column.dictionary.to_pylist()]
        return ["" if place is None else words[place] for place in column.indices.to_pylist()]
    return [_cell(value) for value in column.to_pylist()]


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    if isinstance(value, (dict, list)):
        return json.dumps(value, default=str)
    return str(value)
