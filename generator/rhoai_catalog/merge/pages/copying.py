"""What people wrote into a page, for another page that is made like it: that of a model's next version."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from rhoai_catalog.merge.document.entity import nothing_refused
from rhoai_catalog.merge.pages.markdown import PageMerge, known_to, merged
from rhoai_catalog.merge.pages.matching import Known, has_body_of, title_of, titles_of
from rhoai_catalog.merge.pages.sections import Section, sections_of


def with_edits_of(
    bases: Sequence[Mapping[str, str]], previous_text: str, new_text: str, apart: Collection[str] = ()
) -> str:
    """A new page with what people wrote into a previous one of the same making (whose `bases` these are), below the
    headings of the new one; what stands below a heading of `apart` is about the new one alone. Raises DocumentError.
    """
    previous, new = sections_of(previous_text), sections_of(new_text)
    return merged(_Copy(known_to(bases), previous, new, frozenset(apart)), previous_text).text


class _Copy(PageMerge):
    """What people wrote into a page, for another page that is made like it."""

    def __init__(self, known: Known, mine: Sequence[Section], new: Sequence[Section], apart: frozenset[str]) -> None:
        self.apart = apart
        super().__init__(known, mine, new, nothing_refused)

    def is_apart(self, section: Section) -> bool:
        return bool(self.apart & set(titles_of(section.key)[1:]))

    def edited(self, key: str, mine: Section, new: Section) -> None:
        heading = mine.heading if mine.title != title_of(key) and new.level > 1 else new.heading
        body = new.body if has_body_of(mine, key, self.known[key]) else mine.body
        self.put(mine, heading + body, new)
        self.changed[new.key] = (mine.text, heading + body)
