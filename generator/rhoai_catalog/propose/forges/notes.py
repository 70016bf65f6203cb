"""What a forge refused and a pull request can do without: told, once, at the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Final

from rhoai_catalog.propose.forges.api.rest import ODD, RefusedError

SOON: Final = timedelta(days=21)


class Notes:
    """Notes in the order in which they came up, each once."""

    def __init__(self) -> None:
        self._notes: dict[str, None] = {}

    def add(self, note: str) -> None:
        self._notes[note] = None

    def all(self) -> tuple[str, ...]:
        return tuple(self._notes)

    @contextmanager
    def instead(self, what: str, *statuses: int) -> Iterator[None]:
        """An odd answer, or a refusal with one of these statuses (403 and 422 always), is a note that `what` failed."""
        try:
            yield
        except RefusedError as refusal:
            if refusal.status not in (403, 422, *statuses):
                raise
            self.add(f"{what}: {refusal.reason}" + (f" ({refusal.hint})" if refusal.status == 403 else ""))
        except ODD:
            self.add(f"{what}: the forge did not answer as its API does")

    def add_expiry(self, end: date | None, token: str, today: date | None = None) -> None:
        """That a token is about to expire, if it is: `token` says which."""
        today = today or datetime.now(UTC).date()
        if end is not None and end - today <= SOON:
            self.add(f"{token} expires on {end.isoformat()}: renew it before then, or proposing stops")


def day(text: str) -> date | None:
    """The date that ISO text, or GitHub's `2026-12-01 08:00:00 UTC`, begins with."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
