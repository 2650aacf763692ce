"""Every page as somebody sees it who may only watch: nothing to train, stop, rename or delete."""

import pytest

from rnnlab.config import preset
from rnnlab.errors import NotAllowed
from rnnlab.study import plan
from tests import studies
from tests.labs import failed_run, finished_run, live_run
from tests.screens import lab_words, links, open_lab, open_page, open_run
from ui.compare import upload

pytestmark = pytest.mark.usefixtures("worker")  # this process: no page starts another

CHANGES = (
    *("Train", "Stop", "Cancel", "Resume", "Rename", "Delete", "Reproduce", "Tune", "Even out"),
    *("Compare on a test set", "5 seeds", "Start"),
)


def changing(at):
    """The labels of a page's buttons that would change the lab."""
    assert not at.exception
    return [button.label for button in at.button if button.label.startswith(CHANGES)]


@pytest.fixture
def runs(store):
    """Two finished runs, a failed one, an interrupted one, and one in training."""
    finished = [finished_run(store, preset(arch), epochs=3) for arch in ("lstm", "gru")]
    failed_run(store)
    live_run(store, preset("embedding-rnn"))
    return finished


def test_an_empty_lab_says_that_others_train_and_warms_up_nothing(store, watching):
    at = open_lab()
    assert changing(at) == []
    assert "You are watching" in lab_words(at)
    assert "as soon as whoever presents trains them" in at.caption[0].value
    assert store.expected.get(since=0) is None


def test_the_lab_is_there_to_open_and_compare(runs, watching):
    at = open_lab()
    assert changing(at) == []
    assert at.button(key="lab_open") and at.button(key="lab_compare")
    assert "Select rows to open or compare runs." in [caption.value for caption in at.caption]


def test_the_train_page_shows_costs_and_trains_nothing(store, runs, watching):
    at = open_page("train")
    assert changing(at) == []
    assert "Whoever presents can train them." in at.info[0].value
    assert "parameters" in lab_words(at)
    assert store.expected.get(since=0) is None


def test_a_runs_page_has_its_files_and_no_controls(runs, watching):
    at = open_run(runs[0].id)
    assert changing(at) == []
    assert "Classify with this model" in links(at)
    assert "Export" in lab_words(at)


def test_a_comparison_offers_no_training(runs, watching):
    at = open_page("compare", runs=",".join(run.id for run in runs))
    assert changing(at) == []


def test_a_comparison_takes_no_files_of_viewers(runs, watching):
    at = open_page("compare", runs=",".join(run.id for run in runs), on="Your own CSV")
    assert not at.get("file_uploader")
    (evaluated_on,) = [group for group in at.button_group if group.label == "Evaluated on"]
    assert "Your own CSV" not in evaluated_on.options
    with pytest.raises(NotAllowed, match="only whoever presents can compare the models on a file"):
        upload.uploaded_reviews()


def test_studies_are_there_to_read(store, watching):
    study = studies.start(store, plan.make_spec([preset("lstm")]))
    assert changing(open_page("study")) == []
    assert changing(open_page("study", study=study.id)) == []


@pytest.mark.parametrize("page", ["classify", "inside"])
def test_pages_without_models_ask_nobody_to_train(store, watching, page):
    at = open_page(page)
    assert changing(at) == []
    assert "Train a model" not in links(at)
    assert "as soon as it is trained" in at.info[0].value


def test_a_click_on_a_button_that_is_gone_since_changes_nothing(store, runs, monkeypatch):
    """A viewer's browser may send what a presenter's page had."""
    at = open_lab()
    [stop] = [button for button in at.button if button.label == "Stop" and "live" in button.key]
    monkeypatch.setenv("RNNLAB_SHARE", "1")
    monkeypatch.setattr("ui.presenter.holds_link", lambda _: False)
    stop.click().run()
    assert not any(run.stop_requested for run in store.runs())


@pytest.mark.parametrize("page", ["classify", "inside"])
def test_a_viewers_text_has_a_limit_that_is_said_beside_the_field(runs, watching, page):
    at = open_page(page, text="film " * 4_000)
    assert not at.error
    assert any("(up to 20,000 characters)" in part.proto.json for part in fields(at))
    at = open_page(page, text="film " * 4_001)
    (error,) = at.error
    assert "this one has 20,005: shorten it" in error.value.replace("\\", "")
    assert at.session_state[f"{page}_text"] == ""


def fields(at):
    """The components of a page that have data."""
    return [part for part in at.get("bidi_component") if part.proto.json]


def test_a_text_of_somebody_who_presents_has_no_limit(runs):
    at = open_page("inside", text="film " * 5_000)
    assert not at.error
    assert not any("up to" in part.proto.json for part in fields(at))
