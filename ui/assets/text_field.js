// A text area that reports its text when typing pauses, and when it is left.
//
// The text on the screen is the person's: an answer that comes back never touches it. Python
// replaces it only by a new revision, and what is typed from then on is reported with that number.
export default function ({ data, parentElement, setStateValue }) {
  const area = parentElement.querySelector("textarea");
  parentElement.querySelector("span").textContent = data.label;
  area.placeholder = data.placeholder;

  if (area.revision === undefined) {
    area.style.height = data.height + "px";
    area.value = area.reported = data.text;
    area.revision = data.revision;
  } else if (data.revision && data.revision !== area.revision) {
    clearTimeout(area.pause);
    area.value = area.reported = data.text;
    area.revision = data.revision;
  }

  const report = () => {
    clearTimeout(area.pause);
    if (area.value === area.reported) return;
    area.reported = area.value;
    setStateValue("typed", {text: area.value, revision: area.revision});
  };
  area.oninput = () => {
    clearTimeout(area.pause);
    area.pause = setTimeout(() => area.isConnected && report(), data.pause_ms);
  };
  area.onblur = report;
}
