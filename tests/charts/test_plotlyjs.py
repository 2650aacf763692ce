"""The bundle of plotly.js: of the right version, with all kinds of traces that are drawn."""

import re
from pathlib import Path

from plotly.offline import get_plotlyjs_version

from rnnlab import charts
from rnnlab.charts import plotlyjs


def test_bundle_is_of_the_version_that_figures_are_made_for():
    assert get_plotlyjs_version() == plotlyjs.VERSION
    assert f"plotly.js (cartesian - minified) v{plotlyjs.VERSION}\n" in plotlyjs.source()[:100]


def test_bundle_has_all_kinds_of_traces_that_are_drawn():
    source = "".join(path.read_text() for path in Path(charts.__file__).parent.glob("*.py"))
    objects = {name.lower() for name in re.findall(r"\bgo\.([A-Z]\w+)\(", source)} - {"figure"}
    kinds = objects | set(re.findall(r'"type": "(bar|par\w+|scatter\w*)"', source))
    assert {"bar", "heatmap", "scatter"} <= kinds
    assert all(f'name:"{kind}"' in plotlyjs.source() for kind in kinds)
