"""Pages of a lab whose server goes away keep what they have, and say so."""

from rnnlab.config import preset
from rnnlab.store import RunStore
from tests.labs import finished_run
from tests.screens import lab_words, open_lab
from ui import reader
from ui.study import listing


def test_page_shows_the_last_snapshot_and_says_why(postgresql_url, postgresql, monkeypatch):
    store = RunStore(postgresql_url)
    run = finished_run(store, preset("gru"))
    store.close()
    page = open_lab()
    assert run.name in lab_words(page)
    monkeypatch.setattr(reader, "RETRY_S", 0.0)
    postgresql.stop()
    try:
        page.run()
        assert run.name in lab_words(page)
        assert "its server may be down" in page.warning[0].value
        with monkeypatch.context() as patch:  # what a page reads beside the snapshot
            patch.setattr(listing, "running", lambda _: reader.get_lab().store.queue())
            page = open_lab()
        assert not page.exception
        assert "server does not answer" in page.error[0].value
    finally:
        postgresql.start()
    assert not open_lab().warning
