"""Which columns hold the reviews and their labels."""

import pytest

from rnnlab.errors import DataError
from tests.datasets.reading.files import read


def test_columns_may_stand_in_any_order_and_case_beside_others():
    found = read("id,Label,source, TEXT\n7,pos,web,a good film\n")
    assert (found.texts, found.labels.tolist()) == (("a good film",), [1])


@pytest.mark.parametrize(
    "header", ["review,sentiment", "id,review_text,rating", "Comment,Stars", "words,feeling"]
)
def test_columns_are_found_by_common_names_and_by_content(header):
    width = header.count(",")
    first = "17," if width == 2 else ""
    rows = "".join(f"{first}film number {n} is good,{n % 2}\n" for n in range(6))
    found = read(f"{header}\n{rows}")
    assert (len(found.texts), found.labels.tolist()) == (6, [0, 1] * 3)
    assert found.remarks == (f"Columns: {' and '.join(header.split(',')[-2:])}.",)


def test_columns_may_be_named():
    content = "text,label,title,stars\na film,0,the big night,1\na bore,1,a small day,0\n"
    found = read(content, text_column="Title", label_column="stars")
    assert (found.texts, found.labels.tolist()) == (("the big night", "a small day"), [1, 0])
    with pytest.raises(DataError, match=r"text_column is name, which no column has: choose one of"):
        read(content, text_column="name")


@pytest.mark.parametrize("header", ["text,text,label", "a film", "text", "id,number"])
def test_columns_that_cannot_be_told_are_named_with_the_remedy(header):
    with pytest.raises(DataError, match=r"one column of reviews and one of labels") as error:
        read(f"{header}\n1,2\n3,4\n")
    assert f"'{header.split(',')[0]}'" in str(error.value)
    assert "rename the columns" in str(error.value)
