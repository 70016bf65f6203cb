"""The front matter of a model card: what stands between two rules at its top, as Hugging Face has it."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Any, Final

from rhoai_catalog import documents, limits
from rhoai_catalog.errors import DocumentError

FRONT_MATTER: Final = re.compile(r"\A---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)


@functools.lru_cache(maxsize=256)  # versions of one model share a card
def front_matter(readme: str) -> Mapping[str, Any]:
    """Its texts and lists, by key."""
    return split_card(readme)[0]


def split_card(readme: str) -> tuple[Mapping[str, Any], str]:
    """The front matter, and the text behind it; lines between two rules that are no mapping are text."""
    text = readme[: limits.README].replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")
    match = FRONT_MATTER.match(text)
    matter = _parsed(match[1]) if match is not None else None
    if match is None or matter is None:
        return {}, text
    return {key: value for key, value in matter.items() if isinstance(value, str | list)}, text[match.end() :]


def _parsed(matter: str) -> Mapping[str, Any] | None:
    """The mapping that a front matter is; empty where it is none that can be used, None where it is another text."""
    if len(matter) > limits.FRONT_MATTER:
        return {}
    try:
        data = documents.parse(matter)
    except DocumentError:
        return {}
    return data if isinstance(data, Mapping) else None
