// The words of a text as several models read them, coloured by their effect on one scale.
//
// A word that is pointed at or focused is lit in all models, and its numbers are shown. Clicked, it
// can be replaced, removed or moved; Python makes the change. All words are set as text alone.
const make = (tag, name, text) => {
  const element = document.createElement(tag);
  if (name) element.className = name;
  if (text !== undefined) element.textContent = text;
  return element;
};
const signed = (value) => {
  const size = Math.abs(value).toFixed(2);
  return Number(size) ? (value < 0 ? "−" : "+") + size : size;
};
const PATIENCE_MS = 3000;  // until an answer that does not come is given up
const KEYS = ["Delete", "Backspace", "ArrowLeft", "ArrowRight", "Home", "End", "Enter", " "];
const CUES = 0.1;  // of the scale: weaker words have no line

const wordOf = (data, model, number) => {
  const place = model.first + number;
  const word = make("button", "word", data.windows[model.window][number]);
  word.type = "button";
  word.tabIndex = -1;
  word.dataset.place = place;
  const share = model.effects ? model.effects[number] / data.scale : 0;
  if (share) {
    word.style.setProperty("--share", Math.min(Math.abs(share), 1).toFixed(3));
    word.classList.add(share > 0 ? "up" : "down");
    if (Math.abs(share) >= CUES) word.classList.add("cue");
  }
  if (model.unknown.has(number)) word.classList.add("unknown");
  if (model.flip.has(number)) word.classList.add("flip");
  return word;
};

const blockOf = (data, model) => {
  const block = make("section", "words-model");
  block.style.setProperty("--tint", model.color);
  const head = make("header");
  const title = make("h4", "", model.title);
  title.prepend(make("i", "lab-dot"));
  if (model.seed) title.append(" ", make("small", "lab-muted", model.seed));
  head.append(title, make("span", "words-answer", model.answer));
  const text = make("div", "words-text");
  text.setAttribute("role", "group");
  text.setAttribute("aria-label", `The words as ${model.name} reads them`);
  text.dir = "auto";
  if (model.padding) text.append(make("em", "padding", model.padding), " ");
  if (model.cut_before) text.append(make("s", "", model.cut_before), " ");
  for (let number = 0; number < model.last - model.first; number++)
    text.append(wordOf(data, model, number), " ");
  if (model.cut_after) text.append(make("s", "", model.cut_after));
  block.append(head, text);
  const notes = make("ul", "words-notes");
  for (const note of model.notes) notes.append(make("li", "", note));
  block.append(notes);
  if (model.inside) {
    const link = make("button", "words-inside", `Look inside ${model.name}`);
    link.type = "button";
    link.dataset.run = model.inside;
    block.append(link);
  }
  return block;
};

const legendOf = (data) => {
  const parts = [];
  const scale = make("span", "words-scale");
  scale.append(
    make("span", "", `${signed(-data.scale)} to negative`), make("i"),
    make("span", "", `${signed(data.scale)} to positive`));
  parts.push(scale, make("span", "", data.unit));
  for (const [name, label] of data.marks) {
    const item = make("span", "words-mark");
    item.append(make(name === "cut" ? "s" : "span", `sample ${name}`, "word"), ` ${label}`);
    parts.push(item);
  }
  return parts;
};

