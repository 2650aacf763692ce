"""The style sheets, scripts and pictures of the dashboard, each a file in this folder.

`base.css` is for all pages, `live.css` for the live area of several, `streamlit.css` holds every
selector on what Streamlit names inside, `lab.css`, `train.css` and so on are for the page of that
name. The other files belong to the components that read them.
"""

import functools
from pathlib import Path

FOLDER = Path(__file__).parent
ICON = str(FOLDER / "icon.svg")


@functools.cache
def read(name: str) -> str:
    """Return the text of a file, read once in a process."""
    return (FOLDER / name).read_text(encoding="utf-8")


@functools.cache
def style(*names: str) -> str:
    """Return these style sheets as one HTML element, for `st.html`."""
    return f"<style>\n{''.join(map(read, names))}</style>"
