"""What may serve, read anew when a decision, a record or an installed model changes: no process needs a restart."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from gateway.telemetry import log, where
from models.catalogue import CatalogueError
from models.register import LifecycleUnreadable
from models.standing import Served

POLL_S = 1.0


class Promotions:
    """Make it before the first `read` of the process, so that no change between the two is missed."""

    def __init__(self, read: Callable[[], Served], stamp: Callable[[], Hashable]) -> None:
        self._read = read
        self._stamp = stamp
        self._seen = stamp()

    def changed(self) -> Served | None:
        """What may serve, if that may have changed since the last call. What cannot be read changes nothing: it is
        logged, and whatever serves goes on."""
        stamp = self._stamp()
        if stamp == self._seen:
            return None
        try:
            news = self._read()
        except OSError as error:  # the same files may be read the next time
            log().error("promotions_unreadable", **where(error))
            return None
        except (LifecycleUnreadable, CatalogueError) as error:
            log().error("promotions_unreadable", **where(error))
            news = None
        self._seen = stamp
        return news
