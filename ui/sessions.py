"""Sessions: each browser tab's state on the server, and its end once the tab is gone.

Streamlit (1.67) keeps the session of a closed tab until another tab closes, and even then only
forgets it: its event loop, its three descriptors and its uploaded files stay until Python collects
it. Here it is ended `server.disconnectedSessionTTL` seconds after its tab is gone.
"""

import builtins
import time
from collections.abc import Callable
from typing import Any

from streamlit import config, runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.session_manager import SessionInfo, SessionStorage

MOST_LEFT = 128  # sessions without a browser


class LeftSessions(SessionStorage):
    """The sessions whose browsers are gone and may come back, with all that they hold."""

    def __init__(self, keep_s: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._keep_s = keep_s
        self._clock = clock
        self._left: dict[str, tuple[SessionInfo, float]] = {}  # and when; the earliest first

    def get(self, session_id: str) -> SessionInfo | None:
        """Return a session that may be gone on with; None where there is none."""
        info, left_at = self._left.get(session_id, (None, 0.0))
        return info if self._clock() - left_at < self._keep_s else None

    def save(self, session_info: SessionInfo) -> None:
        """Keep a session whose browser has just gone."""
        self._left.pop(session_info.session.id, None)
        self._left[session_info.session.id] = (session_info, self._clock())

    def delete(self, session_id: str) -> None:
        """Forget a session without ending it: its browser is back."""
        self._left.pop(session_id, None)

    def list(self) -> builtins.list[SessionInfo]:
        """Return the sessions that are kept."""
        return [info for info, _ in self._left.values()]

    def end(self) -> None:
        """End the sessions that nobody comes back to: the too old, and the oldest of too many."""
        now = self._clock()
        for number, (session_id, (info, left_at)) in enumerate(reversed([*self._left.items()])):
            if number >= MOST_LEFT or now - left_at >= self._keep_s:
                del self._left[session_id]
                info.session.shutdown()


def install() -> None:
    """Have this server's sessions kept here. To be called before the first browser comes."""
    if runtime.exists():
        keep_s = config.get_option("server.disconnectedSessionTTL")
        _manager()._session_storage = LeftSessions(keep_s)


def end_left() -> None:
    """End the sessions whose time is over, and free what they have uploaded.

    To be called on the server's event loop.
    """
    if not runtime.exists():
        return
    storage = _manager()._session_storage
    if isinstance(storage, LeftSessions):
        storage.end()
    uploads = runtime.get_instance().uploaded_file_mgr
    if isinstance(uploads, MemoryUploadedFileManager):
        free_uploads(uploads, lambda session_id: bool(storage.get(session_id)) or here(session_id))


def free_uploads(uploads: MemoryUploadedFileManager, is_kept: Callable[[str], bool]) -> None:
    """Free the files of sessions that have ended, also those that arrived after their end."""
    for session_id in [*uploads.file_storage]:
        if not is_kept(session_id):
            uploads.remove_session_files(session_id)


def here(session_id: str) -> bool:
    """Return whether a session's browser is connected. Safe on any thread."""
    return runtime.exists() and runtime.get_instance().is_active_session(session_id)


def _manager() -> Any:
    return runtime.get_instance()._session_mgr
