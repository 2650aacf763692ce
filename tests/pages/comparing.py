"""The Compare page as its script runs."""

from streamlit.testing.v1 import AppTest

from tests.screens import open_page


def page(**url) -> AppTest:
    return open_page("compare", **url)


def shown(at: AppTest) -> str:
    assert not at.exception
    return " ".join(element.proto.body for element in at.html).replace("\u00a0", " ")


def chips(at: AppTest) -> list[str]:
    return at.multiselect(key="compare_runs").value
