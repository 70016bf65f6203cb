"""Recorded answers of real registries and catalogs, replayed; tests that need them are skipped where they are not."""

from __future__ import annotations

import functools
import gzip
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from rhoai_catalog.demo.loopback import Answer, Request

FILE = Path(__file__).parents[1].parent / "shared" / "data" / "registry" / "exchanges.jsonl.gz"
recorded = pytest.mark.skipif(not FILE.exists(), reason="needs the recorded answers of real servers")

Key = tuple[str, frozenset[tuple[str, str]]]


@functools.cache
def exchanges() -> tuple[dict[str, Any], ...]:
    """Every recorded answer to a GET."""
    with gzip.open(FILE, "rt", encoding="utf-8") as lines:
        return tuple(row for row in map(json.loads, lines) if row["method"] == "GET")


def key(path: str, query: Mapping[str, str]) -> Key:
    return unquote(path), frozenset(query.items())


@functools.cache
def table(server: str) -> Mapping[Key, dict[str, Any]]:
    """The first answer of a server to each question; what was not answered in time is none."""
    rows: dict[Key, dict[str, Any]] = {}
    for row in exchanges():
        if row["server"] == server and row["status"] is not None:
            parts = urlsplit(row["path"])
            rows.setdefault(key(parts.path, dict(parse_qsl(parts.query, True))), row)
    return rows


def replay(server: str, otherwise: Answer | None = None) -> Callable[[Request], Answer]:
    """The server as it was recorded; a question that was never asked fails the test, or gets the answer `otherwise`."""
    rows = table(server)
    any_source = next(
        (row for (path, query), row in rows.items() if path.endswith("/models") and len(query) == 1), None
    )

    def answer(request: Request) -> Answer:
        row = rows.get(key(request.path, request.query))
        if row is None and server == "catalog-db-lost":
            row = any_source  # recorded for one source; it is the same for all
        if row is None and otherwise is not None:
            return otherwise
        assert row is not None, f"never recorded: {request.path} {request.query}"
        return Answer(row["body"], row["status"], row["headers"])

    return answer
