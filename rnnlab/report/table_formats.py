"""Writes a DataFrame as CSV, JSON, Markdown or LaTeX.

Owns the escaping: text that people typed stays text in each format, and no cell runs as a formula
in a spreadsheet. The contents are up to the caller.
"""

import math
import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Literal, get_args

from rnnlab.errors import InvalidField
from rnnlab.format import listing

if TYPE_CHECKING:
    import pandas as pd

Format = Literal["csv", "json", "markdown", "latex"]
FORMATS: tuple[Format, ...] = get_args(Format)
# A spreadsheet takes such a cell for a formula, also after blanks and in the signs' wide forms
# (https://owasp.org/www-community/attacks/CSV_Injection).
_FORMULA = re.compile(r"[\t\r\n]|[\s\x00-\x1f\u200b\ufeff]*[=+\-@＝＋－＠]")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")
_LATEX = str.maketrans(
    {
        **{sign: f"\\{sign}" for sign in "&%$#_{}"},
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
        '"': r"\textquotedbl{}",
        "[": "{[}",
        "]": "{]}",  # else the option of a line break before it
        "\u00a0": "~",
    }
)


def to_text(frame: "pd.DataFrame", format: Format) -> str:
    """Return the table as text in one of `FORMATS`, without the index.

    CSV has the lines of RFC 4180, JSON is a list of rows with null for what is missing. Raises
    InvalidField for another format.
    """
    writers = {"csv": _csv, "json": _json, "markdown": _markdown, "latex": _latex}
    if format not in writers:
        raise InvalidField("format", format, listing(FORMATS, "or"), "choose one of these")
    return writers[format](frame)


def to_file(frame: "pd.DataFrame", format: Format) -> bytes:
    """Return the table as a file; CSV begins with a byte-order mark, as Excel needs it."""
    return to_text(frame, format).encode("utf-8-sig" if format == "csv" else "utf-8")


def safe_cell(value: Any) -> Any:
    """Return the value of a CSV cell; text that a spreadsheet would run gets an apostrophe.

    Numbers stay, also those given as text: "-0.5".
    """
    if isinstance(value, str) and _FORMULA.match(value) and not _NUMBER.fullmatch(value):
        return f"'{value}"
    return value


def _csv(frame: "pd.DataFrame") -> str:
    return frame.map(safe_cell).rename(columns=safe_cell).to_csv(index=False, lineterminator="\r\n")


def _json(frame: "pd.DataFrame") -> str:
    return frame.to_json(orient="records", force_ascii=False, indent=1, double_precision=15) + "\n"


def _markdown(frame: "pd.DataFrame") -> str:
    rules = ["---:" if right else "---" for right in _right_aligned(frame)]
    rows = [_texts(frame.columns, _for_markdown), rules]
    rows += [_texts(row, _for_markdown) for row in frame.itertuples(index=False)]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _latex(frame: "pd.DataFrame") -> str:
    """Return a tabular with the rules of the package booktabs."""
    import pandas as pd

    # Not escape=True: that leaves < > | and ", which LaTeX's oldest fonts print as other signs.
    rows = [_texts(row, _for_latex) for row in frame.itertuples(index=False)]
    return pd.DataFrame(rows, columns=_texts(frame.columns, _for_latex)).to_latex(
        index=False, column_format="".join("r" if right else "l" for right in _right_aligned(frame))
    )


def _texts(row: Iterable[Any], escaped: Callable[[str], str]) -> list[str]:
    return [escaped(_words(value)) for value in row]


def _words(value: Any) -> str:
    """Return the value as one line of text; empty if it is missing."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, float):
        return f"{value:.6g}"
    return re.sub(r"[\s\x00-\x1f]*[\r\n\t\x00][\s\x00-\x1f]*", " ", str(value))


def _for_markdown(words: str) -> str:
    """Escape text so that Markdown shows exactly it."""
    escaped = re.sub(r"[\\`*_{}\[\]<>#|~$&!]", r"\\\g<0>", words)
    return re.sub(r"(?<=www)\.|:(?=//)|(?<=\w)@(?=\w)", r"\\\g<0>", escaped)  # no links of GitHub's


def _for_latex(words: str) -> str:
    return words.translate(_LATEX)


def _right_aligned(frame: "pd.DataFrame") -> list[bool]:
    """Return whether each column holds numbers."""
    from pandas.api.types import is_numeric_dtype

    return [is_numeric_dtype(dtype) for dtype in frame.dtypes]
