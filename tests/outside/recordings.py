"""Recorded answers of registries and catalogs, replayed: always our own, and those of real servers where they are.

Ours are in tests/data/recordings/; record.py beside this file says what they are made from, and how.
"""

from __future__ import annotations

import functools
import gzip
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest

from outside import Answer, Request

ROOT = Path(__file__).parents[2]
OURS = tuple(sorted((ROOT / "tests" / "data" / "recordings").glob("*.jsonl*")))
REAL = ROOT.parent / "shared" / "data" / "registry" / "exchanges.jsonl.gz"

Key = tuple[str, frozenset[tuple[str, str]]]


@dataclass(frozen=True)
class Recording:
    """Answers of several servers, each a file of JSON, one answer a line."""

    files: tuple[Path, ...]

    def exchanges(self) -> tuple[dict[str, Any], ...]:
        """Every recorded answer to a GET."""
        return tuple(row for file in self.files for row in _rows(file))

    def replay(self, server: str, otherwise: Answer | None = None) -> Callable[[Request], Answer]:
        """The server as it was recorded; a question never asked fails the test, or gets the answer `otherwise`."""
        rows = _table(self, server)
        assert rows, f"no recording of {server}"
        any_source = next(
            (row for (path, query), row in rows.items() if path.endswith("/models") and len(query) == 1), None
        )

        def answer(request: Request) -> Answer:
            row = rows.get(_key(request.path, request.query))
            if row is None and server == "catalog-db-lost":
                row = any_source  # recorded for one source; it is the same for all
            if row is None and otherwise is not None:
                return otherwise
            assert row is not None, f"never recorded: {request.path} {request.query}"
            return Answer(row["body"], row["status"], row["headers"])

        return answer


recorded = pytest.mark.parametrize(
    "recording",
    [
        pytest.param(Recording(OURS), id="ours"),
        pytest.param(
            Recording((REAL,)),
            id="real",
            marks=pytest.mark.skipif(not REAL.exists(), reason="needs the recorded answers of real servers"),
        ),
    ],
)


@functools.cache
def _rows(file: Path) -> tuple[dict[str, Any], ...]:
    with gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else file.open(encoding="utf-8") as lines:
        return tuple(row for row in map(json.loads, lines) if row["method"] == "GET")


def _key(path: str, query: Mapping[str, str]) -> Key:
    return unquote(path), frozenset(query.items())


@functools.cache
def _table(recording: Recording, server: str) -> Mapping[Key, dict[str, Any]]:
    """The first answer of a server to each question; what was not answered in time is none."""
    rows: dict[Key, dict[str, Any]] = {}
    for row in recording.exchanges():
        if row["server"] == server and row["status"] is not None:
            parts = urlsplit(row["path"])
            rows.setdefault(_key(parts.path, dict(parse_qsl(parts.query, True))), row)
    return rows
