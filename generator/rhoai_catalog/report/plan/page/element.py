"""Elements in which every text is text: what is no `Html` is made safe where it is put in, so nothing is forgotten."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from rhoai_catalog.text.markup import html_text

VOID: Final = frozenset({"br", "col", "input", "link", "meta"})


class Html(str):
    """Markup that was made here; it is put into other markup as it stands."""

    __slots__ = ()


def element(tag: str, /, *inside: str, **attributes: str | bool | tuple[str, ...]) -> Html:
    """`<name key="value">inside</name>`.

    A key is written with `-` for `_` (`data_kind`, `class_`); its value is any text, several texts (a line each), True
    where it has none, False where the attribute is absent. Names and keys are our own words.
    """
    written = "".join(_attribute(key, value) for key, value in attributes.items())
    if tag in VOID:
        return Html(f"<{tag}{written}>")
    return Html(f"<{tag}{written}>{joined(inside)}</{tag}>")


def joined(parts: Iterable[str]) -> Html:
    """Markup and texts, one after the other."""
    return Html("".join(part if isinstance(part, Html) else html_text(part) for part in parts))


def _attribute(key: str, value: str | bool | tuple[str, ...]) -> str:
    name = key.strip("_").replace("_", "-")
    if isinstance(value, bool):
        return f" {name}" if value else ""
    lines = "\n".join(map(html_text, value if isinstance(value, tuple) else (value,)))
    return f' {name}="{lines}"'