const draw = (root, data) => {
  for (const model of data.models) {
    model.unknown = new Set(model.unknown);
    model.flip = new Set(model.flip);
  }
  root.querySelector(".words-models").replaceChildren(
    ...data.models.map((model) => blockOf(data, model)));
  const legend = root.querySelector(".words-legend");
  legend.replaceChildren(...(data.models.length ? legendOf(data) : []));
  const edits = root.querySelector(".words-edits");
  edits.hidden = !data.edits;
  edits.querySelector("b").textContent = data.edits || "";
  edits.querySelector("ul").replaceChildren(...data.changes.map((change) => {
    const item = make("li", change.turned ? "turned" : "");
    item.style.setProperty("--tint", change.color);
    item.append(make("i", "lab-dot"), make("b", "", change.name),
      make("span", "", `${change.before} → ${change.after}`),
      make("small", "", change.note));
    return item;
  }));
  for (const text of root.querySelectorAll(".words-text")) {
    const first = text.querySelector(".word");
    if (first) first.tabIndex = 0;
  }
};

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".words");
  const tip = root.querySelector(".words-tip"), menu = root.querySelector(".words-menu");
  const input = menu.querySelector("input");
  const words = (place) => root.querySelectorAll(`.word[data-place="${place}"]`);
  const blocks = () => [...root.querySelectorAll(".words-text")];
  // One change at a time: keys that are pressed meanwhile are for the words as they will be.
  const ask = (request) => {
    root.asked = performance.now();
    setTriggerValue("edit", {...request, text_id: root.data.text_id});
  };
  const waiting = () => root.asked && performance.now() - root.asked < PATIENCE_MS;

  const focusOn = (word) => {
    const text = word.closest(".words-text");
    for (const other of text.querySelectorAll('.word[tabindex="0"]')) other.tabIndex = -1;
    word.tabIndex = 0;
    word.focus();
  };
  const put = (element, word) => {  // below the word, within the component
    const of = word.getBoundingClientRect(), within = root.getBoundingClientRect();
    element.hidden = false;
    const left = Math.min(of.left - within.left, within.width - element.offsetWidth);
    element.style.left = `${Math.max(left, 0)}px`;
    element.style.top = `${of.bottom - within.top + 5}px`;
  };
  const dim = () => {
    for (const word of root.querySelectorAll(".word.lit")) {
      word.classList.remove("lit");
      word.removeAttribute("aria-describedby");
    }
    tip.hidden = true;
    chart((box, Plotly) => Plotly.Fx.unhover(box));
  };
  const numbers = (place) => {  // of the word in every model that reads it
    const now = root.data;
    const rows = now.models.filter((m) => m.first <= place && place < m.last).map((model) => {
      const number = place - model.first, row = make("li");
      row.style.setProperty("--tint", model.color);
      const effect = model.effects ? signed(model.effects[number]) : "–";
      row.append(make("i", "lab-dot"), make("span", "", model.name), make("b", "", effect),
        make("small", "", `${model.after[number].toFixed(1)} % after it`
          + (model.unknown.has(number) ? ", unknown" : "")));
      return row;
    });
    const list = make("ul");
    list.append(...rows);
    return [make("b", "", `“${words(place)[0].textContent}”, word ${place + 1}`), list];
  };
  const light = (word) => {
    dim();
    const place = Number(word.dataset.place);
    for (const other of words(place)) other.classList.add("lit");
    word.setAttribute("aria-describedby", tip.id = "words-tip");
    tip.replaceChildren(...numbers(place));
    if (menu.hidden) put(tip, word);
    chart((box, Plotly) => Plotly.Fx.hover(box, {xval: place + 1}, "xy"));
  };
  // The chart of the answers after each word stands above; it may be drawn later.
  const chart = (act) => {
    const box = document.querySelector(`.st-key-${root.data.chart} .lab-chart`);
    if (!box?._fullLayout || !window.Plotly) return false;
    if (!box.words) {
      box.on("plotly_hover", (event) => {
        const {root, words} = box.words;
        for (const word of root.querySelectorAll(".word.lit")) word.classList.remove("lit");
        for (const word of words(event.points[0].x - 1)) word.classList.add("lit");
      });
      box.on("plotly_unhover", () => {
        for (const word of box.words.root.querySelectorAll(".word.lit"))
          word.classList.remove("lit");
      });
    }
    box.words = {root, words};
    try { act(box, window.Plotly); } catch { /* it is being drawn anew */ }
    return true;
  };
  const link = (tries) => {
    const pointed = (box, Plotly) => {
      const word = root.querySelector(".word.lit");
      if (word) Plotly.Fx.hover(box, {xval: Number(word.dataset.place) + 1}, "xy");
    };
    if (root.isConnected && tries && !chart(pointed)) setTimeout(link, 250, tries - 1);
  };
  const close = () => {
    if (menu.hidden) return;
    menu.hidden = true;
    if (menu.word?.isConnected) focusOn(menu.word);
  };
  const open = (word) => {
    if (!root.data.text_id) return;  // pieces of words, which cannot be changed one by one
    menu.word = word;
    menu.querySelector("span").textContent = `Change “${word.textContent}”`;
    menu.setAttribute("aria-label", `Change “${word.textContent}”`);
    input.value = word.textContent;
    menu.querySelector(".words-numbers").replaceChildren(...numbers(Number(word.dataset.place)));
    tip.hidden = true;
    put(menu, word);
    input.focus();
    input.select();
  };
  const edit = (word, action, more) => {
    if (!root.data.text_id) return;
    const place = Number(word.dataset.place), target = place + (more?.steps ?? 0);
    menu.hidden = true;
    if (waiting() || target < 0 || target >= root.data.total || more?.words === word.textContent) {
      focusOn(word);
      return;
    }
    const block = blocks().indexOf(word.closest(".words-text"));
    root.wanted = {block, place: target};
    ask({action, place, ...more});
  };

  const fresh = JSON.stringify(data);
  if (root.fresh !== fresh) {
    const shown = root.data;
    root.fresh = fresh;
    root.data = data;
    const focused = document.activeElement;
    const inside = root.contains(focused) && focused.classList.contains("word");
    if (inside) root.wanted ??= {
      block: blocks().indexOf(focused.closest(".words-text")),
      place: Number(focused.dataset.place),
    };
    const changing = !menu.hidden && data.text_id === shown?.text_id && {
      block: blocks().indexOf(menu.word.closest(".words-text")),
      place: menu.word.dataset.place,
    };
    menu.hidden = !changing;
    dim();
    const scrolled = blocks().map((text) => text.scrollTop);
    draw(root, data);
    blocks().forEach((text, block) => { text.scrollTop = scrolled[block] ?? 0; });
    link(40);
    if (changing) {
      const text = blocks()[changing.block];
      menu.word = text?.querySelector(`.word[data-place="${changing.place}"]`);
      menu.hidden = !menu.word;
    }
    if (root.wanted) {
      const text = blocks()[root.wanted.block];
      const all = text ? [...text.querySelectorAll(".word")] : [];
      const word = all.find((w) => Number(w.dataset.place) >= root.wanted.place) ?? all.at(-1);
      if (word) focusOn(word);
      root.wanted = undefined;
    }
    root.asked = undefined;
  }

  const press = (word, {key, shiftKey, undo}) => {
    const all = [...word.closest(".words-text").querySelectorAll(".word")];
    const steps = {ArrowLeft: -1, ArrowRight: 1}[key];
    if (undo) { if (root.data.edits) ask({action: "undo"}); }
    else if (key === "Enter" || key === " ") open(word);
    else if (key === "Delete" || key === "Backspace") edit(word, "remove");
    else if (steps && shiftKey) edit(word, "move", {steps});
    else focusOn((steps ? all[all.indexOf(word) + steps] : all.at(key === "Home" ? 0 : -1)) ?? word);
  };

  root.onpointerover = (event) => {
    const word = event.target.closest(".word");
    if (word) light(word); else if (!event.target.closest(".words-menu, .words-tip")) dim();
  };
  root.onpointerleave = dim;
  root.removeEventListener("focusin", root.lighten);
  root.lighten = (event) => {
    const word = event.target.closest(".word");
    if (word?.matches(":focus-visible")) light(word);
  };
  root.addEventListener("focusin", root.lighten);
  root.onclick = (event) => {
    const button = event.target.closest("button");
    if (!button) { if (!event.target.closest(".words-menu")) close(); return; }
    if (button.matches(".word")) open(button);
    else if (button.matches(".words-undo")) ask({action: "undo"});
    else if (button.matches(".words-reset")) ask({action: "reset"});
    else if (button.dataset.run) setTriggerValue("inside", button.dataset.run);
    else if (button.dataset.action === "remove") edit(menu.word, "remove");
    else if (button.dataset.action === "left") edit(menu.word, "move", {steps: -1});
    else if (button.dataset.action === "right") edit(menu.word, "move", {steps: 1});
  };
  menu.onsubmit = (event) => {
    event.preventDefault();
    edit(menu.word, "replace", {words: input.value});
  };
  root.onkeydown = (event) => {
    if (event.key === "Escape") { close(); dim(); return; }
    const word = event.target.closest(".word");
    if (!word) return;
    const {key, shiftKey} = event, undo = key === "z" && (event.ctrlKey || event.metaKey);
    if (!undo && !KEYS.includes(key)) return;
    event.preventDefault();
    if (waiting()) root.keys.push({key, shiftKey, undo});
    else press(word, {key, shiftKey, undo});
  };
  root.keys ??= [];
  const pressNext = () => {
    const word = document.activeElement;
    if (!root.keys.length || waiting() || !root.contains(word) || !word.matches(".word")) return;
    press(word, root.keys.shift());
    pressNext();
  };
  pressNext();

  const elsewhere = (event) => { if (!menu.contains(event.target)) menu.hidden = true; };
  document.addEventListener("pointerdown", elsewhere);
  return () => document.removeEventListener("pointerdown", elsewhere);
}
