"""What a document says about others, and all that checks across a tree look at: so much is kept of what is known."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from msgspec import MsgspecError, Struct, json

from rhoai_catalog.validate.document.placeholders import placeholders
from rhoai_catalog.validate.document.references import FIELDS
from rhoai_catalog.validate.tree.places import SOURCE_LOCATION, TECHDOCS_REF

NAMED_BY: Final = ("name", "namespace")
ANNOTATIONS: Final = (TECHDOCS_REF, SOURCE_LOCATION)


class Known(Struct, array_like=True):
    """The related data of a document, and whether it was `sound`: checked by itself, and nothing found."""

    data: Any
    sound: bool = False


class Related:
    """What is known of documents, by the digest of their text: what was `before`, and what this run `used`."""

    def __init__(self, before: Mapping[str, Known] | None = None) -> None:
        self._before: Mapping[str, Known] = before or {}
        self.used: dict[str, Known] = {}

    def has(self, digest: str, *, sound: bool = False) -> bool:
        """Whether a document is known; `sound`: also that nothing is wrong with it by itself."""
        known = self._known(digest)
        return known is not None and (known.sound or not sound)

    def of(self, digest: str) -> Any:
        """The related data of a document that is known."""
        self.used[digest] = known = self.used.get(digest) or self._before[digest]
        return known.data

    def learn(self, digest: str, data: Any, *, sound: bool = False) -> None:
        """Keep what is looked at of a document; nothing of one that JSON cannot hold as it is."""
        if isinstance(data, dict):
            with suppress(MsgspecError, TypeError, ValueError, RecursionError):
                if json.decode(json.encode(data)) == data:
                    self.used[digest] = Known(data, sound or self.has(digest, sound=True))

    def _known(self, digest: str) -> Known | None:
        return self.used.get(digest) or self._before.get(digest)


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
