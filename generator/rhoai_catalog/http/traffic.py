"""What reading a source costs: requests, pages, retries and seconds; and who hears of it meanwhile."""

from __future__ import annotations

import math
import threading
import time


class Listener:
    """Hears of every answer, and of every source that has been read. This one keeps it to itself."""

    def begun(self, traffic: Traffic) -> None:
        """A source is going to be read."""

    def answered(self, traffic: Traffic, path: str, status: int | None, seconds: float) -> None:
        """A request was answered with a status, or failed (None)."""

    def retried(self, traffic: Traffic, path: str, reason: str) -> None:
        """A request is sent again, because no answer came."""

    def finished(self, traffic: Traffic) -> None:
        """A source has been read."""


class Traffic:
    """Counts the requests of one source, from several threads. From now on they may take so many seconds in all."""

    def __init__(self, source: str, listener: Listener | None = None, *, seconds: float = math.inf) -> None:
        self.source, self.listener = source, listener or Listener()
        self._lock = threading.Lock()
        self._started = self._last = time.monotonic()
        self.allowed, self.until = seconds, self._started + seconds
        self._counts = {"requests": 0, "pages": 0, "retries": 0}
        self.listener.begun(self)

    def request(self) -> float:
        """A request begins; gives the time, for `answered`."""
        self._count("requests")
        return time.monotonic()

    def answered(self, path: str, status: int | None, since: float) -> None:
        self.listener.answered(self, path, status, time.monotonic() - since)

    def page(self) -> None:
        self._count("pages")

    def retry(self, path: str = "", reason: str = "") -> None:
        """Something is asked again; with a `reason`, why no answer came."""
        self._count("retries")
        if reason:
            self.listener.retried(self, path, reason)

    def resume(self) -> None:
        """Go on after a pause, which began with the last thing counted and does not count."""
        with self._lock:
            pause = time.monotonic() - self._last
            self._started, self._last, self.until = self._started + pause, self._last + pause, self.until + pause

    @property
    def requests(self) -> int:
        return self._counts["requests"]

    @property
    def pages(self) -> int:
        return self._counts["pages"]

    @property
    def retries(self) -> int:
        return self._counts["retries"]

    @property
    def seconds(self) -> float:
        """From the beginning to the last thing counted."""
        return self._last - self._started

    def _count(self, what: str) -> None:
        with self._lock:
            self._counts[what] += 1
            self._last = time.monotonic()
