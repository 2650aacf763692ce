"""Files in the shapes that people find them in, each with the fault that comes with it."""

import pytest

from tests.datasets.reading.files import read


def rows_of(labels, line="{text}\t{label}", end="\n"):
    return "".join(
        line.format(text=f"film number {n}, seen twice", label=label) + end
        for n, label in enumerate(labels)
    )


def test_file_sorted_by_label_without_names_is_read():
    labels = ["0"] * 300 + ["4"] * 300
    line = '"{label}","17","Mon Apr 06 22:19:45 2009","NO_QUERY","somebody","{text}"'
    found = read(rows_of(labels, line))
    assert found.labels.tolist() == [0] * 300 + [1] * 300
    assert found.texts[0] == "film number 0, seen twice"
    assert found.remarks[0] == "No line of column names: the first line is read as a review."
    assert found.left_out == ()


def test_lines_of_text_and_label_without_names_and_with_stray_quotes_are_read():
    text = 'A very, very slow film\t0\nNot sure "who was lost\t0\nGood "case, Excellent\t1\n'
    found = read(text)
    assert (len(found.texts), found.labels.tolist()) == (3, [0, 0, 1])


def test_columns_without_names_are_chosen_by_number():
    content = "2,a good film\n1,a dull film\n"
    found = read(content, positive="2")
    assert (found.texts, found.labels.tolist()) == (("a good film", "a dull film"), [1, 0])
    assert read(content, positive="2", text_column="2", label_column="1").texts == found.texts


@pytest.mark.parametrize(
    "header",
    [
        "Unnamed: 0,review,sentiment",
        ",Review Text,Recommended",
        "id,리뷰,감성",
        "번호,내용,평점",
        "id,reviewText,overall",
        "tweet_id,tweet text,airline_sentiment",
        "lang,avis,note",
    ],
)
def test_columns_are_found_by_their_names_in_many_spellings(header):
    rows = "".join(f"{n},film number {n},{n % 2}\n" for n in range(30))
    found = read(f"{header}\n{rows}")
    assert len(found.texts) == 30
    assert found.columns if hasattr(found, "columns") else found.labels.sum() == 15


def test_labels_are_preferred_whose_values_are_known():
    rows = "".join(f"film number {n},{'train' if n % 3 else 'test'},{n % 2}\n" for n in range(30))
    assert read(f"words,split,y\n{rows}").remarks == ("Columns: words and y.",)
    rows = "".join(
        f"film number {n},{'train' if n % 3 else 'test'},{'ham' if n % 2 else 'spam'}\n"
        for n in range(30)
    )
    found = read(f"words,split,kind\n{rows}", positive="ham")
    assert found.remarks[0] == "Columns: words and kind."
    rows = "".join(f"film number {n},{n * 7},{n % 5 + 1}\n" for n in range(30))
    assert read(f"review,score,stars\n{rows}").remarks[0] == "Columns: review and stars."


@pytest.mark.parametrize(
    ("labels", "meanings"),
    [
        (["5 stars", "1 star", "3 stars"], [1, 0]),
        (["4.0 out of 5 stars", "1.0 out of 5 stars", "2.0 out of 5 stars"], [1, 0, 0]),
        (["★★★★★", "★☆☆☆☆", "★★★☆☆"], [1, 0]),
        (["5/5", "1/5", "4/5"], [1, 0, 1]),
        (["five stars", "One", "two", "four"], [1, 0, 0, 1]),
        (['"=""1"""', '"=""0"""'], [1, 0]),
        (["4,5", "0,5", "3,0", "1,0"], [1, 0, 0]),
        (["0", "1", "2", "3", "4"], [0, 0, 1, 1]),
        (["0", "10", "5", "8"], [0, 1, 1]),
        (["-2", "-1", "0", "1", "2"], [0, 0, 1, 1]),
        (["-1", "1"], [0, 1]),
        (["LABEL_0", "LABEL_1"], [0, 1]),
        (["긍정", "부정"], [1, 0]),
        ([" Positive\u00a0", '"negative"'], [1, 0]),
        (["Recommended", "Not Recommended"], [1, 0]),
        (["True", "False", "NaN", "None", " ", "NULL"], [1, 0]),
        (["Very Positive", "somewhat negative", "Neutral"], [1, 0]),
    ],
)
def test_labels_are_read_as_people_write_them(labels, meanings):
    assert read("text\tlabel\n" + rows_of(labels)).labels.tolist() == meanings


def test_export_with_a_title_empty_cells_and_empty_lines_is_read():
    content = (
        "\ufeffsep=;\r\nOur reviews;;;\r\n;;;\r\nreview;stars;;\r\n"
        "a good film;5,0;;\r\na dull film;1,0;;\r\nso so;3,0;;\r\n;;;\r\n"
    )
    found = read(content)
    assert (found.texts, found.labels.tolist()) == (("a good film", "a dull film"), [1, 0])
    assert [rows.reason for rows in found.left_out] == [
        "above the line of column names",
        "the label is neither positive nor negative",
    ]


def test_quotes_escaped_by_a_backslash_are_read_and_it_is_said():
    found = read('text,label\n"A \\"good\\" film, he said",1\n"dull",0\n')
    assert found.texts == ('A "good" film, he said', "dull")
    assert "escaped by a backslash" in found.remarks[0]


def test_stray_quotes_join_no_reviews_of_a_comma_separated_file():
    found = read('text,label\n"One film,1\nTwo films,0\nThree films",1\nFour,0\nFive,1\n')
    assert len(found.texts) == 5
    assert "quotes read as plain characters" in found.remarks[0]


def test_text_over_several_lines_is_kept_and_said():
    found = read('text,label\n"A film\nof two lines, at least",1\ndull,0\n')
    assert found.texts[0] == "A film\nof two lines, at least"
    assert found.remarks == ("1 text runs over several lines, the first up to line 3.",)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_korean_in_unmarked_utf_16_and_32_is_read(encoding):
    text = "document\tlabel\n" + "정말재미있는영화였다다시보고싶다\t1\n지루한영화였다\t0\n" * 3
    assert read(text, encoding).labels.tolist() == [1, 0]


def test_detected_encoding_is_offered_with_rows_as_they_would_read():
    from rnnlab.datasets.reading.encodings import UnknownEncoding

    text = "text,label\n" + "Świetny film, naprawdę polecam każdemu – źródło radości,1\n" * 5
    with pytest.raises(UnknownEncoding) as error:
        read(text.replace(", ", " "), "cp1250")
    offers = {offer.encoding: offer for offer in error.value.candidates}
    assert "cp1250" in offers
    assert offers["cp1250"].samples[0].startswith("Świetny film")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (bytes(range(256)) * 40, "this file is no text"),
        (b"<!DOCTYPE html>\n<html><body>Sign in</body></html>", "this file is a web page"),
        (b"version https://git-lfs.github.com/spec/v1\n", "a note that stands for a file of Git"),
        (b"text,label\n" + b"x" * 10_000_100 + b",1\n", "a text of more than 10,000,000"),
        (b"a," * 1_000_000 + b"b\n", "1,000,001 cells, and at most 1,000"),
    ],
    ids=["binary", "web page", "git lfs", "large cell", "columns"],
)
def test_file_that_is_no_table_ends_in_a_message(content, message):
    from rnnlab.datasets.reading import reviews
    from rnnlab.errors import DataError

    with pytest.raises(DataError, match=message):
        reviews.read(content)
