"""What reading a source costs: requests, pages, retries and seconds."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


def _silent(line: str) -> None:
    """Tell nobody."""


class Traffic:
    """Counts the requests of one source, from several threads; `tell` hears of progress, one line at a time."""

    def __init__(self, source: str, tell: Callable[[str], None] = _silent) -> None:
        self.source, self.tell = source, tell
        self._lock = threading.Lock()
        self._started = self._last = time.monotonic()
        self._counts = {"requests": 0, "pages": 0, "retries": 0}

    def request(self) -> None:
        self._count("requests")

    def page(self) -> None:
        self._count("pages")

    def retry(self) -> None:
        self._count("retries")

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
