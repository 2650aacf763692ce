"""A lab that cannot be written to is open for browsing, with one notice that says why."""

import pytest

from rnnlab.config import preset
from tests.disks import read_only
from tests.screens import open_lab, open_page

PAGES = ("lab", "train", "compare", "classify", "inside", "learn", "run")


@pytest.fixture
def frozen(runs, store, lab_home):
    """The runs of a lab that cannot be written to, the last one queued."""
    waiting = store.enqueue(preset("lstm", seed=9), now=1.0)
    store.close()
    with read_only(lab_home):
        yield *runs, waiting


@pytest.mark.parametrize("name", PAGES)
def test_page_of_a_lab_that_cannot_be_written_to_works(frozen, name):
    at = open_page(name, **({"run": frozen[0].id} if name in ("run", "inside") else {}))
    assert not at.exception and not at.error


def test_notice_says_once_why_nothing_can_be_changed_and_what_to_do(frozen):
    (notice,) = open_lab().warning
    assert "This lab is read\\-only, because" in notice.value
    assert "copy the folder and set RNNLAB\\_HOME to the copy" in notice.value


def test_what_would_change_such_a_lab_says_a_sentence(frozen):
    at = open_page("train")
    for button in ("train_button", f"live_stop_{frozen[-1].id}"):
        at.button(key=button).click().run()
        assert not at.exception
        assert "This lab is read\\-only" in at.error[0].value


def test_notice_goes_once_the_lab_can_be_written_to(runs, store, lab_home):
    store.close()
    with read_only(lab_home):
        assert open_lab().warning
    assert not open_lab().warning
