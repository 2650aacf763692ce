"""Compressed files, archives and folders of reviews."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile

import pytest

from rnnlab.datasets.own.make import PARTS
from rnnlab.datasets.own.record import PART_WORDS
from rnnlab.datasets.own.splits import TEST, TRAIN, VALIDATION
from rnnlab.datasets.reading import limits, reviews
from rnnlab.datasets.reading.rows import read_rows
from rnnlab.datasets.reading.trees import read_folder
from rnnlab.errors import DataError

CSV = b"text,label\na good film,1\na dull film,0\n"
TREE = {
    "aclImdb/README": "about these reviews",
    "aclImdb/train/pos/0_9.txt": "a good film",
    "aclImdb/train/neg/0_2.txt": "a dull film",
    "aclImdb/train/unsup/0_0.txt": "some film",
    "aclImdb/train/urls_pos.txt": "http://example.org",
    "aclImdb/test/pos/0_10.txt": "a great film",
    "aclImdb/test/neg/0_1.txt": "an awful film",
}


def packed(files):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def tarred(files, mode="w:gz", links=()):
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode=mode) as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content.encode())
            archive.addfile(member, io.BytesIO(content.encode()))
        for name, to in links:
            member = tarfile.TarInfo(name)
            member.type, member.linkname = tarfile.SYMTYPE, to
            archive.addfile(member)
    return target.getvalue()


@pytest.mark.parametrize(
    "pack",
    [
        gzip.compress,
        bz2.compress,
        lzma.compress,
        lambda content: packed({"reviews/my.csv": content, "README.txt": "mine"}),
        lambda content: gzip.compress(content[:20]) + gzip.compress(content[20:]),
        lambda content: tarred({"my.csv": content.decode()}),
    ],
    ids=["gzip", "bzip2", "xz", "zip", "gzip of two parts", "tar.gz"],
)
def test_one_table_is_read_from_what_it_is_packed_in(pack):
    found = reviews.read(pack(CSV))
    assert (found.texts, found.labels.tolist()) == (("a good film", "a dull film"), [1, 0])


@pytest.mark.parametrize(
    "pack", [packed, tarred, lambda files: tarred(files, "w")], ids=["zip", "tar.gz", "tar"]
)
def test_archive_of_folders_is_read_with_its_parts(pack):
    found = read_rows(pack(TREE))
    assert sorted(zip(found.texts, found.labels.tolist(), found.others["part"], strict=True)) == [
        ("a dull film", 0, "train"),
        ("a good film", 1, "train"),
        ("a great film", 1, "test"),
        ("an awful film", 0, "test"),
    ]
    assert found.left_out[0].reason == "no label (in a folder of reviews without one)"
    assert found.remarks == ("Read as folders with a review in each file.",)


def test_folder_is_read_like_its_archive_and_links_are_not_followed(tmp_path):
    for name, content in TREE.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    (tmp_path / "aclImdb" / "train" / "pos" / "secret.txt").symlink_to("/etc/passwd")
    found = read_rows(read_folder(tmp_path / "aclImdb"))
    assert sorted(found.texts) == ["a dull film", "a good film", "a great film", "an awful film"]
    assert {rows.reason for rows in found.left_out} >= {"a link, which is not followed"}


def test_folders_without_parts_are_read_without():
    found = read_rows(packed({"pos/a.txt": "a good film", "neg/b.txt": "a dull film"}))
    assert (found.others, found.labels.tolist()) == ({}, [1, 0])


def test_links_in_an_archive_are_left_out_and_said():
    found = read_rows(tarred(TREE, links=[("aclImdb/train/pos/1_9.txt", "/etc/passwd")]))
    assert "a link, a device or a pipe in the archive" in [r.reason for r in found.left_out]


@pytest.mark.parametrize("name", ["../../etc/cron.d/pos/x.txt", "/pos/x.txt", "C:\\pos\\x.txt"])
@pytest.mark.parametrize("pack", [packed, tarred])
def test_path_that_reaches_outside_an_archive_is_refused(pack, name):
    with pytest.raises(DataError, match="a path that reaches outside it"):
        reviews.read(pack({name: "a good film", "neg/y.txt": "a dull film"}))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (packed({"xl/workbook.xml": "<x/>", "[Content_Types].xml": ""}), "Save As, CSV UTF-8"),
        (packed({"word/document.xml": "<x/>"}), "this file is an office document"),
        (packed({"a.npy": "", "b.npy": ""}), "NumPy arrays"),
        (packed({"train.csv": CSV, "test.csv": CSV}), "the archive holds several tables"),
        (packed({"my.zip": packed({"my.csv": CSV})}), "an archive within an archive"),
        (gzip.compress(gzip.compress(CSV, mtime=0), mtime=0), "an archive within an archive"),
        (packed({}), "neither a table of reviews in it nor a folder"),
        (packed({"a.png": "", "b.png": ""}), "neither a table of reviews in it nor a folder"),
        (gzip.compress(CSV, mtime=0)[:-12], "cannot be unpacked"),
        (packed({"my.csv": CSV})[:-12], "cannot be unpacked"),
        (b"\x1f\x8b" + bytes(range(256)), "cannot be unpacked"),
    ],
    ids=range(11),  # archives hold the time
)
def test_archive_that_holds_no_reviews_is_refused_with_the_way_out(content, message):
    with pytest.raises(DataError, match=message):
        reviews.read(content)


def test_protected_archive_is_refused():
    content = bytearray(packed({"my.csv": CSV}))
    for mark in (b"PK\3\4", b"PK\1\2"):
        flags = content.index(mark) + (6 if mark == b"PK\3\4" else 8)
        content[flags] |= 1
    with pytest.raises(DataError, match="protected with a password"):
        reviews.read(bytes(content))


@pytest.mark.parametrize(
    "pack",
    [
        gzip.compress,
        bz2.compress,
        lambda content: packed({"my.csv": content}),
        lambda content: tarred({"my.csv": content.decode()}),
        lambda content: packed({f"pos/{n}.txt": content[: 1 << 19] for n in range(5)}),
    ],
    ids=["gzip", "bzip2", "zip", "tar.gz", "folders"],
)
def test_bomb_is_refused_by_its_size_once_unpacked(pack, monkeypatch):
    monkeypatch.setattr(limits, "MAX_MB", 1)
    with pytest.raises(DataError, match=r"at most 1 MB"):
        reviews.read(pack(b"text,label\n" + b"a film,1\n" * 250_000))


def test_archive_of_too_many_files_is_refused(monkeypatch):
    monkeypatch.setattr(limits, "MAX_FILES", 3)
    with pytest.raises(DataError, match="more than 3 files"):
        reviews.read(packed(TREE))


def test_every_word_for_a_part_names_it_in_folders_and_columns_alike(tmp_path):
    for word in PART_WORDS:
        folder = tmp_path / word / "pos"
        folder.mkdir(parents=True)
        (folder / "1.txt").write_text(f"a good film, {word}")
    tree = read_folder(tmp_path)
    assert sorted(file.part for file in tree.files) == sorted(PART_WORDS.values())
    assert {PARTS[word] for word in PART_WORDS} == {TRAIN, VALIDATION, TEST}
