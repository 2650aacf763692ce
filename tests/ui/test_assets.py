"""The files of the dashboard's looks."""

import re
from pathlib import Path

import pytest

from ui import assets

ROOT = Path(__file__).resolve().parents[2]
# What Streamlit calls its elements; only `st-key-…` is made for style sheets.
INNER_NAMES = re.compile(r"data-(?:testid|stale|tag(?!-index))|\.st[A-Z]|\.block-container|emotion")
STYLED = [
    path
    for pattern in ("app.py", "pages/*.py", "ui/**/*.py", "ui/assets/*.css", "ui/assets/*.js")
    for path in ROOT.glob(pattern)
    if path.name != "streamlit.css"
]


def test_files_are_found_from_any_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert ".lab-badge" in assets.read("base.css")
    assert Path(assets.ICON).is_file()


@pytest.mark.parametrize("path", STYLED, ids=lambda path: path.name)
def test_only_streamlit_css_knows_streamlits_inner_names(path):
    assert INNER_NAMES.findall(path.read_text(encoding="utf-8")) == []
