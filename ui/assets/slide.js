// Shared by chart.js and pictures.js, which follow it in one module.

// plotly.js, loaded once in a window; where that fails, as when a page is left, it is tried again.
const library = (address) => {
  if (window.Plotly) return Promise.resolve(window.Plotly);
  return window.labPlotly ??= new Promise((done) => {
    const load = (pause_ms) => {
      const script = document.createElement("script");
      script.src = new URL(address, document.baseURI);
      script.onload = () => done(window.Plotly);
      script.onerror = () => {
        script.remove();
        setTimeout(load, pause_ms, Math.min(2 * pause_ms, 10_000));
      };
      document.head.append(script);
    };
    load(500);
  });
};

// On white, whatever the viewer's theme, and with its title.
const slideOf = (data) => {
  const size = Math.min(26, Math.floor(1.8 * data.slide.width / data.slide.title.length));
  const figure = JSON.parse(data.figure.replaceAll(data.text_color, data.slide.text_color));
  Object.assign(figure.layout, {
    paper_bgcolor: "#FFFFFF", plot_bgcolor: "#FFFFFF", height: data.slide.height,
    title: {text: data.slide.title, x: 0.02, xanchor: "left", font: {size}},
    margin: {...figure.layout.margin, t: Math.max(70, figure.layout.margin.t + 56)},
  });
  return figure;
};
const shape = (data, format) => ({
  format, filename: data.slide.file, width: data.slide.width, height: data.slide.height,
  scale: format === "png" ? 2 : 1,
});
