"""What hinders the lab as a whole, said at the top of every page."""

import streamlit as st

from rnnlab.errors import RnnlabError
from ui import reader, theme


def show() -> None:
    """Say why nothing can be recorded; a lab that cannot even be read is the page's to report."""
    try:
        notice = reader.get_reader().snapshot().notice
    except RnnlabError:
        return
    if notice:
        st.warning(theme.markdown(notice), icon=":material/warning:")
