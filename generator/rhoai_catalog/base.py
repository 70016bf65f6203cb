"""The base: what the generator last wrote, before any hand edit, one JSON line an entity or page.

It travels in the commit of the files, in `.base/`, which mirrors the tree. A line:

    {"doc":…,"file":…,"kind":…|"page":…,"ref":…,"source":…,"sum":…,"v":1,"values":{pointer: value}}

`doc` is the SHA-256 of the generator's own bytes: a document with that digest was edited by nobody. `values` holds the
generated values by JSON pointer (of a page: its sections by heading path), long texts and sections as digests. `sum`
covers the rest of the line. A line that is not sound is skipped; of several sound lines of one thing all are base.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Any, Final

from rhoai_catalog.backstage import EntityRef
from rhoai_catalog.identity import Identity, Key
from rhoai_catalog.kinds import COMPONENT

VERSION: Final = 2  # of lines with `adopting` or `seen`; all others are as in version 1, which every release reads
PIN: Final = "kept"  # in place of the digest of a section that a person pinned as it stands; of a value: {PIN: value}
LONG: Final = 256  # bytes; longer strings stand as digests
FOLDER: Final = ".base"
PAGES: Final = ("mkdocs.yml", "README.md", ".gitattributes")  # beside what lies below docs/


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The base of one entity (`kind`, `ref`) or page (`page`, its path in the site). `file` is below catalog/.

    Below the pointers of `adopting` it is not known yet which values are generated: the sources could not tell when the
    base was lost. `seen` is what the source said last, by pointer or section, where a person's value keeps it out and
    it is not what was written last; None: nothing. The pointer "" says that the thing itself is gone.
    """

    identity: Identity
    file: str
    doc: str
    kind: str = ""
    page: str = ""
    ref: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    adopting: tuple[str, ...] = ()
    seen: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        return Key(self.identity, self.kind or self.page)

    @property
    def has_pins(self) -> bool:
        return any(is_pinned(value) or (value == PIN and self.page != "") for value in self.values.values())


def base_file(file: str, page: str = "") -> str:
    """The base file of a part: `servers/east/x/entities.yaml` -> `.base/servers/east/x.jsonl`.

    The pages of a site belong to the part in whose folder the site is; the catalog's own files to that of the index.
    """
    if page:
        site = PurePosixPath(file.removesuffix(page))
        return f"{FOLDER}/{site.parent}.jsonl" if site.parts else f"{FOLDER}/catalog-info.jsonl"
    path = PurePosixPath(file)
    if path.name == COMPONENT.file and len(path.parts) > 1:
        return f"{FOLDER}/{path.parent}.jsonl"
    return f"{FOLDER}/{path.with_suffix('.jsonl')}"


def stand_in(value: Any) -> Any:
    """The value as the base keeps it: long strings as their digest."""
    if isinstance(value, str) and len(value.encode("utf-8", "surrogatepass")) > LONG:
        return {"sha256": hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()}
    return value


def as_pinned(value: Any) -> Any:
    """A generated value as the base keeps it where a person pinned it."""
    return {PIN: as_generated(value)}


def is_pinned(value: Any) -> bool:
    return isinstance(value, Mapping) and value.keys() == {PIN}


def as_generated(value: Any) -> Any:
    """The value of a base as it was generated, whether it is pinned or not."""
    return value[PIN] if is_pinned(value) else value


def write_line(line: Line) -> str:
    """One line of a base file, without its line end."""
    data: dict[str, Any] = {
        "v": VERSION if line.adopting or line.seen else 1,
        "source": line.identity,
        "file": line.file,
        "doc": line.doc,
    }
    data |= {"page": line.page} if line.page else {"kind": line.kind, "ref": line.ref}
    data |= {"adopting": sorted(line.adopting)} if line.adopting else {}
    data |= {"seen": {pointer: stand_in(value) for pointer, value in line.seen.items()}} if line.seen else {}
    data["values"] = {pointer: stand_in(value) for pointer, value in line.values.items()}
    return _json({**data, "sum": _sum(data)})


def write_lines(lines: Iterable[Line]) -> str:
    """A base file, sorted so that equal lines make equal bytes."""
    return "".join(f"{text}\n" for text in sorted(write_line(line) for line in lines))


def read_lines(text: str, file: str = "") -> Iterator[Line]:
    """Every sound line of a base file; marks of a Git conflict and damaged lines are skipped, and so are lines that do
    not belong into the `file` that they stand in: anybody can write one, and it is never followed elsewhere.
    """
    lines = (line for line in map(_read_line, text.splitlines()) if line is not None)
    return (line for line in lines if not file or base_file(line.file, line.page) == file)


def damaged(text: str, file: str) -> Iterator[int]:
    """The numbers, from 1, of the lines of a base file that are not as the generator wrote them, or not there."""
    for number, row in enumerate(text.splitlines(), 1):
        line = _read_line(row) if row.strip() else None
        if row.strip() and (line is None or base_file(line.file, line.page) != file):
            yield number


def same_but_for_seen(one: str, other: str) -> bool:
    """Whether two base files differ in nothing but what the sources said of values that people own, and so in what the
    generator would have written without them.
    """
    return write_lines(map(_unseen, read_lines(one))) == write_lines(map(_unseen, read_lines(other)))


def _unseen(line: Line) -> Line:
    return replace(line, seen={}, doc="")


def _read_line(row: str) -> Line | None:
    try:
        data = json.loads(row)
        sound = data.pop("sum") == _sum(data) and data.pop("v") in (1, VERSION)
        adopting = tuple(map(str, data.pop("adopting", ())))
        line = Line(identity=Identity(data.pop("source")), adopting=adopting, **data)
        return line if sound and _is_sound(line) else None
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
        return None


def _is_sound(line: Line) -> bool:
    """Whether every part of a line is of its type, and it names a file that the generator may have written."""
    texts = (line.identity, line.file, line.doc, line.kind, line.page, line.ref)
    tables = (line.values, line.seen)
    if not all(isinstance(text, str) for text in texts) or not all(isinstance(table, dict) for table in tables):
        return False
    if any(pointer and not pointer.startswith("/") for pointer in (*line.values, *line.seen, *line.adopting)):
        return False
    path = PurePosixPath(line.file)
    inside = not path.is_absolute() and ".." not in path.parts and path.parts[:1] != (FOLDER,) and "\0" not in line.file
    if line.page:
        known = line.page in PAGES or line.page.startswith("docs/")
        digests = line.page.endswith(".yml") or all(isinstance(value, str) for value in line.values.values())
        return inside and known and digests and not line.kind and line.file.endswith(line.page)
    return inside and bool(line.kind) and EntityRef.parse(line.ref) is not None


def _json(data: Mapping[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=True, sort_keys=True, separators=(",", ":"))


def _sum(data: Mapping[str, Any]) -> str:
    return hashlib.sha256(_json(data).encode()).hexdigest()[:32]
