"""What a person did, in a few words: a sentence that they wrote, a link that they added, a value that they changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from rhoai_catalog.plan import HandEdit
from rhoai_catalog.pointer import split
from rhoai_catalog.report.values import Difference, cut, difference, section_name

LINKS: Final = ["metadata", "links"]
CARRIED: Final = "carried from the version before"


def act(edit: HandEdit, width: int) -> Difference:
    """Where a person wrote, what stands there by them, and what would be generated; cut to `width` characters each."""
    if is_link(edit.pointer, edit.mine, edit.generated):
        return link(edit.mine, edit.generated, width)
    if edit.file.endswith(".md"):
        return _section(edit, width)
    return difference(edit.pointer, edit.mine, edit.generated, width)


def state(edit: HandEdit) -> str:
    return CARRIED if edit.carried and edit.state == "active" else edit.state


def carried(edits: Iterable[HandEdit]) -> Mapping[str, Sequence[str]]:
    """The sections whose words come along from the page of the version before, by the file of the new page."""
    sections: dict[str, list[str]] = {}
    for edit in edits:
        if edit.carried:
            sections.setdefault(edit.file, []).append(edit.pointer)
    return sections


def is_link(pointer: str, *sides: Any) -> bool:
    """Whether a pointer names a whole link, which one of the sides tells of."""
    names = split(pointer)
    return len(names) == 3 and names[:2] == LINKS and any(isinstance(side, Mapping) and "url" in side for side in sides)


def link(by_hand: Any, otherwise: Any, width: int) -> Difference:
    """`links: "Dashboard" added`: what stands there by a person, and what would be generated."""
    mine, generated = (side if isinstance(side, Mapping) else {} for side in (by_hand, otherwise))
    link = mine or generated
    done = "added" if not generated else "removed" if not mine else "changed"
    title = cut(str(link.get("title") or link.get("url") or "?"), width)
    return Difference(
        place="links", old=f'"{title}" {done}', new=None if done == "added" else _titled(generated, width)
    )


def _titled(link: Mapping[str, Any], width: int) -> str:
    return cut(str(link.get("title") or link.get("url") or ""), width)


def _section(edit: HandEdit, width: int) -> Difference:
    """The heading, and the first sentence that is the person's own."""
    where = section_name(edit.pointer)
    if not isinstance(edit.mine, str):
        return Difference(place=where, old=None, new="the section" if edit.generated is not None else None)
    generated = set(edit.generated.splitlines()) if isinstance(edit.generated, str) else set()
    own = [line.strip() for line in edit.mine.splitlines() if line.strip() and line not in generated]
    written = [line for line in own if not line.startswith("#")] or own
    more = f" … {len(written) - 1} more lines" if len(written) > 1 else ""
    words = cut(written[0], width) + more if written else "lines taken out"
    return Difference(place=where, old=words, new=None if edit.state == "active" else "another text")
