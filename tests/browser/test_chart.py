"""The part of a chart that runs in the browser, in Chromium with plotly.js and nothing else."""

import plotly.graph_objects as go
import pytest

from rnnlab.charts import plotlyjs
from ui import assets, chart

pytestmark = pytest.mark.browser

SCRIPT = assets.read("slide.js") + assets.read("chart.js")
HTML = assets.read("chart.html")

# Draws a chart for each number of turns, and takes it away when that many turns have passed:
# before Plotly draws, between its steps, and when all is done.
TAKE_AWAY = """async ([script, html, data, turns]) => {
  const module = await import(URL.createObjectURL(new Blob([script], {type: "text/javascript"})));
  const boxes = [];
  for (let turn = 0; turn < turns; turn++) {
    const parentElement = document.createElement("div");
    parentElement.innerHTML = html;
    document.body.append(parentElement);
    const box = parentElement.querySelector(".lab-chart");
    const takeAway = module.default({data, parentElement, setTriggerValue() {}});
    for (let passed = 0; passed < turn; passed++) await Promise.resolve();
    takeAway();
    boxes.push(box);
  }
  await new Promise((done) => setTimeout(done, 1000));
  return boxes.map((box) => box.childElementCount);
}"""


DRAW = """async ([script, html, data]) => {
  const module = await import(URL.createObjectURL(new Blob([script], {type: "text/javascript"})));
  const parentElement = document.createElement("div");
  parentElement.innerHTML = html;
  document.body.append(parentElement);
  module.default({data, parentElement, setTriggerValue() {}});
}"""


@pytest.fixture
def data():
    """What the browser gets of a chart of three points."""
    figure = chart.render(go.Figure(go.Scatter(y=[1, 4, 2]), layout={"height": 300}))
    return {
        "figure": figure.json,
        "height": figure.height,
        "label": "three points",
        "config": chart.CONFIG,
        "plotlyjs": chart.PLOTLYJS,
        "slide": None,
    }


def test_chart_is_drawn_though_plotly_js_comes_at_the_third_time_only(page, data):
    asked = []

    def answer(route):
        asked.append(route.request.url)
        if len(asked) < 3:
            route.abort()
        else:
            route.fulfill(body=plotlyjs.source(), content_type="text/javascript")

    page.route("http://lab.test/", lambda route: route.fulfill(body="<body></body>"))
    page.route("http://lab.test/plotly-*.js", answer)
    page.goto("http://lab.test/")
    page.evaluate(DRAW, [SCRIPT, HTML, data])
    page.locator(".lab-chart .main-svg").first.wait_for()
    assert asked == [f"http://lab.test/{chart.PLOTLYJS}"] * 3
    assert page.locator("script[src]").count() == 1


def test_a_chart_may_be_taken_away_at_any_moment_while_it_is_drawn(page, data):
    page.add_script_tag(content=plotlyjs.source())

    left = page.evaluate(TAKE_AWAY, [SCRIPT, HTML, data, 40])

    assert left == [0] * 40  # nothing of a chart stays; that no step failed is `page`'s to say


SLIDE = """async ([script, data]) => {
  const source = new Blob([script, "export {slideOf, shape}"], {type: "text/javascript"});
  const {slideOf, shape} = await import(URL.createObjectURL(source));
  return [slideOf(data), shape(data, "svg"), shape(data, "png")];
}"""


def test_slide_is_titled_and_dark_on_white_whatever_the_theme(page):
    figure = go.Figure(go.Scatter(y=[1], line={"color": "#EEF1F6"}), layout={"margin": {"t": 5}})
    data = {
        "figure": figure.to_json(),
        "text_color": "#EEF1F6",
        "slide": chart.slide("LSTM is ahead", "leads"),
    }

    figure, svg, png = page.evaluate(SLIDE, [assets.read("slide.js"), data])

    assert figure["data"][0]["line"]["color"] == "#161B26"
    assert figure["layout"]["paper_bgcolor"] == "#FFFFFF"
    assert figure["layout"]["title"]["text"] == "LSTM is ahead"
    assert svg == {"format": "svg", "filename": "leads", "width": 1120, "height": 630, "scale": 1}
    assert png["scale"] == 2
