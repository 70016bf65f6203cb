"""One whole answer of a server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rhoai_catalog.http.json import BOUNDS, Bounds, parse_json


@dataclass(frozen=True, slots=True)
class Response:
    """Status, headers (found by names in any case) and body, decompressed."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    bounds: Bounds = BOUNDS

    def json(self) -> Any:
        """The body as plain values. Raises ValueError; ExcessiveJson where it is JSON but too much of it."""
        return parse_json(self.body, self.bounds)

    @property
    def is_html(self) -> bool:
        return self.body.lstrip()[:1] == b"<"
