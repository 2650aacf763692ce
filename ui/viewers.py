"""Who watches the live area, and how often it is redrawn for each of them.

The server runs at a higher priority than the training, so that every redrawing takes its time from
the runs. The interval therefore doubles with the number of viewers: all of them together cost about
as much as a few do. On a shared dashboard the presenter, whose screen the others look at, is
redrawn as if alone.
"""

import secrets
import threading
import time
from collections.abc import Callable

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from rnnlab.sharing import is_shared
from ui import roles, sessions

SHORTEST_S = 0.5
MOST = ((2, 0.5), (4, 1.0), (8, 2.0), (16, 4.0))  # viewers up to which an interval holds
LONGEST_S = 8.0
RETURNS = 0.75  # of the viewers of a shorter interval, before it is taken up again
SHARED = 0.25  # of an interval: how long what is drawn for one viewer serves the others
AWAY_S = 2.5 * LONGEST_S  # without a redrawing: looks at another page
_INTERVAL = "live_interval_s"


class Viewers:
    """The sessions that have been redrawn of late. Safe to share between threads."""

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        is_here: Callable[[str], bool] = lambda viewer: True,
    ) -> None:
        self._clock = clock
        self._is_here = is_here
        self._lock = threading.Lock()
        self._seen_at: dict[str, float] = {}

    def count(self, viewer: str) -> int:
        """Note that this viewer is here; return how many there are."""
        with self._lock:
            now = self._clock()
            self._seen_at[viewer] = now
            self._seen_at = {
                other: seen_at
                for other, seen_at in self._seen_at.items()
                if other == viewer or (now - seen_at < AWAY_S and self._is_here(other))
            }
            return len(self._seen_at)


def interval_s(viewers: int, current_s: float = SHORTEST_S) -> float:
    """Return the seconds between redrawings for so many viewers, given the present interval.

    It becomes longer at once, and shorter only when clearly fewer are left.
    """
    wanted_s = _interval_of(viewers)
    if wanted_s >= current_s:
        return wanted_s
    return min(current_s, _interval_of(int(viewers / RETURNS)))


def _interval_of(viewers: int) -> float:
    return next((seconds for most, seconds in MOST if viewers <= most), LONGEST_S)


def _connected(viewer: str) -> bool:
    return sessions.here(viewer) if runtime.exists() else True


_watching, _presenting = (Viewers(is_here=_connected) for _ in range(2))


def start_interval() -> float:
    """Return the interval that this session's page is to be redrawn at, and keep it."""
    st.session_state[_INTERVAL] = _interval()
    return st.session_state[_INTERVAL]


def interval_changed() -> bool:
    """Note that this session is here; return whether its interval is another by now."""
    return _interval() != st.session_state.get(_INTERVAL)


def max_age_s() -> float:
    """Return how old the snapshot may be that this session is redrawn from.

    In a crowd, those who are redrawn one after the other share what is read and drawn.
    """
    current_s = st.session_state.get(_INTERVAL, SHORTEST_S)
    return 0.0 if current_s == SHORTEST_S else SHARED * current_s


def _interval() -> float:
    viewers = _presenting if is_shared() and roles.may_change() else _watching
    context = get_script_run_ctx()
    viewer = context.session_id if context else secrets.token_hex(8)
    return interval_s(viewers.count(viewer), st.session_state.get(_INTERVAL, SHORTEST_S))
