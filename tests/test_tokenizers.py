"""Tokenizers of one's own datasets, and what is said where one cannot be used."""

from importlib import metadata

import pytest

from rnnlab import tokenizers
from rnnlab.errors import InvalidField, MissingPackage
from rnnlab.text import words_of


def test_words_are_those_of_every_other_text():
    assert tokenizers.cutter("words") is words_of


@pytest.mark.parametrize(
    ("name", "text", "tokens"),
    [
        ("characters-1", "Ab  c", ["a", "b", "▁", "c"]),
        ("characters-2", "Ab c", ["ab", "b▁", "▁c"]),
        ("characters-3", "ab", ["ab"]),
        ("characters-3", " \n ", []),
        ("characters-1", "영화’s", ["영", "화", "'", "s"]),
    ],
)
def test_characters_are_cut_with_the_blanks_between_words(name, text, tokens):
    assert tokenizers.cutter(name)(text) == tokens


@pytest.mark.parametrize("name", ["", "word", "characters-0", "characters-6", "characters-"])
def test_unknown_tokenizer_is_refused(name):
    with pytest.raises(InvalidField, match="tokenizer must be words, korean"):
        tokenizers.checked_tokenizer(name)


def test_korean_without_its_package_says_what_to_install(monkeypatch):
    def missing(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", missing)
    tokenizers.kiwi.cache_clear()
    with pytest.raises(MissingPackage, match=r"pip install 'rnnlab\[korean\]'"):
        tokenizers.checked_tokenizer("korean")
    with pytest.raises(MissingPackage, match="not installed"):
        tokenizers.cutter("korean-0.24")("영화")


def test_korean_of_another_version_says_which_to_install(monkeypatch):
    monkeypatch.setattr(metadata, "version", lambda name: "1.2.3")
    tokenizers.kiwi.cache_clear()
    with pytest.raises(MissingPackage, match=r"kiwipiepy==0\.24\.\*"):
        tokenizers.cutter("korean-0.24")("영화")


def test_korean_texts_are_cut_into_morphemes():
    pytest.importorskip("kiwipiepy")
    name = tokenizers.checked_tokenizer("korean")
    assert tokenizers.label(name) == "Korean"
    tokens = tokenizers.cutter(name)("이 영화, 정말 재미있었어요! OK")
    assert {"영화", "재미있", "었", "어요", "ok"} <= set(tokens)
    assert not {",", "!"} & set(tokens)
    tokenizers.kiwi.cache_clear()
