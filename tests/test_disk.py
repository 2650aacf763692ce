"""Files of a home that are kept small."""

import os

from rnnlab import disk, home
from rnnlab.worker import launch


def test_long_log_makes_way_for_a_new_one_and_the_one_before_is_kept(lab_home, monkeypatch):
    monkeypatch.setattr(launch, "LOG_BYTES", 100)
    log = home.worker_log()
    for text in ("a" * 101, "b" * 101, "c"):
        with launch._open_log() as file:
            file.write(text.encode())
    assert log.read_text() == "c"
    assert log.with_name("worker.log.1").read_text() == "b" * 101
    with launch._open_log() as file:
        file.write(b"d")
    assert log.read_text() == "cd"


def test_cache_loses_what_was_used_least_recently_until_it_fits(tmp_path):
    for age, name in enumerate(["new", "old", "older", "oldest"]):
        (tmp_path / name).write_bytes(bytes(100))
        os.utime(tmp_path / name, (1_000_000 - age, 1_000_000 - age))
    disk.trim(tmp_path, 250)
    assert sorted(os.listdir(tmp_path)) == ["new", "old"]
    disk.trim(tmp_path, 250)
    assert len(os.listdir(tmp_path)) == 2
    disk.trim(tmp_path / "missing", 0)
