"""The Train page as its script runs."""

from streamlit.testing.v1 import AppTest

from tests.screens import open_page

TEXTS = [f"the film number {n} was <b>great</b> fun " * 30 for n in range(40)]


def page(**url) -> AppTest:
    return open_page("train", **url)


def shown(at: AppTest) -> str:
    """All HTML of the page."""
    return " ".join(element.proto.body for element in at.get("html"))


def words(elements) -> str:
    return " ".join(element.value for element in elements)
