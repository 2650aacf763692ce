"""What all charts share: the colour and dash of each run and group, font, grid, and layout.

A figure has a transparent background and the page's text colour, so that it fits either theme, and
keeps a viewer's zoom when it is updated (`uirevision`).
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from rnnlab.compare.groups import Group
from rnnlab.config import ARCHITECTURES
from rnnlab.runs import Run

TEXT_COLOR = "#161B26"
FONT_PX = 17  # legible from ten metres on a projector
GRID = "rgba(128,138,155,0.28)"
# Runs of one architecture share its hue: the first has the pure colour, the next are mixed with
# white or black. (share of the other grey, the other grey from 0 to 255)
SHADES = ((0.0, 0), (0.45, 255), (0.35, 0), (0.65, 235), (0.55, 20))
# One fewer than the shades, so that only every twentieth run has the same of both.
DASHES = ("solid", "dash", "dot", "dashdot")
MAX_NAME = 18  # characters of a name beside its line


class TraceStyle(NamedTuple):
    """The colour and dash of a run or a group on every chart; `id` is the run's or the group's."""

    id: str
    name: str
    color: str
    dash: str


def trace_styles(groups: Iterable[Group[Run]]) -> dict[str, TraceStyle]:
    """Map group ids to the styles of the lab's groups.

    Give all groups of the lab, so that styles do not depend on what is selected. The groups of one
    architecture differ in shade and dash, in the order of their oldest runs.
    """
    groups = tuple(groups)
    oldest = {group.id: min(group.all_runs, key=_age) for group in groups}
    places = _places(oldest.values())
    return {
        group.id: TraceStyle(group.id, group.name, *_shade_and_dash(oldest[group.id], places))
        for group in groups
    }


def shades(runs: Iterable[Run]) -> dict[str, str]:
    """Map run ids to colours: the architecture's hue, in another shade for each of its runs.

    The oldest run of an architecture has its pure colour.
    """
    runs = tuple(runs)
    places = _places(runs)
    return {run.id: _shade_and_dash(run, places)[0] for run in runs}


def shade(arch: str, place: int) -> str:
    """Return the colour of an architecture's run, group or candidate at that place among its own.

    The first has the pure colour.
    """
    return _mixed(ARCHITECTURES[arch].color, *SHADES[place % len(SHADES)])


def font(text_color: str) -> dict[str, Any]:
    """Return the font of every text on a figure."""
    return {"size": FONT_PX, "color": text_color, "family": "Source Sans, sans-serif"}


def layout(text_color: str, height: int) -> dict[str, Any]:
    """Return the layout that every figure starts from."""
    return {
        "height": height,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": font(text_color),
        "hoverlabel": {"font": {"size": FONT_PX, "color": TEXT_COLOR}, "bgcolor": "#FFFFFF"},
        "template": "none",
        "uirevision": "keep",
    }


def escape(words: str) -> str:
    """Escape words for Plotly, which reads a few HTML tags and links in every text."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def faded(color: str, share: float) -> str:
    """Return a "#RRGGBB" colour at that opacity."""
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{share})"


def short(name: str, limit: int = MAX_NAME) -> str:
    """Cut off the end of a name that is longer than `limit` characters."""
    return name if len(name) <= limit else name[: limit - 1] + "…"


def _age(run: Run) -> tuple[float, str]:
    return run.created_at, run.id


def _places(runs: Iterable[Run]) -> dict[str, int]:
    """Map run ids to their places among the runs of their architecture, the oldest first."""
    seen: dict[str, int] = {}
    places = {}
    for run in sorted(runs, key=_age):
        places[run.id] = seen.get(run.config.arch, 0)
        seen[run.config.arch] = places[run.id] + 1
    return places


def _shade_and_dash(run: Run, places: dict[str, int]) -> tuple[str, str]:
    place = places[run.id]
    return shade(run.config.arch, place), DASHES[place % len(DASHES)]


def _mixed(color: str, share: float, other: int) -> str:
    parts = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(part + (other - part) * share):02X}" for part in parts)
