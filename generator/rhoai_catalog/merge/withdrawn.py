"""What was declined while it was on a branch that people work on: it is taken out of the branch's tree again.

Their commits stay, and so does every value that they wrote; what the generator changed and nobody wants is as on the
base branch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from rhoai_catalog import documents
from rhoai_catalog.base import Line
from rhoai_catalog.decline import WHOLE, Declined, Denial
from rhoai_catalog.errors import DocumentError
from rhoai_catalog.identity import Key
from rhoai_catalog.merge.creation import Creations
from rhoai_catalog.merge.current import Current
from rhoai_catalog.merge.document.entity import IsDeclined, merge_document
from rhoai_catalog.merge.document.links import called_as_in, called_by_url
from rhoai_catalog.merge.document.values import Bases
from rhoai_catalog.merge.pages.files import merge_text
from rhoai_catalog.merge.parts import Parts

WANTED: Final = Denial(0, "")  # of a change that nobody declined: it is not taken back


def without_declined(branch: Current, base: Current, declined: Declined) -> Mapping[str, str]:
    """The texts of a branch in which generated changes from `base` are taken back where they were declined."""
    parts, creations = Parts(branch), Creations.proposed(declined, branch, base)
    for key in sorted({*branch.lines, *base.lines}):
        if key in base.lines:
            parts.keep_lines(_lines(key, parts, branch, base, declined))
        else:
            parts.keep_lines(_created(key, parts, branch, creations))
    return parts.written()


def _created(key: Key, parts: Parts, branch: Current, creations: Creations) -> Sequence[Line]:
    """Take out what the base branch has not, if that was declined; gives its lines in the new base."""
    ours = branch.lines[key]
    is_generated = branch.in_tree(key) and not branch.is_edited(key)
    if not is_generated or not creations.denial(key, ours[0].doc):
        return ours
    if key in branch.places:
        parts.remove(branch.places[key])
    else:
        parts.texts.pop(ours[0].file, None)
    return ()


def _lines(key: Key, parts: Parts, branch: Current, base: Current, declined: Declined) -> Sequence[Line]:
    """Take one thing back as far as it was declined; gives its lines in the new base."""
    ours, theirs = branch.lines.get(key, ()), base.lines[key]
    if not ours:
        if base.in_tree(key) and declined.denial(key, WHOLE, None):
            _put_back(key, parts, base)
            return theirs
        return ()
    if not branch.in_tree(key) or not base.in_tree(key):
        return ours
    try:
        return _values(key, parts, branch, base, declined)
    except DocumentError:  # laid out in a way that cannot be edited: it is proposed as it stands
        return ours


def _put_back(key: Key, parts: Parts, base: Current) -> None:
    if key in base.places:
        parts.insert(base.places[key])
    else:
        file = base.lines[key][0].file
        parts.texts[file] = base.texts[file]


def _values(key: Key, parts: Parts, branch: Current, base: Current, declined: Declined) -> Sequence[Line]:
    ours, theirs = branch.lines[key], base.lines[key]
    bases = [line.values for line in ours]
    wanted = _unless_declined(key, bases, declined)
    if key in branch.places and key in base.places:
        place, before = branch.places[key], base.places[key]
        merged = merge_document(bases, place.data, before.data, refused=wanted)
        changed: Mapping[str, Any] = merged.changed
        is_as_before = merged.data == before.data and documents.comments(place.text) == documents.comments(before.text)
        text = before.text if is_as_before else documents.edit(place.text, merged.data)
        parts.replace(place, text)
    elif ours[0].file in branch.texts and ours[0].file in base.texts:
        file = ours[0].file
        page = merge_text(bases, file, branch.texts[file], base.texts[file], wanted)
        text, changed = page.text, page.changed
        parts.texts[file] = text
    else:
        return ours
    if not changed:
        return ours
    values = {pointer: value for pointer, value in ours[0].values.items() if pointer not in changed}
    generated = called_as_in(bases, theirs[0].values)
    values |= {pointer: generated[pointer] for pointer in changed if pointer in generated}
    return (
        replace(ours[0], values=called_by_url(values), doc="" if branch.is_edited(key) else documents.digest(text)),
    )


def _unless_declined(key: Key, bases: Sequence[Mapping[str, Any]], declined: Declined) -> IsDeclined:
    """Refuses to take back what nobody declined; what a change wrote stands in the branch's own base."""
    known = Bases(bases)

    def wanted(pointer: str, new: Any, called: str = "") -> Denial | None:
        written = next(iter(known.known(pointer)), None)
        return None if declined.denial(key, pointer, written) else WANTED

    return wanted
