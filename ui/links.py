"""Links: what the URL of a comparison says, and links to another view of the page one is on.

`st.page_link` (1.67) to the page itself runs its script once with the link's query, and leaves the
URL as it was: the next rerun goes back, and a reload too.
"""

from collections.abc import Iterable, Mapping

import streamlit as st

from rnnlab.runs import Run


def compare_query(runs: Iterable[Run]) -> dict[str, str]:
    """Return the query of the Compare page's URL that shows these runs."""
    return {"runs": ",".join(run.id for run in runs)}


def to_view(label: str, *, icon: str, key: str, query: Mapping[str, str]) -> None:
    """Draw a link that replaces the URL's query, and with it what the page shows."""
    if st.button(label, icon=icon, type="tertiary", key=key):
        st.query_params.from_dict(dict(query))
        st.rerun()
