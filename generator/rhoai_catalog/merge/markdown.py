"""A Markdown page by heading sections, so that two versions of it can be merged section by section."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rhoai_catalog.documents import digest
from rhoai_catalog.merge.entity import DECLINED, Kept, Refused, nothing_refused
from rhoai_catalog.merge.values import ABSENT

ATX: Final = re.compile(r" {0,3}(#{1,6})(?![^ \t])(.*)\Z")
SETEXT: Final = re.compile(r" {0,3}(=+|-+)[ \t]*\Z")
FENCE: Final = re.compile(r" {0,3}(`{3,}|~{3,})")
WORD: Final = re.compile(r" {0,3}[^\s#>`~*+=-]")


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedPage:
    """The outcome: the page's text, the sections changed (old, new), those kept for people, and the new base."""

    text: str
    changed: Mapping[str, tuple[str, str]]
    kept: tuple[Kept, ...]
    base: Mapping[str, str]


def sections(text: str) -> dict[str, str]:
    """The sections of a page by heading path (`/Title/Licence`), in order; `""` is what stands before any heading.

    A section reaches to the next heading of any level. Headings of one path are told apart by `#2`, `#3`, …
    """
    found: dict[str, str] = {}
    path: list[tuple[int, str]] = []
    key, start = "", 0
    lines = text.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    for number, level, title in _headings(lines):
        if starts[number] > start or key:
            found[key] = text[start : starts[number]]
        path = [(other, name) for other, name in path if other < level] + [(level, title)]
        key = _unused("".join(f"/{name}" for _, name in path), found)
        start = starts[number]
    if start < len(text):
        found[key] = text[start:]
    return found


def _unused(key: str, found: Mapping[str, str]) -> str:
    number, unused = 1, key
    while unused in found:
        number += 1
        unused = f"{key}#{number}"
    return unused


def _headings(lines: Sequence[str]) -> list[tuple[int, int, str]]:
    """Line number, level and title of every heading outside of fenced code."""
    found = []
    fence = ""
    for number, raw in enumerate(lines):
        line = raw.rstrip("\r\n")
        mark = FENCE.match(line)
        if fence:
            if mark and mark[1].startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
        elif mark:
            fence = mark[1]
        elif heading := ATX.match(line):
            title = heading[2].strip()
            bare = title.rstrip("#")
            found.append((number, len(heading[1]), bare.rstrip() if bare[-1:] in ("", " ", "\t") else title))
        elif number and (under := SETEXT.match(line)) and WORD.match(lines[number - 1]):
            previous = lines[number - 2].strip() if number > 1 else ""
            if not previous:  # a paragraph of one line: a heading for certain
                found.append((number - 1, 1 if under[1][0] == "=" else 2, lines[number - 1].strip()))
    return found


def section_digests(text: str) -> dict[str, str]:
    """What the base keeps of a page: the digest of each section, trailing blank lines aside."""
    return {key: _digest(section) for key, section in sections(text).items()}


def _digest(section: str) -> str:
    return digest(section.replace("\r\n", "\n").rstrip())


