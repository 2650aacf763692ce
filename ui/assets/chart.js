// The steps of a chart, one after another: Plotly fails on a chart that is purged while it draws.
const next = (box, address, step) => {
  box.step = Promise.resolve(box.step).then(() => library(address)).then(step).catch(reportError);
};

export default function ({ data, parentElement, setTriggerValue }) {
  const box = parentElement.querySelector(".lab-chart");
  box.setAttribute("role", "figure");
  box.setAttribute("aria-label", data.label);
  box.style.height = data.height + "px";
  const figure = JSON.parse(data.figure);
  if (box.clientWidth < 480 && data.compact) {  // a phone: the names stand above already
    figure.layout.annotations = [];
    figure.layout.margin.r = 12;
    figure.layout.xaxis.nticks = 5;
  }
  if (box.clientWidth < 480) {
    Object.assign(figure.layout, figure.layout.meta?.narrow);
    box.style.height = (figure.layout.height ?? data.height) + "px";
  }
  if (box.clientWidth > 780 && figure.layout.meta?.wide) {
    Object.assign(figure.layout, figure.layout.meta.wide);
    box.style.height = figure.layout.height + "px";
  }
  if (box.clientWidth < 480 && figure.layout.legend) {  // below the plot, where it covers nothing
    const rows = figure.data.filter((one) => one.name && one.showlegend !== false).length + 1;
    figure.layout.legend = {...figure.layout.legend, x: 0, xanchor: "left", y: 0,
                            yref: "container", yanchor: "bottom"};
    figure.layout.margin.b += 25 * rows;
    figure.layout.height += 25 * rows;
    box.style.height = figure.layout.height + "px";
  }
  const bar = parentElement.querySelector(".lab-save");
  bar.hidden = !data.slide;
  next(box, data.plotlyjs, async (Plotly) => {
    await Plotly.react(box, figure.data, figure.layout, data.config);
    box.removeAllListeners("plotly_click");
    box.on("plotly_click", (event) => {
      const known = event.points[0]?.customdata;
      if (known) setTriggerValue("clicked", Array.isArray(known) ? known[0] : known);
    });
    for (const button of bar.querySelectorAll("button"))
      button.onclick = () =>
        Plotly.downloadImage(slideOf(data), shape(data, button.dataset.format));
  });
  return () => next(box, data.plotlyjs, (Plotly) => Plotly.purge(box));
}
