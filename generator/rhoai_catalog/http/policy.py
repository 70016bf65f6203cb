"""How patient the program is with a service, and how much it takes from it: one value, given to whoever reads."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from rhoai_catalog import limits
from rhoai_catalog.http.json import BOUNDS, Bounds


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Times are seconds, sizes bytes.

    Between two tries it waits `first_wait`, twice as long each further time, or as long as the server asks for by
    Retry-After, up to `longest_wait`. `read` is the longest pause between two bytes; `deadline` the longest time of a
    call, with all its tries, headers and bodies; `listing` that of all pages of a list. An answer with a status in
    `retried` is asked for again, unless its body holds `final`; one with a status in `retried_when_asked`, only where
    the server says how long to wait, and that is not too long. `connections` are the requests that are under way at
    once.
    """

    tries: int = 3
    first_wait: float = 0.5
    longest_wait: float = limits.RETRY_SECONDS
    connect: float = limits.CONNECT_SECONDS
    read: float = limits.SILENCE_SECONDS
    deadline: float = limits.CALL_SECONDS
    listing: float = limits.LISTING_SECONDS
    largest: int = limits.ANSWER_BYTES
    json: Bounds = BOUNDS
    page: int = 100
    most_pages: int = limits.PAGES
    retried: frozenset[int] = frozenset((429, 502, 503, 504))
    retried_when_asked: frozenset[int] = frozenset()
    final: bytes = b""
    connections: int = 4

    def wait_after(self, attempt: int, status: int, headers: Mapping[str, str], body: bytes) -> float | None:
        """Seconds until an answer is asked for again; None where it counts."""
        if self.final and self.final in body:
            return None
        asked = retry_after(headers.get("Retry-After", ""))
        if status in self.retried:
            return self.wait(attempt) if asked is None else min(asked, self.longest_wait)
        if status in self.retried_when_asked and asked is not None and asked <= self.longest_wait:
            return asked
        return None

    def wait(self, attempt: int) -> float:
        """Seconds after a try (they count from 1) that says nothing itself."""
        return self.first_wait * 2.0 ** (attempt - 1)


def retry_after(value: str) -> float | None:
    """The seconds that a Retry-After asks for, as a number or as a date; None where it says neither."""
    if re.fullmatch(r"[0-9]{1,6}", value):
        return float(value)
    try:
        until = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (until - datetime.now(UTC)).total_seconds())
