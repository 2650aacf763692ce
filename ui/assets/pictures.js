export default function ({ data, parentElement, setTriggerValue }) {
  const said = parentElement.querySelector(".lab-pictures");
  if (said.dataset.begun) return;  // the page was drawn anew meanwhile
  said.dataset.begun = "yes";
  library(data.plotlyjs).then(async (Plotly) => {
    const drawn = [];
    for (const figure of data.figures) {
      said.textContent = `Drawing ${drawn.length + 1} of ${data.figures.length} charts …`;
      const made = {name: figure.slide.file};
      for (const format of ["svg", "png"])
        made[format] = await Plotly.toImage(slideOf(figure), shape(figure, format));
      drawn.push(made);
    }
    said.textContent = "Packing …";
    setTriggerValue("drawn", drawn);
  });
}
