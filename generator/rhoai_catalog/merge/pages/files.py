"""The files of a site, by what they are made of: sections of Markdown, values of YAML, or one text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rhoai_catalog import documents
from rhoai_catalog.errors import DocumentError
from rhoai_catalog.merge.document.entity import IsDeclined, Kept, merge_document, nothing_refused
from rhoai_catalog.merge.document.values import ABSENT, base_values
from rhoai_catalog.merge.pages.markdown import MergedPage, merge_page
from rhoai_catalog.merge.pages.sections import section_digests


def page_values(file: str, text: str) -> Mapping[str, Any]:
    """What the base keeps of a generated file."""
    if file.endswith(".md"):
        return section_digests(text)
    if file.endswith(".yml"):
        return base_values(documents.parse(text) or {})
    return {"": documents.digest(text)}


def sections_changed(file: str, old: str, new: str) -> dict[str, tuple[Any, Any]]:
    """What differs between two generated texts of a file: (old, new) by section or pointer."""
    before, after = page_values(file, old), page_values(file, new)
    pointers = [*before, *(key for key in after if key not in before)]
    return {p: (before.get(p, ABSENT), after.get(p, ABSENT)) for p in pointers if before.get(p) != after.get(p)}


def merge_text(
    bases: list[Mapping[str, Any]], file: str, mine: str, new: str, refused: IsDeclined = nothing_refused
) -> MergedPage:
    """Merge a file by what it is made of. Raises DocumentError where it cannot be written safely."""
    if file.endswith(".md"):
        return merge_page(bases, mine, new, refused)
    if file.endswith(".yml"):
        data = documents.parse(mine) or {}
        if not isinstance(data, Mapping):
            raise DocumentError("is no mapping of keys", hint="write it as `site_name: ...`, or delete the file")
        merged = merge_document(bases, data, documents.parse(new) or {}, refused=refused)
        text = documents.edit(mine, merged.data) if merged.changed else mine
        return MergedPage(text=text, changed=merged.changed, kept=merged.kept, base=merged.base, edited=merged.edited)
    kept = (Kept(pointer="", mine=mine, new=new, state="active"),) if mine != new else ()
    base = bases[0] if bases else {"": documents.digest(new)}
    return MergedPage(text=mine, changed={}, kept=kept, base=base, edited=bool(kept))
