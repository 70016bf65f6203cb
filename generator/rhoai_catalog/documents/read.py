"""Text -> documents, data and positions."""

from __future__ import annotations

import functools
import hashlib
import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import yaml
from yaml.cyaml import CParser  # type: ignore[attr-defined]
from yaml.resolver import BaseResolver

from rhoai_catalog.documents import lenient
from rhoai_catalog.documents.build import TAG, Builder
from rhoai_catalog.documents.refusal import refusal
from rhoai_catalog.errors import DocumentError
from rhoai_catalog.pointer import split as split_pointer

DIRECTIVES: Final = re.compile(r"(?:[ \t\r]*(?:#.*)?\n)*%(?:.*\n)*(?=---)")
OLD: Final = re.compile(r"(?:\s*#.*\n)*\s*%YAML\s+1\.1\b")
LONE_RETURN: Final = re.compile(r"\r(?!\n)")
COMMENT: Final = re.compile(r"^[^\S\n]*#.*$", re.MULTILINE)
END: Final = re.compile(r"^\.\.\.[^\S\n]*$", re.MULTILINE)
SEPARATOR: Final = re.compile(r"^---(?=\s|\Z)", re.MULTILINE)


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A place in a text, both counted from 1."""

    line: int
    column: int


class _Composer(CParser, BaseResolver):
    """libyaml's parser with the resolvers of YAML 1.2 core."""

    def __init__(self, stream: str) -> None:
        CParser.__init__(self, stream)
        BaseResolver.__init__(self)

    def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:
        """Most plain texts begin with a letter that none of the resolvers looks for."""
        if kind is yaml.ScalarNode and value and implicit[0] and value[0] not in self.yaml_implicit_resolvers:
            return self.DEFAULT_SCALAR_TAG
        return super().resolve(kind, value, implicit)  # type: ignore[no-untyped-call]


CORE: Final = {
    "bool": (r"true|True|TRUE|false|False|FALSE", "tTfF"),
    "null": (r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    "int": (r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    "float": (
        r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
        "-+.0123456789",
    ),
}
for _name, (_pattern, _first) in CORE.items():
    _Composer.add_implicit_resolver(TAG + _name, re.compile(rf"(?:{_pattern})\Z"), list(_first))


def split(text: str) -> list[str]:
    """Cut a file at its `---` lines: `"".join(split(text)) == text`. Text before the first line is a piece, too."""
    starts = [match.start() for match in SEPARATOR.finditer(text)]
    if not starts:
        return [text] if text else []
    if DIRECTIVES.match(text, 0, starts[0] + 3):
        starts = starts[1:]  # what is told of a document belongs to it
    cuts = sorted({0, *starts, len(text)})
    return [text[a:b] for a, b in itertools.pairwise(cuts)]


@functools.lru_cache(maxsize=1 << 16)  # a run reads the same files of several trees
def split_with_digests(text: str) -> tuple[tuple[str, str], ...]:
    """The documents of a file, each with its digest."""
    return tuple((piece, digest(piece)) for piece in split(text))


def digest(text: str) -> str:
    """The SHA-256 of a text, as hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def load(text: str) -> list[Any]:
    """The data of every document of a file; empty documents are left out, as Backstage does."""
    data, line = [], 0
    for piece in split(text):
        value = parse(piece, line_offset=line)
        line += piece.count("\n")
        if value is not None:
            data.append(value)
    return data


def parse(text: str, *, line_offset: int = 0) -> Any:
    """The data of one document (None if it is empty). Raises DocumentError with the line in the file."""
    return examine(text, line_offset=line_offset)[0]


def examine(text: str, *, line_offset: int = 0) -> tuple[Any, bool]:
    """As `parse`, and whether `traps` finds anything in the document."""
    builder = Builder(text, line_offset)
    try:
        return builder.build(compose(text, line_offset=line_offset)), builder.surprising
    except RecursionError as error:
        raise DocumentError("nested too deeply", line=line_offset + 1) from error


def parse_node(node: yaml.Node) -> Any:
    """The data of one node of `compose`."""
    return Builder("", 0).build(node)


def compose(text: str, *, line_offset: int = 0) -> yaml.Node | None:
    """The node tree of one document; its marks count from 0 and index characters of `text`."""
    if "\r" in text and (lone := LONE_RETURN.search(text)):
        line = text.count("\n", 0, lone.start()) + line_offset + 1
        raise DocumentError("a carriage return without a line feed; save it with ordinary line ends", line=line)
    if OLD.match(text):
        raise DocumentError("`%YAML 1.1` gives `no`, `on` and 12:30 another meaning; remove it", line=line_offset + 1)
    try:
        node = lenient.compose(text, _Composer)
    except (yaml.YAMLError, ValueError) as error:
        raise refusal(error, text, line_offset) from error
    if node is not None and node.end_mark.index < len(text):
        _refuse_rest(text, node, line_offset)
    return node


def _refuse_rest(text: str, node: yaml.Node, line_offset: int) -> None:
    """libyaml ends a document quietly at `...`; a second document behind it is not ours to read."""
    rest = text[node.end_mark.index :]
    if END.search(rest) and END.sub("", COMMENT.sub("", rest)).strip():
        raise DocumentError("text after the end of the document (`...`)", line=node.end_mark.line + line_offset + 1)


def positions(text: str, pointers: Iterable[str], *, line_offset: int = 0) -> dict[str, Mark]:
    """Where the values of JSON pointers stand, as `Positions` says it."""
    where = Positions(text, line_offset=line_offset)
    return {pointer: where.of(pointer) for pointer in pointers}


class Positions:
    """Where values of a document stand, which is read once, however many are asked for."""

    def __init__(self, text: str, *, line_offset: int = 0) -> None:
        self._node, self._line_offset = compose(text), line_offset
        self._known: dict[int, dict[str, tuple[Any, yaml.Node]]] = {}  # children by name, by the id of their parent

    def of(self, pointer: str) -> Mark:
        """Where a JSON pointer's value stands; the nearest parent if it is not there."""
        if self._node is None:
            return Mark(self._line_offset + 1, 1)
        node, mark = self._node, self._node.start_mark
        for part in split_pointer(pointer):
            inner = self._inner(node).get(part)
            if inner is None:
                break
            mark, node = inner
        return Mark(mark.line + self._line_offset + 1, mark.column + 1)

    def _inner(self, node: yaml.Node) -> dict[str, tuple[Any, yaml.Node]]:
        if id(node) not in self._known:
            children = reversed([*_children(node)])
            self._known[id(node)] = {key: (place, child) for key, place, child in children}
        return self._known[id(node)]


def _children(node: yaml.Node) -> Iterator[tuple[str, Any, yaml.Node]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield str(getattr(key, "value", "")), key.start_mark, value
    elif isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            yield str(number), item.start_mark, item
