"""What is new, as it will stand in the tree: the text of its document or page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from rhoai_catalog import documents
from rhoai_catalog.backstage import DEFAULT_NAMESPACE, EntityRef
from rhoai_catalog.plan import Operation, Plan

_KIND: Final = re.compile(r"^kind: ([\w.-]+)\s*$", re.MULTILINE)
_METADATA: Final = re.compile(r"^metadata:\n((?:[ ].*\n|\n)+)", re.MULTILINE)
_FIELD: Final = re.compile(r"^  (name|namespace): '?([^\s'#]+)'?\s*$", re.MULTILINE)


def created_texts(plan: Plan) -> Mapping[str, str]:
    """The texts of the created entities and pages, by what they are called; none of a document in unusual YAML."""
    created = [change for change in plan.changes if change.operation is Operation.CREATE]
    texts = {change.what: plan.files.get(change.file) or "" for change in created if change.is_page}
    for file in dict.fromkeys(change.file for change in created if not change.is_page):
        texts |= _entities(plan.files.get(file) or "")
    return texts


def _entities(text: str) -> Mapping[str, str]:
    """The documents of a file by reference. They are not parsed: of thousands that takes longer than all the rest."""
    return {ref: piece.removeprefix("---\n") for piece in documents.split(text) if (ref := _reference(piece))}


def _reference(piece: str) -> str:
    kind, metadata = _KIND.search(piece), _METADATA.search(piece)
    fields = dict(_FIELD.findall(metadata[1])) if metadata else {}
    if kind is None or "name" not in fields:
        return ""
    return str(EntityRef.of(kind[1], fields["name"], fields.get("namespace", DEFAULT_NAMESPACE)))
