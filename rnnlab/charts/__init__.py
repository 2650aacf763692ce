"""Charts: snapshots and predictions → small tuples → Plotly figures.

Each plot is two functions, so that tests compare the tuples. One module for each kind of chart;
`styling` owns what they share. Imports no Streamlit.
"""

from rnnlab.charts.curves import Curve, Curves, Metric, curves, curves_figure, describe
from rnnlab.charts.styling import TraceStyle, escape, shades, trace_styles

__all__ = [
    "Curve",
    "Curves",
    "Metric",
    "TraceStyle",
    "curves",
    "curves_figure",
    "describe",
    "escape",
    "shades",
    "trace_styles",
]
