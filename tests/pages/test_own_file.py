"""A file of one's own on the Compare page: named, counted, and no longer used once it is gone."""

import pytest

from tests.pages.comparing import chips, page, shown

pytestmark = pytest.mark.usefixtures("compared")


def content(count):
    rows = (f"a film number {n} that is {'good' if n % 2 else 'bad'},{n % 2}" for n in range(count))
    return ("text,label\n" + "\n".join(rows) + "\n").encode()


def with_file(runs, name="mine.csv", data=None):
    at = page(on="Your own CSV", runs=",".join(run.id for run in (runs[0], runs[3])))
    return give(at, name, content(30) if data is None else data)


def give(at, name, data):
    at.file_uploader[0].set_value((name, data, "text/csv"))
    return at.run()


def plain(at):
    elements = (*at.caption, *at.info, *at.markdown)
    return shown(at) + " ".join(element.value for element in elements).replace("\\", "")


def test_file_is_named_beside_the_verdict(runs):
    at = with_file(runs)
    assert "30 reviews of mine.csv that no run was trained on" in plain(at)
    assert not at.exception


def test_texts_that_are_much_shorter_are_remarked_on(runs):
    short = ("text,label\n" + "".join(f"w{n},{n % 2}\n" for n in range(30))).encode()
    assert "These texts are much shorter than those that models of" in plain(
        with_file(runs, data=short)
    )


def test_removing_the_file_ends_its_use(runs):
    at = with_file(runs)
    at.file_uploader[0].set_value([])
    at.run()
    assert "mine.csv" not in plain(at)
    assert "Upload your reviews above" in plain(at)


def test_refused_file_brings_no_older_verdict_back(runs):
    at = give(with_file(runs), "broken.csv", b"nothing,useful\n1,2\n")
    assert "mine.csv" not in plain(at)
    assert "Upload your reviews above" not in plain(at)
    at.file_uploader[0].set_value([])
    assert "mine.csv" not in plain(at.run())


def test_file_stays_in_use_on_another_visit_until_it_is_stopped(runs):
    at = with_file(runs)
    at.switch_page("pages/lab.py").run()
    at.switch_page("pages/compare.py")
    at.query_params["on"] = "Your own CSV"
    at.run()
    assert "In use: **mine.csv**" in plain(at)
    at.button(key="compare_file_forget").click().run()
    assert "mine.csv" not in plain(at)


def test_fewer_than_20_reviews_get_metrics_without_a_verdict(runs):
    at = with_file(runs, data=content(6))
    assert "needs at least 20 reviews" in plain(at)
    (table,) = (frame.value for frame in at.dataframe if "Called positive (%)" in frame.value)
    names = list(table["Name"])
    assert names == [runs[0].name, runs[3].name, "Always “positive”"]
    assert not [name for name in chips(at) if name in names]
