const charts = [...document.querySelectorAll(".chart")];
for (const box of charts) {
  const figure = JSON.parse(document.getElementById(box.dataset.figure).textContent);
  Plotly.newPlot(box, figure.data, figure.layout, {displayModeBar: false, responsive: true});
}
const fit = (width) => charts.forEach((box) => Plotly.relayout(box, {width}));
addEventListener("beforeprint", () => fit(PAPER_PX));
addEventListener("afterprint", () => fit(undefined));
