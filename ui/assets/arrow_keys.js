// The arrow keys that move a slider, a tab or a choice do not step through the words as well.
export default function () {
  const keep = (event) => {
    const own = "[role=slider], [role=tablist], [role=radiogroup], [role=listbox]";
    if (event.key.startsWith("Arrow") && event.target.closest(own)) event.stopPropagation();
  };
  document.body.addEventListener("keydown", keep);
  return () => document.body.removeEventListener("keydown", keep);
}