def merge_page(
    bases: Sequence[Mapping[str, str]], mine_text: str, new_text: str, refused: Refused = nothing_refused
) -> MergedPage:
    """Merge one page; no base at all means to adopt it: sections that equal the new ones are generated.

    A change that is `refused` (section, digest of the new one) is not made.
    """
    mine, new = sections(mine_text), sections(new_text)
    bases = bases or [section_digests(new_text)]
    changed: dict[str, tuple[str, str]] = {}
    kept: list[Kept] = []
    base: dict[str, str] = {}
    merged: dict[str, str] = {}

    def generated(key: str, section: str | None) -> bool:
        told = None if section is None else _digest(section)
        return any(held.get(key) == told for held in bases)

    for key in [*mine, *(key for key in new if key not in mine), *(k for held in bases for k in held)]:
        if key in base or key in merged or key in changed:
            continue
        a, b = mine.get(key), new.get(key)
        held = next((held[key] for held in bases if key in held), None)
        same = (a is None and b is None) or (a is not None and b is not None and _digest(a) == _digest(b))
        denial = None if same else refused(key, None if b is None else _digest(b))
        if generated(key, a) and not denial:
            if b is not None:
                merged[key] = a if same and a is not None else b
                base[key] = _digest(b)
            if not same:
                changed[key] = (a or "", b or "")
            continue
        if held is not None:
            base[key] = held
        if a is not None:
            merged[key] = a
        if a is not None or b is not None:
            state = "now equal" if same else "active" if generated(key, b) else "conflict"
            denial = denial if generated(key, a) else None
            state = DECLINED if denial else state
            mine_or_none, new_or_none = (ABSENT if text is None else text for text in (a, b))
            kept.append(Kept(pointer=key, mine=mine_or_none, new=new_or_none, state=state, denial=denial))
    order = _order(merged, mine, new)
    text = _text([merged[key] for key in order])
    if changed and list(sections(text)) != order:
        # a person moved headings so that the new sections would read as parts of theirs: leave the page as it is
        return MergedPage(text=mine_text, changed={}, kept=tuple(kept), base=bases[0])
    return MergedPage(text=text if changed else mine_text, changed=changed, kept=tuple(kept), base=base)


def inherited(
    bases: Sequence[Mapping[str, str]], previous_text: str, new_text: str, apart: Collection[str] = ()
) -> str:
    """The new page with what people changed in a previous one (whose `bases` these are) of the same making: sections
    that they wrote or deleted, below the new page's own title; none below a heading of `apart`.
    """
    previous, new = sections(previous_text), sections(new_text)
    if not bases or not new or not previous:
        return new_text
    own = next((name for held in bases if (name := _title(held)) in previous), _title(previous))
    title = _title(new)
    generated = {digest for held in bases for digest in held.values()}
    titles = {(_title(held), held.get(_title(held))) for held in bases}

    def renamed(key: str) -> str:
        """The place in the new page: the previous title, as generated or as a person wrote it, is the new one."""
        for old in (own, *(name for name, _ in titles)):
            if key == old or key.startswith(f"{old}/"):
                return f"{title}{key.removeprefix(old)}"
        return key

    def is_apart(key: str) -> bool:
        return key.removeprefix(f"{title}/").partition("/")[0].partition("#")[0] in apart

    written = {renamed(key): text for key, text in previous.items() if _digest(text) not in generated}
    if title in written:  # what stands below the title, under the new one
        body = "".join(written[title].splitlines(keepends=True)[1:])
        if any(_digest(f"# {name.removeprefix('/')}\n{body}") == told for name, told in titles):
            del written[title]
        else:
            written[title] = new[title].splitlines(keepends=True)[0] + body
    there = {_digest(text) for text in previous.values()}
    deleted = {renamed(k) for held in bases for k in held if held[k] not in there and k not in previous}
    deleted -= {title, *written}
    written = {key: text for key, text in written.items() if not is_apart(key)}
    merged = {key: text for key, text in {**new, **written}.items() if key not in deleted or is_apart(key)}
    order = _order(merged, new, {renamed(key): text for key, text in previous.items()})
    text = _text([merged[key] for key in order])
    return text if list(sections(text)) == order else new_text


def _title(keys: Iterable[str]) -> str:
    """The path of the first heading of the highest level."""
    return min((key for key in keys if key), key=lambda key: key.count("/"), default="")


def _order(merged: Mapping[str, str], mine: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    """The sections of the file in their order; a new one goes behind the section that it follows when generated."""
    order = [key for key in mine if key in merged]
    for place, key in enumerate(new):
        if key in merged and key not in order:
            before = next((other for other in reversed(list(new)[:place]) if other in order), None)
            order.insert(order.index(before) + 1 if before is not None else 0, key)
    return order


def _text(parts: Sequence[str]) -> str:
    """Sections joined with a blank line between them, whatever stood at their ends."""
    joined = ""
    for part in parts:
        if joined and not joined.endswith("\n"):
            joined += "\n"
        if joined and not joined.endswith("\n\n") and not joined.endswith("\r\n\r\n"):
            joined += "\n"
        joined += part
    return joined
