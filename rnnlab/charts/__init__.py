"""Charts: snapshots and predictions → small tuples → Plotly figures.

Each plot is two functions, so that tests compare the tuples. One module for each kind of chart;
`style` owns what they share. Imports no Streamlit.
"""

from rnnlab.charts.curves import Curve, Curves, Metric, curves, curves_figure, describe
from rnnlab.charts.style import Look, escape, looks, shades

__all__ = [
    "Curve",
    "Curves",
    "Look",
    "Metric",
    "curves",
    "curves_figure",
    "describe",
    "escape",
    "looks",
    "shades",
]
