"""The colours of the dashboard's themes, and what is readable on them."""

import re
import tomllib
from pathlib import Path

import pytest

from ui import assets, theme

CONFIG = tomllib.loads(
    (Path(__file__).resolve().parents[2] / ".streamlit" / "config.toml").read_text()
)


@pytest.mark.parametrize(
    ("color", "ink"),
    [("#0072B2", "#FFF"), ("#E69F00", "#000"), ("#767676", "#000"), ("#757575", "#FFF")],
)
def test_text_on_a_colour_is_black_or_white_by_contrast(color, ink):
    assert theme.tint(color) == f"--tint:{color};--ink:{ink};"


def test_light_primary_button_has_the_primary_colour_of_the_theme():
    (light, *_) = re.findall(r"light-dark\((#\w+), ", assets.read("streamlit.css"))
    assert light == CONFIG["theme"]["light"]["primaryColor"]
