"""The files that a target begins with, and one of them edited."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from hypothesis import strategies as st
from rhoai_catalog import documents

from fuzz.edits import Edit, edited, edited_json, edits_of_bytes, edits_of_values

FOLDER: Final = Path(__file__).parents[1] / "data" / "fuzz"
Seeds = Mapping[str, bytes]


@dataclass(frozen=True, kw_only=True)
class Variant:
    """A file of the corpus, and what became of it; its repr is what a failure shows."""

    file: str
    edits: list[Edit]
    content: bytes

    def __repr__(self) -> str:
        return f"{self.file} after {self.edits}: {self.content[:400]!r}"

    @property
    def text(self) -> str:
        return self.content.decode("utf-8", "replace")


@dataclass(frozen=True, kw_only=True)
class Target:
    """`variants` are edited files; `read` puts one before the program, and fails by any exception.

    `examples` are as many as a slice of the suite has.
    """

    variants: Callable[[], st.SearchStrategy[Variant]]
    read: Callable[[Variant], None]
    examples: int


def files(folder: str) -> Seeds:
    """The files of the corpus below a folder."""
    return {path.name: path.read_bytes() for path in sorted((FOLDER / folder).iterdir())}


@st.composite
def variants(draw: st.DrawFn, seeds: Seeds) -> Variant:
    """One file, edited as bytes or as the values that it holds."""
    file = draw(st.sampled_from(sorted(seeds)))
    content = seeds[file]
    read = _values_of(file, content)
    if read is not None and draw(st.integers(0, 2)):
        edits = draw(edits_of_values)
        return Variant(file=file, edits=edits, content=_written(file, read, edits))
    edits = draw(edits_of_bytes)
    other = seeds[draw(st.sampled_from(sorted(seeds)))] if any(edit[0] == "splice" for edit in edits) else b""
    return Variant(file=file, edits=edits, content=edited(content, edits, other))


def _values_of(file: str, content: bytes) -> Any:
    """The values that a file holds; None: it is no JSON or YAML."""
    if file.endswith(".jsonl"):
        return [json.loads(line) for line in content.splitlines() if line.startswith(b"{")]
    if file.endswith(".json"):
        return json.loads(content)
    return documents.load(content.decode()) if file.endswith((".yaml", ".yml")) else None


def _written(file: str, values: Any, edits: list[Edit]) -> bytes:
    """The edited values as the file would hold them; lines of a base with the sums that make them sound."""
    text = edited_json(values, edits)
    if file.endswith(".json"):
        return text.encode()
    try:
        rows = json.loads(text)
    except RecursionError:
        return text.encode()
    if not isinstance(rows, list):
        return text.encode()
    if file.endswith(".jsonl"):
        return "".join(f"{json.dumps(_summed(row))}\n" for row in rows).encode()
    return "".join(f"---\n{json.dumps(row)}\n" for row in rows).encode()


def _summed(line: Any) -> Any:
    if not isinstance(line, dict):
        return line
    unsummed = {key: value for key, value in line.items() if key != "sum"}
    text = json.dumps(unsummed, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return {**unsummed, "sum": hashlib.sha256(text.encode()).hexdigest()[:32]}
