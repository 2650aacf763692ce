"""Leaves the arrow keys to a slider or tab that has the focus.

A button's shortcut (Streamlit 1.67) is passed over in text fields alone: on a slider, one key would
move the slider and press the button.
"""

import streamlit as st

from ui import assets


def install() -> None:
    """Put the listener on the page; it shows nothing."""
    mount = st.components.v2.component(
        "arrow_keys", html="<span></span>", js=assets.read("arrow_keys.js"), isolate_styles=False
    )
    mount(key="inside_arrow_keys")
