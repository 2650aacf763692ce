"""What several pages of the dashboard share: the lab's snapshot, looks, and the live area."""

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

# Until `st.navigation` has run once in a server, Streamlit (1.67) takes a folder named "pages" for
# its older kind of app and runs a page alone, without app.py, when its address is opened first.
if PagesManager.uses_pages_directory and st.runtime.exists():
    PagesManager.uses_pages_directory = False
    st.rerun()
