"""The Compare page as its script runs."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

APP = str(Path(__file__).resolve().parents[2] / "app.py")


def page(**url) -> AppTest:
    at = AppTest.from_file(APP, default_timeout=120).run()
    for name, value in url.items():
        at.query_params[name] = value
    return at.switch_page("pages/compare.py").run()


def shown(at: AppTest) -> str:
    assert not at.exception
    return " ".join(element.proto.body for element in at.html).replace("\u00a0", " ")


def chips(at: AppTest) -> list[str]:
    return at.multiselect(key="compare_runs").value
