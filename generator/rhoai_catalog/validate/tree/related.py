"""What a document says about others, and all that checks across a tree look at: so much is kept of what is known."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from msgspec import MsgspecError, json

from rhoai_catalog.validate.document.placeholders import placeholders
from rhoai_catalog.validate.document.references import FIELDS
from rhoai_catalog.validate.tree.places import SOURCE_LOCATION, TECHDOCS_REF

NAMED_BY: Final = ("name", "namespace")
ANNOTATIONS: Final = (TECHDOCS_REF, SOURCE_LOCATION)


class Related:
    """The related data of documents, by the digest of their text: what was known `before`, and what this run `used`."""

    def __init__(self, before: Mapping[str, Any] | None = None) -> None:
        self.before: Mapping[str, Any] = before or {}
        self.used: dict[str, Any] = {}

    def __contains__(self, digest: str) -> bool:
        return digest in self.used or digest in self.before

    def of(self, digest: str) -> Any:
        """The related data of a document that was read before."""
        found = self.used[digest] if digest in self.used else self.before[digest]
        self.used[digest] = found
        return found

    def learn(self, digest: str, data: Any) -> None:
        """Keep what is looked at of a document; nothing of one that JSON cannot hold as it is."""
        if isinstance(data, dict):
            with suppress(MsgspecError, TypeError, ValueError, RecursionError):
                if json.decode(json.encode(data)) == data:
                    self.used[digest] = data


def related_part(data: Any) -> Any:
    """The part of an entity that checks across a tree look at; where that is not told beforehand, all of it."""
    if not isinstance(data, dict):
        return data
    kind, metadata, spec = data.get("kind"), data.get("metadata"), data.get("spec")
    fields = FIELDS.get(kind) if isinstance(kind, str) else None
    if fields is None or not isinstance(metadata, dict) or not isinstance(spec, dict) or any(placeholders(data)):
        return data
    annotations = metadata.get("annotations")
    part: dict[str, Any] = {key: metadata[key] for key in NAMED_BY if key in metadata}
    if isinstance(annotations, dict):
        part["annotations"] = {key: annotations[key] for key in ANNOTATIONS if key in annotations}
    return {"kind": kind, "metadata": part, "spec": {key: spec[key] for key in fields if key in spec}}
