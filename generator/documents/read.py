"""Text -> documents, data and positions."""

from __future__ import annotations

import hashlib
import itertools
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import yaml
from yaml.cyaml import CParser  # type: ignore[attr-defined]
from yaml.resolver import BaseResolver

from generator.errors import DocumentError

SEPARATOR: Final = re.compile(r"^---(?=\s|\Z)", re.MULTILINE)
MAX_ALIASES: Final = 100  # Backstage's parser refuses more
TAG: Final = "tag:yaml.org,2002:"
TEXT: Final = f"{TAG}str"
CORE_TAGS: Final = frozenset(TAG + name for name in ("str", "int", "float", "bool", "null", "seq", "map"))
MERGE: Final = "<<"
ODD: Final = re.compile(r"[-+]?(?:[0-9]+\.[0-9]+0|0[0-9xo]\w*|[0-9.]+[eE][-+]?[0-9]+)")  # 1.10, 007, 0x1F, 12e5
LONGEST_NUMBER: Final = 300  # characters; JavaScript has no larger number than Infinity
EXACT: Final = 2**53  # the largest whole number up to which JavaScript tells all numbers apart


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
    cuts = sorted({0, *starts, len(text)})
    return [text[a:b] for a, b in itertools.pairwise(cuts)]


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
    builder = _Builder(line_offset)
    try:
        return builder.build(compose(text, line_offset=line_offset)), builder.surprising
    except RecursionError as error:
        raise DocumentError("nested too deeply", line=line_offset + 1) from error


def parse_node(node: yaml.Node) -> Any:
    """The data of one node of `compose`."""
    return _Builder(0).build(node)


def compose(text: str, *, line_offset: int = 0) -> yaml.Node | None:
    """The node tree of one document; its marks count from 0 and index characters of `text`."""
    try:
        composer = _Composer(text)
        try:
            node: yaml.Node | None = composer.get_single_node()
        finally:
            composer.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line, mark.column) if mark else (0, 0)
        raise DocumentError(_sentence(error, text), line=line + line_offset + 1, column=column + 1) from error
    except (yaml.YAMLError, ValueError) as error:
        raise DocumentError(str(error).splitlines()[0], line=line_offset + 1) from error
    if node is not None and node.end_mark.index < len(text):
        _refuse_rest(text, node, line_offset)
    return node


def _refuse_rest(text: str, node: yaml.Node, line_offset: int) -> None:
    """libyaml ends a document quietly at `...`; a second document behind it is not ours to read."""
    rest = re.sub(r"^\s*#.*$|^\.\.\.\s*$", "", text[node.end_mark.index :], flags=re.MULTILINE)
    if rest.strip() and re.search(r"^\.\.\.\s*$", text[node.end_mark.index :], re.MULTILINE):
        raise DocumentError("text after the end of the document (`...`)", line=node.end_mark.line + line_offset + 1)


def _sentence(error: yaml.MarkedYAMLError, text: str) -> str:
    words = [part for part in (error.context, error.problem) if part]
    mark = error.problem_mark
    if mark is not None and "cannot start any token" in str(error.problem) and mark.index < len(text):
        found = text[mark.index]
        advice = "indent with spaces" if found == "\t" else "put it in quotes"
        return f"nothing begins with {found!r} here; {advice}"
    return ": ".join(words) or "not YAML"


def position(text: str, pointer: str, *, line_offset: int = 0) -> Mark:
    """Where a JSON pointer's value stands; the nearest parent if it is not there."""
    return positions(text, [pointer], line_offset=line_offset)[pointer]


def positions(text: str, pointers: Iterable[str], *, line_offset: int = 0) -> dict[str, Mark]:
    """Where the values of several JSON pointers stand, as `position` says it."""
    node = compose(text)
    if node is None:
        return dict.fromkeys(pointers, Mark(line_offset + 1, 1))
    known: dict[int, dict[str, tuple[Any, yaml.Node]]] = {}
    return {pointer: _position(node, pointer, line_offset, known) for pointer in pointers}


def _position(
    node: yaml.Node, pointer: str, line_offset: int, known: dict[int, dict[str, tuple[Any, yaml.Node]]]
) -> Mark:
    """`known` are the children, by name, of nodes that were looked into before."""
    mark = node.start_mark
    for part in _parts(pointer):
        if id(node) not in known:
            known[id(node)] = {key: (place, child) for key, place, child in reversed([*_children(node)])}
        found = known[id(node)].get(part)
        if found is None:
            break
        key_mark, node = found
        mark = key_mark
    return Mark(mark.line + line_offset + 1, mark.column + 1)


def _parts(pointer: str) -> list[str]:
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def _children(node: yaml.Node) -> Iterator[tuple[str, Any, yaml.Node]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield str(getattr(key, "value", "")), key.start_mark, value
    elif isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            yield str(number), item.start_mark, item


class _Builder:
    """Nodes -> plain data."""

    def __init__(self, line_offset: int) -> None:
        self.line_offset = line_offset
        self.seen: set[int] = set()
        self.open: set[int] = set()
        self.aliases = 0
        self.surprising = False

    def build(self, node: yaml.Node | None) -> Any:
        if node is None:
            return None
        if isinstance(node, yaml.ScalarNode):
            value = _scalar(node)
            if node.tag != TEXT and surprise(node.tag, node.value, value):
                self.surprising = True
            return value
        if node.tag not in CORE_TAGS:
            self.surprising = True
        self._count(node)
        self.open.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            built: Any = [self.build(item) for item in node.value]
        else:
            built = self._mapping(node)
        self.open.discard(id(node))
        return built

    def _mapping(self, node: yaml.Node) -> dict[str, Any]:
        built: dict[str, Any] = {}
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else None
            if name is None:
                raise self._error(key, "a key must be plain text")
            if name in built:
                raise self._error(key, f"duplicate key {name!r}")
            if name == MERGE and not key.style:
                self.surprising = True
            built[name] = self.build(value)
        return built

    def _count(self, node: yaml.Node) -> None:
        if id(node) in self.open:
            raise self._error(node, "an alias refers to itself")
        if id(node) in self.seen:
            self.aliases += 1
            if self.aliases > MAX_ALIASES:
                raise self._error(node, f"more than {MAX_ALIASES} aliases")
        self.seen.add(id(node))

    def _error(self, node: yaml.Node, message: str) -> DocumentError:
        mark = node.start_mark
        return DocumentError(message, line=mark.line + self.line_offset + 1, column=mark.column + 1)


def surprise(tag: str, text: str, value: Any) -> str | None:
    """Why a scalar is not what its author may think, if so."""
    if tag not in CORE_TAGS:
        return f"the YAML tag {tag.replace(TAG, '!!')} is not what Backstage needs; remove it"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, int) and abs(value) > EXACT:
        return "is a number larger than Backstage keeps exactly; put it in quotes"
    if ODD.fullmatch(text):
        return f"is read as the number {value:.15g}; put it in quotes if it is a version or a name"
    return None


def _scalar(node: yaml.ScalarNode) -> Any:
    kind, text = str(node.tag).removeprefix(TAG), str(node.value)
    if kind == "null":
        return None
    if kind == "bool" and text.lower() in ("true", "false"):
        return text.lower() == "true"
    try:
        if kind == "int":
            if len(text) > LONGEST_NUMBER:
                return math.inf
            return int(text, 0) if text[:2] in ("0x", "0o") else int(text)
        if kind == "float":
            return float(re.sub(r"\.(inf|nan)", r"\1", text.lower()))
    except ValueError:
        return text
    return text
