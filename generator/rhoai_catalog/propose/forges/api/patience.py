"""How long a forge is waited for: rate limits by what it asks for, and its short outages once."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Final

from rhoai_catalog import limits
from rhoai_catalog.http.policy import retry_after
from rhoai_catalog.http.response import Response

SECONDARY: Final = 60.0  # seconds that GitHub wants where a secondary limit tells none
OUTAGE: Final = 2.0  # seconds until an answer from a proxy whose service is down is asked for again
DOWN: Final = (502, 503, 504)
LIMITED: Final = (403, 429)


class Patience:
    """What is left of the seconds that a run may wait for its forge."""

    def __init__(
        self,
        total: float = limits.FORGE_WAITS_SECONDS,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.left, self._sleep, self._now = total, sleep, now

    def after(self, response: Response, tries: int, *, repeatable: bool) -> bool:
        """Wait, and tell whether to ask again, after an answer to a request that was made so many times.

        A limit refuses before anything is done; after an outage only what may be done twice is asked for again.
        """
        wait = self._asked(response)
        if wait is None and response.status in DOWN and tries == 1 and repeatable:
            wait = OUTAGE
        return wait is not None and wait <= limits.FORGE_WAIT_SECONDS and self.wait(wait)

    def wait(self, seconds: float) -> bool:
        """Wait, where so much is left."""
        cost = max(seconds, 1.0)  # one that asks for none again and again comes to an end, too
        if cost > self.left:
            return False
        self.left -= cost
        self._sleep(seconds)
        return True

    def _asked(self, response: Response) -> float | None:
        """The seconds that a rate limit asks for; None where it is none."""
        headers = response.headers
        seconds = retry_after(headers.get("Retry-After", ""))
        if response.status in DOWN:
            return seconds
        if response.status not in LIMITED:
            return None
        if seconds is not None:
            return seconds
        if (reset := self._reset(headers)) is not None:
            return reset
        secondary = b"secondary rate limit" in response.body.lower()
        return SECONDARY if secondary or response.status == 429 else None

    def _reset(self, headers: Mapping[str, str]) -> float | None:
        """Seconds until the count begins anew: GitHub and GitLab tell when that is, in seconds since 1970."""
        for prefix in ("X-RateLimit", "RateLimit"):
            moment = headers.get(f"{prefix}-Reset", "")
            if headers.get(f"{prefix}-Remaining") == "0" and moment.isdecimal() and len(moment) < 12:
                return max(0.0, float(moment) - self._now()) + 1.0  # its clock and ours, and whole seconds
        return None
