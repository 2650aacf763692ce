"""Words and ids, against keras's conventions."""

import numpy as np
import pytest

from rnnlab.errors import DataError
from rnnlab.inside.edits import spans
from rnnlab.text import Vocabulary, fold, pad, read, tokenize, words_of

WORDS = Vocabulary(("the", "and", "film", "good", "bad"))  # ids 4 to 8


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("It's GOOD, isn't it?", ["it's", "good", "isn't", "it"]),
        ("one<br /><br />two", ["one", "br", "br", "two"]),
        ("a\tb\nc\r\nd\0e", ["a", "b", "c", "d", "e"]),
        ("<script>alert(1)</script>", ["script", "alert", "1", "script"]),
        ("schön 🎬 שלום", ["schön", "🎬", "שלום"]),
        ("thirty\x85five\xa0six", ["thirty\x85five\xa0six"]),
        ("  !!! \n ", []),
    ],
)
def test_words_are_what_keras_makes_of_a_text(text, tokens):
    assert tokenize(text) == tokens


@pytest.mark.slow
def test_tokenizer_agrees_with_keras_on_real_reviews():
    from keras.src.legacy.preprocessing.text import text_to_word_sequence

    from rnnlab.datasets import bundled

    for text in bundled.reviews().texts[::500]:
        assert tokenize(text) == text_to_word_sequence(text)


def test_most_frequent_word_leads_and_ties_go_to_the_one_seen_first():
    vocabulary = Vocabulary.count([["b", "a", "c"], ["c", "a", "d"]])
    assert vocabulary.words == ("a", "c", "b", "d")


def test_ids_are_rank_plus_three_and_two_where_unknown_or_too_rare():
    ids = WORDS.ids(["the", "good", "bad", "zebra"], vocab_size=8)
    assert ids.tolist() == [4, 7, 2, 2]
    assert ids.dtype == np.int32


@pytest.mark.parametrize("vocab_size", [10, 7, 6, 4])
def test_stored_part_of_the_vocabulary_reads_as_the_whole(vocab_size):
    words = [*WORDS.words, "zebra"]
    top = WORDS.top(vocab_size)
    assert top.ids(words, vocab_size).tolist() == WORDS.ids(words, vocab_size).tolist()
    assert len(top.words) == min(vocab_size - 4, 5)


def test_vocabulary_comes_back_from_bytes():
    odd = Vocabulary(("the", "a\x85b", "\u2028", "🎬"))
    assert Vocabulary.from_bytes(odd.to_bytes()) == odd


@pytest.mark.parametrize("content", [b"the\nan", b"\xff\n", b"the\nand\nthe\n", b"the\n\nand\n"])
def test_damaged_vocabulary_is_an_error(content):
    with pytest.raises(DataError, match="damaged"):
        Vocabulary.from_bytes(content)


TEXTS = np.array([1, 4, 5, 6, 1, 7, 1], dtype=np.int32)
OFFSETS = np.array([0, 4, 6, 7, 7])


@pytest.mark.parametrize(
    ("truncating", "rows"),
    [
        ("pre", [[4, 5, 6], [0, 1, 7], [0, 0, 1], [0, 0, 0]]),
        ("post", [[1, 4, 5], [0, 1, 7], [0, 0, 1], [0, 0, 0]]),
    ],
)
def test_long_texts_are_cut_and_short_ones_padded_on_the_left(truncating, rows):
    padded = pad(TEXTS, OFFSETS, maxlen=3, truncating=truncating)
    assert padded.tolist() == rows
    assert padded.dtype == np.int32


def test_no_text_at_all_pads_to_nothing_but_padding():
    assert pad(TEXTS[:0], np.array([0, 0]), maxlen=2, truncating="pre").tolist() == [[0, 0]]


