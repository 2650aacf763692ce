"""The Train page as its script runs."""

from streamlit.testing.v1 import AppTest

TEXTS = [f"the film number {n} was <b>great</b> fun " * 30 for n in range(40)]


def page(**url) -> AppTest:
    at = AppTest.from_file("../../app.py", default_timeout=120).switch_page("pages/train.py")
    for name, value in url.items():
        at.query_params[name] = value
    return at.run()


def shown(at: AppTest) -> str:
    """All HTML of the page."""
    return " ".join(element.proto.body for element in at.get("html"))


def words(elements) -> str:
    return " ".join(element.value for element in elements)
