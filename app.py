"""The dashboard: page config and navigation. Started by `rnnlab dashboard` or `make run`."""

import streamlit as st

from rnnlab.errors import StoreUnreachable
from ui import assets, notices, roles, server, theme

# A page's title, and what the page is for: sent before anything else of it.
HEADINGS = {
    "Lab": (
        "rnnlab",
        "Train small recurrent networks on real film reviews, watch them learn, and compare how "
        "well they read.",
    ),
    "Data": ("Data", "What is in this file, and can you trust it?"),
    "Train": ("Train", "What you will get, and what it will cost."),
    "Compare": (
        "Compare",
        "Which model is better, how certain that is, and what it costs.",
    ),
    "Classify": ("Classify", "What each model says about your text."),
    "Inside": ("Inside", "What happens in a network as it reads."),
    "Learn": ("Learn", "What a recurrent network is, one idea at a time."),
}


def show() -> None:
    """Show the page that a viewer asks for."""
    pages = [
        st.Page("pages/lab.py", title="Lab", icon=":material/science:", default=True),
        st.Page("pages/data.py", title="Data", icon=":material/dataset:"),
        st.Page("pages/train.py", title="Train", icon=":material/model_training:"),
        st.Page("pages/study.py", title="Studies", icon=":material/tune:"),
        st.Page("pages/compare.py", title="Compare", icon=":material/balance:"),
        st.Page("pages/classify.py", title="Classify", icon=":material/rate_review:"),
        st.Page("pages/inside.py", title="Inside", icon=":material/neurology:"),
        st.Page("pages/learn.py", title="Learn", icon=":material/school:"),
        # A run's own page is reached from tables and links, as /run?run=ID.
        st.Page("pages/run.py", title="Run", icon=":material/timeline:", visibility="hidden"),
    ]
    st.set_page_config(page_title="rnnlab", page_icon=assets.ICON, layout="wide")
    page = st.navigation(pages, position="top")
    theme.install(page.url_path or "lab")
    if page.title in HEADINGS:
        theme.heading(*HEADINGS[page.title])
    notices.show()
    roles.show()
    try:
        page.run()
    except StoreUnreachable as error:  # in the middle of the page, whose first part stays
        theme.error(error)
    server.import_ahead()


if __name__ == "__main__":  # the server runs this file at each interaction of a session
    show()
else:  # and imports it once, when it starts
    server.check_sharing()
    app = st.App(
        __file__, lifespan=server.lifespan, routes=server.routes(), middleware=server.middleware()
    )
