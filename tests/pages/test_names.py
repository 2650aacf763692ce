"""Names and words that people give are shown as they are: never a link, picture, icon or arrow."""

import re
from urllib.parse import urlencode

import pytest
from streamlit.testing.v1 import AppTest

from rnnlab.lab import Lab
from tests.labs import failed_run, finished_run
from ui import theme

PICTURE = "![x](https://evil.example/p.png)"
HOSTILE = [
    PICTURE,
    "www.evil.com",
    "https://evil.example",
    "me@evil.example",
    ":material/delete:",
    "<script>alert(1)</script>",
    "a -> b -- c",
]


def resume_it(run_id):
    from rnnlab.lab import Lab
    from ui import roles

    roles.attempt(Lab.resume, run_id)


@pytest.mark.parametrize("name", HOSTILE)
def test_error_that_names_a_run_holds_no_markup(store, name):
    run = finished_run(store)
    store.rename(run.id, name)

    at = AppTest.from_function(resume_it, kwargs={"run_id": run.id}).run()

    message = at.error[0].value
    assert theme.markdown(name) in message
    assert not re.search(r"(?<!\\)[\[(<!]|://|www\\?\.|:material|@evil|->|--", message)


def test_words_without_marks_keep_every_character():
    escaped = theme.markdown("maxlen must be 5–1000, got 5000: shorten it")

    assert escaped.replace("\\", "") == "maxlen must be 5–1000, got 5000: shorten it"


@pytest.mark.browser
def test_no_name_becomes_a_link_or_picture_in_the_browser(page, server):
    urls = []
    page.on("request", lambda request: urls.append(request.url))
    fields = ("maxlen", "units", "layers", "vocab_size", "embedding_dim", "batch_size", "epochs")
    page.goto(f"{server.url}/train?{urlencode(dict(zip(fields, HOSTILE, strict=True)))}")
    warnings = page.get_by_test_id("stAlert")
    warnings.nth(len(fields) - 1).wait_for()
    shown = " ".join(warnings.all_inner_texts()).replace(theme.WORD_JOINER, "")

    assert all(repr(words)[:20] in shown for words in HOSTILE)
    assert warnings.locator("a, img").count() == 0
    store = Lab().store
    for name in (" ".join(HOSTILE[:3]), " ".join(HOSTILE[3:])):
        run = failed_run(store)
        store.rename(run.id, name)
        page.goto(f"{server.url}/run?run={run.id}")
        page.get_by_role("button", name="Delete").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_text("cannot be undone").wait_for()

        assert name in dialog.inner_text().replace(theme.WORD_JOINER, "")
        assert dialog.locator("a, img").count() == 0
    assert not [url for url in urls if "evil" in url and not url.startswith(server.url)]
