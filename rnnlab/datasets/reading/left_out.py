"""Counts the rows of a file that are not used, by their reason."""

from collections.abc import Iterable

from rnnlab.datasets.labelled import SkippedRows


class LeftOut:
    """Why rows are left out, how many, and the line of the first of each."""

    def __init__(self) -> None:
        self._counts: dict[str, list[int | None]] = {}  # count and first line

    def add(self, reason: str, line: int | None, *, count: int = 1) -> None:
        """Count a row; `line` is None where the file has no lines."""
        counted = self._counts.setdefault(reason, [0, line])
        counted[0] = (counted[0] or 0) + count

    def extend(self, rows: Iterable[SkippedRows]) -> None:
        """Count what another has counted."""
        for skipped in rows:
            self.add(skipped.reason, skipped.line, count=skipped.count)

    def rows(self) -> tuple[SkippedRows, ...]:
        """Return the counts, the reason that comes first in the file first."""
        rows = (
            SkippedRows(reason, count or 0, line) for reason, (count, line) in self._counts.items()
        )
        return tuple(sorted(rows, key=lambda group: group.line or 0))

    def words(self) -> str:
        """Say all of it in a few words, for an error."""
        return "; ".join(f"{rows.count:,} × {rows.reason}" for rows in self.rows())
