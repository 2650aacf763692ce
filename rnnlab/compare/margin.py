"""The margin below which two models count as equally good; imports no statistics."""

from rnnlab.field import Field

MARGIN = Field(
    "margin",
    float,
    "Margin",
    "Models closer than this count as equally good, in points of accuracy.",
    0.1,
    20,
    if_above="use a smaller margin",
    if_below="use a margin that the reviews can show",
)
DEFAULT_MARGIN = 1.0  # points
