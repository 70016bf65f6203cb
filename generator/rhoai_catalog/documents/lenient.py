"""Where Backstage's parser reads what libyaml refuses: blank lines with tabs, characters as JSON escapes them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

import yaml

from rhoai_catalog import limits

PAIR: Final = re.compile(r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
STAND_INS: Final = re.compile("([\ue000-\ue3ff])([\ue400-\ue7ff])")
TAKEN: Final = re.compile(r"[\ue000-\ue7ff]|\\u[eE][0-7]|\\U0000[eE][0-7]")


def compose(text: str, composer: Callable[[str], Any]) -> yaml.Node | None:
    """The node tree of a document. What is read instead of its text is as long, so marks index the text itself."""
    if "\\u" not in text or not PAIR.search(text) or TAKEN.search(text):
        return _composed(text, composer)
    read, end = "", 0
    for start, stop in sorted(_quoted(_composed(PAIR.sub(_stand_in, text), composer))):
        read += text[end:start] + PAIR.sub(_stand_in, text[start:stop])
        end = stop
    node = _composed(read + text[end:], composer)
    for scalar in _in_double_quotes(node):
        scalar.value = STAND_INS.sub(_character, scalar.value)
    return node


def _composed(text: str, composer: Callable[[str], Any]) -> yaml.Node | None:
    for left in reversed(range(min(limits.YAML_TAB_LINES, 1 + limits.YAML_READ_AGAIN // (len(text) + 1)))):
        composing = composer(text)
        try:
            node: yaml.Node | None = composing.get_single_node()
            return node
        except yaml.MarkedYAMLError as error:
            mended = _without_tabs(text, error.problem_mark)
            if mended == text or not left or "block scalar" in str(error.context):
                raise
            text = mended
        finally:
            composing.dispose()
    return None


def _without_tabs(text: str, mark: Any) -> str:
    """The text with the tabs of a blank line, at which libyaml stopped, as spaces."""
    rows = text.split("\n")
    if mark is not None and mark.line < len(rows) and not rows[mark.line].strip():
        rows[mark.line] = rows[mark.line].replace("\t", " ")
    return "\n".join(rows)


def _stand_in(match: re.Match[str]) -> str:
    """JSON writes a character beyond U+FFFF as two surrogates, which libyaml takes for a mistake each."""
    high, low = (int(match[number], 16) + 0x800 for number in (2, 3))
    return f"{match[1]}\\u{high:04x}\\u{low:04x}"


def _character(match: re.Match[str]) -> str:
    return chr(0x10000 + ((ord(match[1]) - 0xE000) << 10) + (ord(match[2]) - 0xE400))


def _quoted(node: yaml.Node | None) -> set[tuple[int, int]]:
    """Where the texts in double quotes stand; in no other are escapes read."""
    return {(scalar.start_mark.index, scalar.end_mark.index) for scalar in _in_double_quotes(node)}


def _in_double_quotes(node: yaml.Node | None) -> list[yaml.ScalarNode]:
    return [scalar for scalar in scalars(node) if scalar.style == '"']


def scalars(node: yaml.Node | None) -> Iterator[yaml.ScalarNode]:
    """All scalars below a node, each once."""
    seen: set[int] = set()
    waiting = [node]
    while waiting:
        part = waiting.pop()
        if part is None or id(part) in seen:
            continue
        seen.add(id(part))
        if isinstance(part, yaml.ScalarNode):
            yield part
        else:
            waiting += [p for item in part.value for p in (item if isinstance(item, tuple) else (item,))]
