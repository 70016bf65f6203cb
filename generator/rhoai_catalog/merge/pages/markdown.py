"""The three-way merge of a Markdown page, section by section: what nobody edited follows its source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from rhoai_catalog.base import PIN
from rhoai_catalog.decline import Denial
from rhoai_catalog.errors import DocumentError
from rhoai_catalog.merge.document.entity import DECLINED, IsDeclined, Kept, nothing_refused
from rhoai_catalog.merge.document.values import ABSENT, Bases
from rhoai_catalog.merge.pages.matching import Called, Known, has_body_of, matched, renamed, title_of
from rhoai_catalog.merge.pages.sections import Section, page_of, section_digest, section_digests, sections_of, unused


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedPage:
    """The outcome: the text, the sections or values changed (old, new), those kept for people, and the new base.

    `edited`: whether any of it, or what the base knows to be deleted, is a person's.
    """

    text: str
    changed: Mapping[str, tuple[Any, Any]]
    kept: tuple[Kept, ...]
    base: Mapping[str, Any]
    edited: bool


def merge_page(
    bases: Sequence[Mapping[str, str]], mine_text: str, new_text: str, refused: IsDeclined = nothing_refused
) -> MergedPage:
    """Merge one page; no base at all means to adopt it: sections that equal the new ones are generated.

    A change that is `refused` (section, digest of the new one) is not made. Raises DocumentError where the sections do
    not stand by themselves.
    """
    once = _merged_once(bases or [section_digests(new_text)], mine_text, new_text, refused)
    if once.changed and _merged_once([once.base], once.text, new_text, refused).text != once.text:
        raise DocumentError(
            "the page has sections that look like each other's, so what is new in one may be put into another",
            hint="give its sections headings of their own",
        )
    return once


def _merged_once(bases: Sequence[Mapping[str, str]], mine_text: str, new_text: str, refused: IsDeclined) -> MergedPage:
    merge = PageMerge(known_to(bases), sections_of(mine_text), sections_of(new_text), refused, _anywhere_not(bases))
    return merged(merge, mine_text)


def merged(merge: PageMerge, mine_text: str) -> MergedPage:
    text = merge.text() if merge.changed else mine_text
    if merge.changed and [section.digest for section in sections_of(text)] != merge.digests():
        raise DocumentError(
            "the page's sections run into each other, so what is new cannot be put between them",
            hint="close code blocks, comments and HTML in the section in which they begin",
        )
    edited = merge.base != merge.found
    return MergedPage(text=text, changed=merge.changed, kept=tuple(merge.kept), base=merge.base, edited=edited)


def known_to(bases: Sequence[Mapping[str, str]]) -> Known:
    known = Bases(bases)
    return {key: frozenset(known.known(key)) for key in known}


def _anywhere_not(bases: Sequence[Mapping[str, str]]) -> frozenset[str]:
    """The sections that one of several bases does not have: where they are not in the file, nobody deleted them."""
    known = Bases(bases)
    return frozenset(key for key in known if known.say(key, ABSENT))


class PageMerge:
    """`out` are the sections as they will be, by the key that they have in the file, or else in the new page."""

    def __init__(
        self,
        known: Known,
        mine: Sequence[Section],
        new: Sequence[Section],
        refused: IsDeclined,
        doubtful: frozenset[str] = frozenset(),
    ) -> None:
        self.known, self.mine, self.new, self.refused, self.doubtful = known, mine, new, refused, doubtful
        self.out: dict[str, str] = {}
        self.changed: dict[str, tuple[str, str]] = {}
        self.kept: list[Kept] = []
        self._written: dict[str, str] = {}  # what this run wrote, or found as it would be written
        self._remembered: dict[str, str] = {}
        self._of_mine = matched(known, mine)
        self._of_new = renamed(known, self._of_mine, new)
        self._own: dict[str, int] = {}  # the levels of sections that are a person's alone
        self._places: dict[str, str] = {}  # key in the new page -> key in `out`
        for key in known:
            self._section(key, self._of_mine.get(key), self._of_new.get(key))
        self._people_s()
        self._fresh()
        self.base = dict(self._written)
        numbers: Counter[str] = Counter()
        for key, digest in self._remembered.items():
            self.base[unused(key, self.base, numbers)] = digest
        self.found = {key: section_digest(text) for key, text in self._generated()}

    # -- one by one --------------------------------------------------------------------------------------------------

    def _section(self, key: str, mine: Section | None, new: Section | None) -> None:
        """A section that the generator wrote before."""
        if mine is None and key in self.doubtful:
            if new is not None:
                self._add(new)
        elif PIN in self.known[key]:
            self._pinned(key, mine, new)
        elif mine is None:
            self._deleted(key, new)
        elif new is None:
            self._dropped(key, mine)
        elif mine.digest == new.digest:
            self.put(mine, mine.text, new)
            if mine.digest in self.known[key]:
                self._written[new.key] = mine.digest
            else:
                self._remember(key)
                self._keep(mine.key, mine, new, "now equal", key)
        elif mine.digest in self.known[key] or self.is_apart(new):
            self._follow(key, mine, new)
        else:
            self.edited(key, mine, new)

    def _pinned(self, key: str, mine: Section | None, new: Section | None) -> None:
        """It stays as a person left it, whatever its source says."""
        self._remember(key)
        if mine is not None:
            self.put(mine, mine.text, new)
        elif new is not None:
            self._places[new.key] = ""
        self._keep(key if mine is None else mine.key, mine, new, "active", key)

    def _deleted(self, key: str, new: Section | None) -> None:
        """A person took it out: the base remembers that, also while the source has it no more."""
        if new is not None and self.is_apart(new):
            self._add(new)
            return
        self._remember(key, new)
        if new is not None:
            self._places[new.key] = ""
        state = "now equal" if new is None else "active" if new.digest in self.known[key] else "conflict"
        self._keep(key, None, new, state, key)

    def _dropped(self, key: str, mine: Section) -> None:
        """The source has it no more."""
        denial = self.refused(mine.key, None) if mine.digest in self.known[key] else None
        if mine.digest in self.known[key] and denial is None:
            self.changed[mine.key] = (mine.text, "")
            return
        self.put(mine, mine.text)
        self._remember(key)
        self.kept.append(_kept(mine.key, mine, None, DECLINED if denial else "conflict", denial, key))

    def _follow(self, key: str, mine: Section, new: Section) -> None:
        if denial := self.refused(new.key, new.digest):
            self.put(mine, mine.text, new)
            self._remember(key)
            self.kept.append(_kept(new.key, mine, new, DECLINED, denial, key))
            return
        self.put(mine, new.text, new)
        self._written[new.key] = new.digest
        self.changed[new.key] = (mine.text, new.text)

    def edited(self, key: str, mine: Section, new: Section) -> None:
        """A person wrote into it; heading and body are each theirs or the generator's."""
        old = title_of(key)
        has_own_heading = mine.title != old
        if not has_own_heading and (new.digest in self.known[key] or has_body_of(new, key, self.known[key])):
            as_generated = mine.heading.strip() == f"{'#' * new.level} {old}"  # not of another level, or underlined
            text = (new.heading if as_generated and mine.title != new.title else mine.heading) + mine.body
        elif has_own_heading and has_body_of(mine, key, self.known[key]):
            text = mine.heading + new.body
        elif new.digest in self.known[key]:
            text = mine.text
        else:
            self.put(mine, mine.text, new)
            self._remember(key)
            self._keep(mine.key, mine, new, "conflict", key)
            return
        self.put(mine, text, new)
        self._written[new.key] = new.digest
        if section_digest(text) != mine.digest:
            self.changed[new.key] = (mine.text, text)
        self._keep(new.key if text != mine.text else mine.key, mine, new, "active", new.key)

    def _people_s(self) -> None:
        """Sections that the generator never wrote; the source may come to have one that is called the same."""
        ours = {section.key for section in self._of_mine.values()}
        called = Called(self.new, {section.key for section in self._of_new.values()})
        for mine in self.mine:
            if mine.key in ours:
                continue
            new = called.as_(mine)
            if new is not None and self.is_apart(new):
                continue
            self.put(mine, mine.text, new)
            if new is None:
                self._own[mine.key] = mine.level
            else:
                called.taken.add(new.key)
            same = new is not None and new.digest == mine.digest
            state = "active" if new is None else "now equal" if same else "conflict"
            self._keep(mine.key, mine, new, state, new.key if new is not None else mine.key)

    def _fresh(self) -> None:
        """Sections that the source has for the first time."""
        taken = {section.key for section in self._of_new.values()} | set(self._places)
        for new in self.new:
            if new.key in taken:
                continue
            if denial := self.refused(new.key, new.digest):
                self.kept.append(_kept(new.key, None, new, DECLINED, denial))
            else:
                self._add(new)

    # -- what is written -----------------------------------------------------------------------------------------------

    def _add(self, new: Section) -> None:
        self.out[f"\0{new.key}"] = new.text
        self._places[new.key] = f"\0{new.key}"
        self._written[new.key] = new.digest
        self.changed[new.key] = ("", new.text)

    def put(self, mine: Section, text: str, new: Section | None = None) -> None:
        self.out[mine.key] = text
        if new is not None:
            self._places[new.key] = mine.key

    def _remember(self, key: str, new: Section | None = None) -> None:
        """This run did not write it: the base stays as it was; of several, pinned, or as the source has it."""
        of_source = {new.digest} if new is not None else set()
        self._remembered[key] = min(self.known[key] & {PIN} or self.known[key] & of_source or self.known[key])

    def _keep(self, key: str, mine: Section | None, new: Section | None, state: str, base: str) -> None:
        self.kept.append(_kept(key, mine, new, state, None, base))

    def is_apart(self, section: Section) -> bool:
        """Whether it is as it is generated, whatever people wrote there."""
        return False

    # -- the page ---------------------------------------------------------------------------------------------------

    def _order(self) -> list[str]:
        """As in the file; a new one goes behind the section that it follows when generated."""
        kept = [section.key for section in self.mine if section.key in self.out]
        behind: dict[str | None, str | None] = dict(pairwise([None, *kept, None]))  # key -> the next; None: the ends
        before: str | None = "" if "" in self.out else None  # what stands before any heading can stand nowhere else
        for new in self.new:
            place = self._places.get(new.key, "")
            if place and place not in behind:
                last = before
                while (after := behind[last]) is not None and self._own.get(after, 0) > new.level:
                    last = after  # what a person wrote below the section before stays below it
                behind |= {last: place, place: after}
            before = place or before
        order, key = list[str](), behind[None]
        while key is not None:
            order.append(key)
            key = behind[key]
        return order

    def text(self) -> str:
        crlf = any("\r\n" in section.text for section in self.mine)
        return page_of([self.out[key] for key in self._order()], crlf=crlf)

    def digests(self) -> list[str]:
        return [section_digest(self.out[key]) for key in self._order()]

    def _generated(self) -> Iterator[tuple[str, str]]:
        """What would stand there if nobody had edited the page: the same as the base if nobody did."""
        places = {place: key for key, place in self._places.items()}
        return ((places.get(key, key), text) for key, text in self.out.items())


def _kept(
    key: str,
    mine: Section | None,
    new: Section | None,
    state: str,
    denial: Denial | None,
    base: str | None = None,
) -> Kept:
    a, b = (ABSENT if section is None else section.text for section in (mine, new))
    return Kept(pointer=key, mine=a, new=b, state=state, denial=denial, base=base)
