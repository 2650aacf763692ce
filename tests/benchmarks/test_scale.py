"""The benchmark of many runs and workers, in small: it measures both databases to the end."""

import json
import sys

import pytest

from benchmarks.scale import __main__ as scale


@pytest.mark.slow
@pytest.mark.parametrize("name", ["sqlite", "postgresql"])
def test_small_lab_is_measured(name, request, monkeypatch, capsys, tmp_path):
    if name == "postgresql":
        request.getfixturevalue("postgresql")  # skips where there can be no server
    monkeypatch.chdir(tmp_path)
    small = {"runs": 20, "epochs": 2, "workers": 2, "seconds": 1, "epoch-s": 0.5, "only": name}
    options = [f"--{option}={value}" for option, value in small.items()]
    monkeypatch.setattr(sys, "argv", ["scale", "--json", *options])
    monkeypatch.setattr(scale, "MAX_QUEUED", 40)
    monkeypatch.setenv("PYTHONPATH", str(scale.ROOT))
    scale.main()
    paced, full_speed, claims = json.loads(capsys.readouterr().out)
    assert [row["failed"] for row in (paced, full_speed, claims)] == [0, 0, 0]
    assert full_speed["epochs"] > 0 and full_speed["claims"] > 0
    assert 0 < full_speed["commit_p95_s"] < 60
