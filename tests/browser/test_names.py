"""Names and words that people give, in Chromium: never a link, a picture, or asked for."""

from urllib.parse import urlencode

import pytest

from tests.labs import failed_run
from tests.names import HOSTILE
from ui import theme

pytestmark = pytest.mark.browser


def test_no_name_becomes_a_link_or_picture_in_the_browser(page, store, server):
    urls = []
    page.on("request", lambda request: urls.append(request.url))
    fields = ("maxlen", "units", "layers", "vocab_size", "embedding_dim", "batch_size", "epochs")
    page.goto(f"{server.url}/train?{urlencode(dict(zip(fields, HOSTILE, strict=True)))}")
    warnings = page.get_by_test_id("stAlert")
    warnings.nth(len(fields) - 1).wait_for()
    shown = " ".join(warnings.all_inner_texts()).replace(theme.WORD_JOINER, "")

    assert all(repr(words)[:20] in shown for words in HOSTILE)
    assert warnings.locator("a, img").count() == 0
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
