"""Links to another view of the page that one is on.

`st.page_link` (1.67) to the page itself runs its script once with the link's query, and leaves the
URL as it was: the next rerun goes back, and a reload too.
"""

from collections.abc import Mapping

import streamlit as st


def to_view(label: str, *, icon: str, key: str, query: Mapping[str, str]) -> None:
    """Draw a link that replaces the URL's query, and with it what the page shows."""
    if st.button(label, icon=icon, type="tertiary", key=key):
        st.query_params.from_dict(dict(query))
        st.rerun()
