"""The copy of a dataset in a home: made once, made anew, shared by processes."""

import multiprocessing

import pytest

from rnnlab.datasets import cache, encoded
from rnnlab.errors import DataError

TEXTS = ["A good film.", "A bad film!"] * 5
LABELS = [1, 0] * 5


def made_up(home):
    return cache.open_or_build(
        home, "made-up", fingerprint="f" * 64, reviews=lambda: encoded.encode(TEXTS, LABELS)
    )


def test_sound_copy_is_opened_and_not_made_again(tmp_path):
    made_up(tmp_path)

    def not_again():
        raise AssertionError

    again = cache.open_or_build(tmp_path, "made-up", fingerprint="f" * 64, reviews=not_again)
    assert again.text(0) == TEXTS[0]


def test_home_that_does_not_exist_yet_is_to_hold_the_copy_itself(tmp_path):
    home = tmp_path / "not yet"
    assert home in cache.folder(home, "made-up", "f" * 64).parents


def test_damaged_copy_is_made_anew_with_a_warning(tmp_path, caplog):
    made_up(tmp_path)
    values = cache.folder(tmp_path, "made-up", "f" * 64) / "values.npy"
    sound = values.read_bytes()
    values.write_bytes(sound[:-4] + b"\x09\0\0\0")
    assert made_up(tmp_path).values[-1] != 9
    assert values.read_bytes() == sound
    assert "values.npy altered" in caplog.text
    assert "encoding them again" in caplog.text


def test_copy_that_is_being_read_survives_its_replacement(tmp_path):
    dataset = made_up(tmp_path)
    before = dataset.values.tolist()
    (cache.folder(tmp_path, "made-up", "f" * 64) / "labels.npy").unlink()
    made_up(tmp_path)
    assert dataset.values.tolist() == before


def test_what_a_killed_process_left_half_written_is_swept_away(tmp_path):
    target = cache.folder(tmp_path, "made-up", "f" * 64)
    left_over = target.with_name(f".{target.name}-killed")
    left_over.mkdir(parents=True)
    (left_over / "values.npy").write_bytes(b"half")
    made_up(tmp_path)
    assert sorted(path.name for path in target.parent.iterdir()) == [".lock", target.name]


def test_home_that_cannot_hold_the_copy_is_an_error_with_the_remedy(tmp_path):
    (tmp_path / "cache").write_text("a file where the folder should be")
    with pytest.raises(DataError, match=r"cannot hold .* choose another folder with RNNLAB_HOME"):
        made_up(tmp_path)


def build_once(home, barrier, made):
    def reviews():
        made.put(1)
        return encoded.encode(TEXTS, LABELS)

    barrier.wait()
    found = cache.open_or_build(home, "made-up", fingerprint="f" * 64, reviews=reviews)
    assert found.text(9) == TEXTS[9]


@pytest.mark.slow
def test_processes_that_ask_at_once_share_one_copy(tmp_path):
    spawn = multiprocessing.get_context("spawn")
    barrier, made = spawn.Barrier(3), spawn.Queue()
    processes = [spawn.Process(target=build_once, args=(tmp_path, barrier, made)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(300)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert made.get(timeout=60) == 1
    assert made.empty()
