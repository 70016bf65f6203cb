"""A Markdown page by heading sections, so that two versions of it can be merged section by section."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from types import MappingProxyType

from rhoai_catalog.documents import digest
from rhoai_catalog.merge.entity import Kept
from rhoai_catalog.merge.headings import headings, lines_of
from rhoai_catalog.merge.values import ABSENT


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedPage:
    """The outcome: the page's text, the sections changed (old, new), those kept for people, and the new base."""

    text: str
    changed: Mapping[str, tuple[str, str]]
    kept: tuple[Kept, ...]
    base: Mapping[str, str]


@lru_cache(maxsize=8)  # of one page and the next: each is asked for several times in a row
def sections(text: str) -> Mapping[str, str]:
    """The sections of a page by heading path (`/Title/Licence`), in order; `""` is what stands before any heading.

    A section reaches to the next heading of any level. Headings of one path are told apart by `#2`, `#3`, …
    """
    by_key: dict[str, str] = {}
    numbers: Counter[str] = Counter()
    path: list[tuple[int, str]] = []
    key, start = "", 0
    lines = lines_of(text)
    offsets = [0, *accumulate(map(len, lines))]
    for heading in headings(lines):
        end = offsets[heading.line]
        if end > start or key:
            by_key[key] = text[start:end]
        path = [(level, title) for level, title in path if level < heading.level] + [(heading.level, heading.title)]
        key = _unused("".join(f"/{title}" for _, title in path), by_key, numbers)
        start = end
    if start < len(text):
        by_key[key] = text[start:]
    return MappingProxyType(by_key)


def _unused(path: str, used: Collection[str], numbers: Counter[str]) -> str:
    """The path with the next number that makes it a new key; `numbers` has the last one tried of each path."""
    numbers[path] += 1
    while (key := path if numbers[path] == 1 else f"{path}#{numbers[path]}") in used:
        numbers[path] += 1
    return key


def section_digests(text: str) -> dict[str, str]:
    """What the base keeps of a page: the digest of each section, trailing blank lines aside."""
    return {key: _digest(section) for key, section in sections(text).items()}


def _digest(section: str) -> str:
    return digest(section.replace("\r\n", "\n").rstrip())


def merge_page(bases: Sequence[Mapping[str, str]], mine_text: str, new_text: str) -> MergedPage:
    """Merge one page; no base at all means to adopt it: sections that equal the new ones are generated."""
    mine, new = sections(mine_text), sections(new_text)
    bases = bases or [section_digests(new_text)]
    changed: dict[str, tuple[str, str]] = {}
    kept: list[Kept] = []
    base: dict[str, str] = {}
    merged: dict[str, str] = {}

    def generated(key: str, section: str | None) -> bool:
        digest = None if section is None else _digest(section)
        return any(digests.get(key) == digest for digests in bases)

    for key in [*mine, *(key for key in new if key not in mine), *(k for held in bases for k in held)]:
        if key in base or key in merged or key in changed:
            continue
        a, b = mine.get(key), new.get(key)
        held = next((held[key] for held in bases if key in held), None)
        same = (a is None and b is None) or (a is not None and b is not None and _digest(a) == _digest(b))
        if generated(key, a):
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
            state = "conflict"
            if same:
                state = "now equal"
            elif generated(key, b):
                state = "active"
            kept.append(Kept(pointer=key, mine=ABSENT if a is None else a, new=ABSENT if b is None else b, state=state))
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
        if any(_digest(f"# {name.removeprefix('/')}\n{body}") == digest for name, digest in titles):
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
