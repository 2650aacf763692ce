"""What runs in the page itself to see things appear: JavaScript for `benchmarks.screen`.

Each reads the clock in the frame in which what it waits for is there.
"""

# Notes when each selector first matches; put in before the page's own scripts.
FIRST = """
window.first = {};
new MutationObserver(() => {
  for (const [name, selector] of Object.entries(%s)) {
    if (name in window.first || !document.querySelector(selector)) continue;
    window.first[name] = 0;
    requestAnimationFrame(() => { window.first[name] = Date.now(); });
  }
}).observe(document, {childList: true, subtree: true});
"""
SWITCH = """async ([link, heading, part]) => {
  const began = performance.now();
  [...document.querySelectorAll("a")].find((a) => a.innerText.trim().endsWith(link)).click();
  const until = (holds) => new Promise((done, fail) => {
    const look = () => {
      const now = performance.now() - began;
      if (holds()) done(now);
      else if (now > 30000) fail(new Error(`${link} did not come`));
      else requestAnimationFrame(look);
    };
    look();
  });
  const idle = () => document.querySelector('[data-test-script-state="notRunning"]');
  const headed = await until(() => document.querySelector("h1")?.innerText.trim() === heading);
  return [headed, await until(() => document.querySelector(part) && idle())];
}"""
# Notes when each (run, epoch) is first in the chart of losses.
EPOCHS = """() => {
  window.seen = {};
  const look = () => {
    for (const trace of document.querySelector(".lab-chart")?.data || []) {
      const [run, rest] = (trace.name || "").split(", validation");
      if (rest === "") for (const epoch of trace.x) window.seen[`${run} ${epoch}`] ??= Date.now();
    }
    requestAnimationFrame(look);
  };
  look();
}"""
# Comes to the milliseconds from the last key to all verdicts on a text that holds a word.
VERDICTS = """([word, models]) => {
  let last = 0;
  const field = document.querySelector(".st-key-classify_field textarea");
  field.addEventListener("input", () => { last = performance.now(); });
  window.judged = new Promise((done) => {
    const look = () => {
      const there = document.querySelectorAll(".model-card-verdict").length === models
        && document.querySelector(".coverage")?.textContent.includes(word);
      if (there) done(performance.now() - last);
      else requestAnimationFrame(look);
    };
    look();
  });
}"""
# Notes when Train is clicked, and when the first curve is drawn after it.
TRAIN = """() => {
  document.querySelector(".st-key-train_button button")
    .addEventListener("click", () => { window.clicked = Date.now(); }, {capture: true});
  window.drawn = new Promise((done) => {
    const look = () => {
      if (window.clicked && document.querySelector(".lab-chart .main-svg")) done(Date.now());
      else requestAnimationFrame(look);
    };
    look();
  });
}"""
