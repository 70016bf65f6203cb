"""Where Backstage's parser reads what libyaml refuses: blank lines with tabs, characters as JSON escapes them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

import yaml

MOST: Final = 100  # blank lines with tabs
PAIR: Final = re.compile(r"\\u([dD])([89abAB][0-9a-fA-F]{2})\\u([dD])([c-fC-F][0-9a-fA-F]{2})")
STAND_INS: Final = re.compile("([\ue000-\ue3ff])([\ue400-\ue7ff])")


def compose(text: str, composer: Callable[[str], Any]) -> yaml.Node | None:
    """The node tree of a document. What is read instead of its text is as long, so marks index the text itself."""
    paired = PAIR.sub(_stand_in, text) if "\\u" in text else text
    node = _composed(paired, composer)
    if paired != text and node is not None:
        _unite(node, set())
    return node


def _composed(text: str, composer: Callable[[str], Any]) -> yaml.Node | None:
    for _ in range(MOST):
        made = composer(text)
        try:
            node: yaml.Node | None = made.get_single_node()
            return node
        except yaml.MarkedYAMLError as error:
            mended = _without_tabs(text, error.problem_mark)
            if mended == text or "block scalar" in str(error.context):
                raise
            text = mended
        finally:
            made.dispose()
    raise yaml.YAMLError(f"more than {MOST} blank lines hold tabs")


def _without_tabs(text: str, mark: Any) -> str:
    """The text with the tabs of a blank line, at which libyaml stopped, as spaces."""
    rows = text.split("\n")
    if mark is not None and mark.line < len(rows) and not rows[mark.line].strip():
        rows[mark.line] = rows[mark.line].replace("\t", " ")
    return "\n".join(rows)


def _stand_in(match: re.Match[str]) -> str:
    """JSON writes a character beyond U+FFFF as two surrogates, which libyaml takes for a mistake each."""
    high, low = (int(match[number] + match[number + 1], 16) for number in (1, 3))
    return f"\\u{high + 0x800:04x}\\u{low + 0x800:04x}"


def _unite(node: yaml.Node, seen: set[int]) -> None:
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, yaml.ScalarNode):
        if node.style == '"':
            node.value = STAND_INS.sub(_character, node.value)
        return
    for item in node.value:
        for part in item if isinstance(item, tuple) else (item,):
            _unite(part, seen)


def _character(match: re.Match[str]) -> str:
    return chr(0x10000 + ((ord(match[1]) - 0xE000) << 10) + (ord(match[2]) - 0xE400))
