"""The base: what the generator last wrote, before any hand edit, one JSON line an entity or page.

It travels in the commit of the files, in `.base/`, which mirrors the tree. A line:

    {"doc":…,"file":…,"kind":…|"page":…,"ref":…,"source":…,"sum":…,"v":1,"values":{pointer: value}}

`doc` is the SHA-256 of the generator's own bytes: a document with that digest was edited by nobody. `values` holds the
generated values by JSON pointer (of a page: its sections by heading path), long texts and sections as digests. `sum`
covers the rest of the line. A line that is not sound is skipped; of several sound lines of one thing all are base.
"""

from __future__ import annotations

import functools
import hashlib
import json
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from msgspec import DecodeError, MsgspecError, Struct, convert
from msgspec.json import Decoder

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
    it is not what was written last; None: nothing. The pointer "" says that the thing itself is gone. `row` is the text
    that the line was read from; one that was made, or made of another (`dataclasses.replace`), has none.
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
    row: str = field(default="", init=False, compare=False, repr=False)

    @property
    def key(self) -> Key:
        return Key(self.identity, self.kind or self.page)

    @property
    def belongs(self) -> str:
        """The base file that the line belongs into."""
        return base_file(self.file, self.page)

    @property
    def has_pins(self) -> bool:
        return any(is_pinned(value) or (value == PIN and self.page != "") for value in self.values.values())


@functools.lru_cache(maxsize=1 << 16)
def base_file(file: str, page: str = "") -> str:
    """The base file of a part: `servers/east/x/entities.yaml` -> `.base/servers/east/x.jsonl`.

    The pages of a site belong to the part in whose folder the site is; the catalog's own files to that of the index.
    """
    if page:
        site = normal(file.removesuffix(page))
        return f"{FOLDER}/{posixpath.dirname(site) or '.'}.jsonl" if site else f"{FOLDER}/catalog-info.jsonl"
    folder, name = posixpath.split(normal(file))
    if name == COMPONENT.file and folder:
        return f"{FOLDER}/{folder}.jsonl"
    dot = name.rfind(".")
    return f"{FOLDER}/{posixpath.join(folder, name[:dot] if 0 < dot < len(name) - 1 else name)}.jsonl"


def normal(path: str) -> str:
    """A relative path without empty parts and `.`; what leads up stays."""
    if not any(map(path.__contains__, ("//", "/."))) and path[:1] not in ("", ".", "/") and path[-1] != "/":
        return path
    return "/".join(part for part in path.split("/") if part not in ("", "."))


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
    if line.row:
        return line.row
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
    return (line for line in _read_lines(text) if line is not None and (not file or line.belongs == file))


def damaged(text: str, file: str) -> Iterator[int]:
    """The numbers, from 1, of the lines of a base file that are not as the generator wrote them, or not there."""
    for number, (row, line) in enumerate(zip(text.splitlines(), _read_lines(text), strict=True), 1):
        if row.strip() and (line is None or line.belongs != file):
            yield number


def same_but_for_seen(one: str, other: str) -> bool:
    """Whether two base files differ in nothing but what the sources said of values that people own, and so in what the
    generator would have written without them.
    """
    return write_lines(map(_unseen, read_lines(one))) == write_lines(map(_unseen, read_lines(other)))


def _unseen(line: Line) -> Line:
    return replace(line, seen={}, doc="")


@functools.lru_cache(maxsize=1 << 16)  # a run reads the same files of several trees
def _read_lines(text: str) -> tuple[Line | None, ...]:
    return tuple(map(_read_line, text.splitlines()))


class _Row(Struct, forbid_unknown_fields=True):
    """What stands in a line."""

    source: str
    file: str
    doc: str
    sum: str
    v: int
    values: dict[str, Any]
    kind: str = ""
    page: str = ""
    ref: str = ""
    adopting: tuple[str, ...] = ()
    seen: dict[str, Any] = {}


_ROWS: Final = Decoder(_Row)
_SUM: Final = re.compile(r'"sum":"([0-9a-f]{32})",(?="v":[0-9]+,"values":)')


class _Values(Mapping[str, Any]):
    """The values of a line, read from its text when they are asked for: most lines of a large tree are not."""

    __slots__ = ("_row",)

    def __init__(self, row: str) -> None:
        self._row = row

    def __getitem__(self, pointer: str) -> Any:
        return _decoded(self._row).values[pointer]

    def __iter__(self) -> Iterator[str]:
        return iter(_decoded(self._row).values)

    def __len__(self) -> int:
        return len(_decoded(self._row).values)

    def __eq__(self, other: object) -> bool:
        return _decoded(self._row).values == (dict(other) if isinstance(other, _Values) else other)

    __hash__ = None  # type: ignore[assignment]


@functools.lru_cache(maxsize=1 << 16)  # of a file that changed, most lines did not
def _read_line(text: str) -> Line | None:
    try:
        verbatim = _is_verbatim(text)
        row = _decoded(text) if verbatim else _checked(text)
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError, MsgspecError):
        return None
    line = Line(
        identity=Identity(row.source),
        file=row.file,
        doc=row.doc,
        kind=row.kind,
        page=row.page,
        ref=row.ref,
        values=_Values(text) if verbatim else row.values,
        adopting=row.adopting,
        seen=row.seen,
    )
    if row.v not in (1, VERSION) or not _is_sound(line, row.values):
        return None
    if verbatim:
        object.__setattr__(line, "row", text)
    return line


def _is_verbatim(text: str) -> bool:
    """Whether a line is, byte for byte, what its sum was made of: then nothing has to be written again to know."""
    found = _SUM.search(text)
    return found is not None and _digest(text[: found.start()] + text[found.end() :]) == found[1]


@functools.lru_cache(maxsize=1024)
def _decoded(text: str) -> _Row:
    try:
        return _ROWS.decode(text)
    except DecodeError:  # numbers and half characters that Python's own reader takes
        return convert(json.loads(text), _Row)


def _checked(text: str) -> _Row:
    """What stands in a line that others wrote anew. Raises ValueError where the sum is another."""
    data = json.loads(text)
    if data["sum"] != _sum({key: value for key, value in data.items() if key != "sum"}):
        raise ValueError("its sum is another")
    return convert(data, _Row)


def _is_sound(line: Line, values: Mapping[str, Any]) -> bool:
    """Whether a line names a file that the generator may have written, and pointers."""
    if not all(p[:1] in ("", "/") for p in (*values, *line.seen, *line.adopting)) or not _may_be_ours(line.file):
        return False
    if line.page:
        known = line.page in PAGES or line.page.startswith("docs/")
        digests = line.page.endswith(".yml") or all(isinstance(value, str) for value in values.values())
        return known and digests and not line.kind and line.file.endswith(line.page)
    return bool(line.kind) and EntityRef.parse(line.ref) is not None


@functools.lru_cache(maxsize=1 << 16)
def _may_be_ours(file: str) -> bool:
    path = f"/{normal(file)}/"
    return not (file.startswith("/") or "\0" in path or path.startswith(f"/{FOLDER}/") or "/../" in path)


def _json(data: Mapping[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=True, sort_keys=True, separators=(",", ":"))


def _sum(data: Mapping[str, Any]) -> str:
    return _digest(_json(data))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
