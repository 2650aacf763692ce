"""Field: the kind, the bounds and the words of one setting, and how its values are checked.

Owns no setting; those of a run stand in `rnnlab.config`.
"""

import math
import operator
import re
from dataclasses import dataclass
from typing import Any

from rnnlab import format
from rnnlab.errors import InvalidField


@dataclass(frozen=True)
class Field:
    """One setting: its bounds and the words that go with it.

    `low` and `high` are inclusive; `choices` replaces them where the values are names. A name that
    matches `pattern` as a whole is allowed beside the choices; `pattern_words` say what it is.
    """

    name: str
    kind: type  # int, float, bool or str
    label: str
    help: str
    low: float = -math.inf
    high: float = math.inf
    choices: tuple[str, ...] = ()
    pattern: str = ""
    pattern_words: str = ""
    if_above: str = ""  # the remedy for a value above `high`
    if_below: str = ""  # the remedy for a value below `low`
    if_other: str = "choose one of these"  # the remedy for another name

    @property
    def limit(self) -> str:
        """The allowed values in words: "5–1000", "true or false", "pre or post"."""
        if self.choices:
            return format.listing((*self.choices, *filter(None, [self.pattern_words])), "or")
        if self.kind is bool:
            return "true or false"
        return f"{self.low:g}–{self.high:.10g}"

    def check(self, value: Any) -> Any:
        """Return the value as this field's kind. Raises InvalidField outside the limit."""
        if self.kind is str:
            if value not in self.choices and not self._matches(value):
                raise InvalidField(self.name, value, self.limit, self.if_other)
            return str(value)
        if self.kind is bool:
            if not isinstance(value, bool):
                raise InvalidField(self.name, value, self.limit, "write true or false")
            return value
        number = self._number(value)
        if number > self.high:
            raise InvalidField(self.name, value, self.limit, self.if_above)
        if number < self.low:
            raise InvalidField(self.name, value, self.limit, self.if_below)
        return number

    def parse(self, text: str) -> Any:
        """Return the checked value of a text from a URL or a command line. Raises InvalidField."""
        text = str(text).strip()
        if self.kind is bool:
            return self.check(
                {"true": True, "1": True, "false": False, "0": False}.get(text.lower(), text)
            )
        if self.kind is str:
            return self.check(text)
        try:
            return self.check(self.kind(text))
        except ValueError:
            raise self._not_a_number(text) from None

    def _matches(self, value: Any) -> bool:
        return bool(self.pattern and re.fullmatch(self.pattern, str(value)))

    def _number(self, value: Any) -> int | float:
        if isinstance(value, bool):
            raise self._not_a_number(value)
        try:
            number = operator.index(value) if self.kind is int else float(value)
        except (TypeError, ValueError):
            raise self._not_a_number(value) from None
        if isinstance(value, str) or not math.isfinite(number):
            raise self._not_a_number(value)
        return number

    def _not_a_number(self, value: Any) -> InvalidField:
        noun = "whole number" if self.kind is int else "number"
        return InvalidField(self.name, value, self.limit, f"give a {noun} in this range")