@pytest.mark.slow
@pytest.mark.parametrize("truncating", ["pre", "post"])
@pytest.mark.parametrize("maxlen", [5, 40, 100])
def test_padding_is_that_of_keras(truncating, maxlen):
    from keras.utils import pad_sequences

    rng = np.random.default_rng(0)
    texts = [rng.integers(1, 99, n).astype(np.int32) for n in rng.integers(0, 80, 200)]
    offsets = np.concatenate([[0], np.cumsum([len(text) for text in texts])])
    np.testing.assert_array_equal(
        pad(np.concatenate(texts), offsets, maxlen=maxlen, truncating=truncating),
        pad_sequences(texts, maxlen=maxlen, truncating=truncating),
    )


def reading(text, *, maxlen=5, truncating="pre", vocab_size=100):
    return read(text, WORDS, vocab_size=vocab_size, maxlen=maxlen, truncating=truncating)


def test_short_text_is_read_whole_behind_its_start_mark():
    result = reading("The GOOD zebra")
    assert result.ids.tolist() == [0, 1, 4, 7, 2]
    assert result.tokens == ("the", "good", "zebra")
    assert result.known == (True, True, False)
    assert (result.cut, result.unknown) == (0, ("zebra",))


def test_pre_cuts_the_front_and_the_start_mark_is_no_word():
    exact = reading("good film the and bad")
    assert (exact.ids.tolist(), exact.cut) == ([7, 6, 4, 5, 8], 0)
    longer = reading("zebra good film the and bad")
    assert (longer.ids.tolist(), longer.cut) == ([7, 6, 4, 5, 8], 1)
    assert (longer.first, longer.last) == (1, 6)
    assert longer.unknown == ()  # the zebra was cut, so it was never read


def test_post_cuts_the_end_and_keeps_the_start_mark():
    result = reading("good film the and bad", truncating="post")
    assert result.ids.tolist() == [1, 7, 6, 4, 5]
    assert (result.first, result.last, result.cut) == (0, 4, 1)


def test_unknown_words_are_named_once_in_their_order():
    assert reading("zebra good ape zebra").unknown == ("zebra", "ape")


@pytest.mark.parametrize("text", ["", "   ", "\0\0", "<>!?"])
def test_text_without_a_word_is_blank(text):
    result = reading(text)
    assert result.blank
    assert not result.all_unknown
    assert result.ids.tolist() == [0, 0, 0, 0, 1]


def test_text_of_unknown_words_says_so():
    assert reading("🎬 שלום zebra").all_unknown
    assert reading("good " + "zebra " * 5).all_unknown  # the known word is cut
    assert not reading("zebra good").all_unknown


def test_hundred_thousand_words_are_read():
    result = reading("film " * 100_000)
    assert result.cut == 99_995
    assert result.ids.tolist() == [6] * 5


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("I don\u2019t like it, it isn\u00b4t good", "i don't like it it isn't good"),
        ("\u201cgreat\u201d\u2014really\u2026great \u2013 yes", "great really great yes"),
        ("good\u00a0film\u2009here\u3000now", "good film here now"),
        (
            "isn&#39;t &quot;good&quot; &amp; don&#x27;t &eacute;t\u00e9",
            "isn't good don't \u00e9t\u00e9",
        ),
        (
            "e\u0301te\u0301 so\u00adso zero\u200bwidth \ufeffstart",
            "\u00e9t\u00e9 soso zerowidth start",
        ),
        ("AT&T; &nosuch; 5 & 6;", "at t nosuch 5 6"),
        ("isn&amp;amp;#39;t &amp;lt;b&amp;gt;good e\u200b\u0301", "isn't b good \u00e9"),
    ],
)
def test_typographic_characters_are_read_as_people_type_them(typed, plain):
    assert words_of(typed) == plain.split()
    assert fold(fold(typed)) == fold(typed)
    # A word is changed at the place where the models read it.
    assert [fold(typed)[start:end].lower() for start, end in spans(fold(typed))] == plain.split()


def test_words_of_datasets_stay_kerass():
    assert tokenize("don\u2019t\u2026 it&#39;s") == ["don\u2019t\u2026", "it", "39", "s"]
