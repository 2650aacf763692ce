"""plotly.js as pages and reports load it: its bundle of the charts that have two axes.

The file is that of the npm package plotly.js-cartesian-dist-min, in the version that the plotly
package draws for. All of plotly.js takes more than twice as long to load.
"""

from pathlib import Path

VERSION = "4.1.1"
PATH = Path(__file__).with_name("plotly-cartesian.min.js")


def source() -> str:
    """Return the script."""
    return PATH.read_text(encoding="utf-8")
