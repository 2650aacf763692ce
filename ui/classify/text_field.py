"""A text area that answers while typing pauses.

`st.text_area` sends its text on blur and on Ctrl+Enter only (Streamlit 1.67; `live` exists for
`st.text_input` alone). A listener here presses Ctrl+Enter for the person after `PAUSE_MS` without
a key. Where scripts are blocked, the area still works as Streamlit made it.
"""

import streamlit as st

# Short enough that pause, reading and drawing together stay under 300 ms, below which an answer
# feels immediate. Practised typing, 100 to 200 ms a key, then has some answers in mid-word: each
# costs a rerun of the fragment, 15 ms of CPU and some 5 ms more for each network.
PAUSE_MS = 120

_SCRIPT = """
<style>
.st-key-%(key)s [data-testid="InputInstructions"] {display: none}
</style>
<script>
(() => {
  const marked = "rnnlab_typing_%(key)s";
  if (window[marked]) return;
  window[marked] = true;
  let pause;
  document.addEventListener("input", (event) => {
    const field = event.target;
    if (!field.matches?.(".st-key-%(key)s textarea")) return;
    clearTimeout(pause);
    pause = setTimeout(() => field.dispatchEvent(new KeyboardEvent("keydown", {
      key: "Enter", code: "Enter", keyCode: 13, ctrlKey: true, bubbles: true, cancelable: true,
    })), %(pause)d);
  });
})();
</script>
"""


def text_area(label: str, *, key: str, placeholder: str, height: int) -> str:
    """The text as of the last pause in typing."""
    st.html(_SCRIPT % {"key": key, "pause": PAUSE_MS}, unsafe_allow_javascript=True)
    return st.text_area(label, key=key, placeholder=placeholder, height=height)
