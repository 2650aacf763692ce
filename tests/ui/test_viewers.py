"""How often the live area is redrawn, by how many watch it."""

import pytest

from ui import viewers
from ui.viewers import Viewers, interval_s


@pytest.mark.parametrize(
    ("count", "seconds"), [(1, 0.5), (2, 0.5), (3, 1), (8, 2), (9, 4), (25, 8), (500, 8)]
)
def test_interval_lengthens_with_the_number_of_viewers(count, seconds):
    assert interval_s(count) == seconds


def test_interval_is_shortened_only_when_clearly_fewer_are_left():
    assert interval_s(16, 8.0) == 8.0
    assert interval_s(12, 8.0) == 4.0
    assert interval_s(1, 8.0) == 0.5


def test_all_viewers_together_cost_about_as_much_as_four_do():
    assert max(count / interval_s(count) for count in range(1, 33)) == 4


def test_viewer_who_is_not_redrawn_any_more_is_not_counted():
    now = 0.0
    present = Viewers(clock=lambda: now)
    assert [present.count(viewer) for viewer in "abb"] == [1, 2, 2]
    now = viewers.AWAY_S
    assert present.count("b") == 1


def test_viewer_whose_browser_has_gone_is_not_counted():
    connected = {"a", "b"}
    present = Viewers(is_here=lambda viewer: viewer in connected)
    assert [present.count(viewer) for viewer in "ab"] == [1, 2]
    connected.remove("a")
    assert present.count("b") == 1


@pytest.fixture
def crowd(monkeypatch):
    """Twenty-four others watch, of whom none presents."""
    watching, presenting = Viewers(), Viewers()
    for number in range(24):
        watching.count(str(number))
    monkeypatch.setattr(viewers, "_watching", watching)
    monkeypatch.setattr(viewers, "_presenting", presenting)


def test_viewer_in_a_crowd_is_redrawn_seldom(crowd, watching):
    assert viewers.start_interval() == viewers.LONGEST_S
    assert viewers.max_age_s() == 2.0


def test_presenter_of_a_crowd_is_redrawn_as_if_alone(crowd, monkeypatch):
    monkeypatch.setenv("RNNLAB_SHARE", "1")
    monkeypatch.setattr("ui.presenter.holds_link", lambda _: True)
    assert viewers.start_interval() == viewers.SHORTEST_S
    assert viewers.max_age_s() == 0.0
