"""Tables as CSV for other programs: UTF-8, one header line, safe to open in a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Sequence
from numbers import Number

# A cell that begins with one of these is a formula to Excel, LibreOffice or Google Sheets
# (https://owasp.org/www-community/attacks/CSV_Injection). Fullwidth forms count as well.
_STARTS_FORMULA = tuple("=+-@\t\r\n＝＋－＠")


def safe_cell(value: object) -> object:
    """The value, or a text that a spreadsheet would run as a formula with an apostrophe before it.

    Numbers stay numbers, and None is an empty cell. So does a text that reads as a plain number,
    such as "-0.5".

    >>> safe_cell("=1+1"), safe_cell(-0.5), safe_cell("-0.5")
    ("'=1+1", -0.5, '-0.5')
    """
    if value is None:
        return ""
    if isinstance(value, Number) or _is_number(str(value)):
        return value
    text = str(value)
    return f"'{text}" if text.startswith(_STARTS_FORMULA) else text


def to_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The table as CSV text, every cell a `safe_cell`; floats are written so that they read back.

    Lines end with CR LF, as RFC 4180 has it.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(map(safe_cell, header))
    writer.writerows(map(safe_cell, row) for row in rows)
    return buffer.getvalue()


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return text.isascii() and text == text.strip()
