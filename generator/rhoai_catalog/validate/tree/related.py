"""What a document says about others, and all that checks across a tree look at: so much is kept of what is known."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from typing import Any, Final

from msgspec import MsgspecError, Raw, Struct, json

from rhoai_catalog.validate.document.placeholders import placeholders
from rhoai_catalog.validate.document.references import FIELDS
from rhoai_catalog.validate.tree.places import SOURCE_LOCATION, TECHDOCS_REF
from rhoai_catalog.validate.tree.quiet import NOTHING_QUIET, Quiet, Said

NAMED_BY: Final = ("name", "namespace")
ANNOTATIONS: Final = (TECHDOCS_REF, SOURCE_LOCATION)


class Told(Struct, array_like=True):
    """The related data of a document, and whether it was `sound`: checked by itself, and nothing found."""

    data: Any
    sound: bool = False


DECODER: Final = json.Decoder(dict[str, Told])


class Related:
    """What is known of the documents of each file, by the digest of their text, and the `quiet` parts of a tree; and
    what comes of looking at it.
    """

    def __init__(self, before: Mapping[str, Raw] | None = None, quiet: Quiet = NOTHING_QUIET) -> None:
        self._before: Mapping[str, Raw] = before or {}
        self.quiet = quiet
        self._read: dict[str, Mapping[str, Told]] = {}
        self._used: dict[str, dict[str, Told]] = {}
        self._troubled: frozenset[str] = frozenset()  # files with problems
        self._said: Mapping[str, Said] = {}  # by each file that was looked at

    def has(self, file: str, digest: str, *, sound: bool = False) -> bool:
        """Whether a document of a file is known; `sound`: also that nothing is wrong with it by itself."""
        told = self._told(file, digest)
        return told is not None and (told.sound or not sound)

    def of(self, file: str, digest: str) -> Any:
        """The related data of a document that is known."""
        told = self._told(file, digest)
        assert told is not None
        self._used.setdefault(file, {})[digest] = told
        return told.data

    def learn(self, file: str, digest: str, data: Any, *, sound: bool = False) -> None:
        """Keep what is looked at of a document; nothing of one that JSON cannot hold as it is."""
        if isinstance(data, dict):
            with suppress(MsgspecError, TypeError, ValueError, RecursionError):
                if json.decode(json.encode(data)) == data:
                    self._used.setdefault(file, {})[digest] = Told(data, sound)

    def note(self, troubled: Iterable[str], said: Mapping[str, Said], quiet: Quiet) -> None:
        """Keep what came of looking at a tree, in all but what stayed quiet."""
        self._troubled, self._said, self.quiet = frozenset(troubled), said, quiet

    def said(self, part: str, files: Collection[str], entity_files: Collection[str]) -> Said | None:
        """What a part of the tree says of others, if nothing is wrong in any of its files."""
        if part in self.quiet.said:
            return self.quiet.said[part]
        if not self._troubled.isdisjoint(files) or not all(map(self._said.__contains__, entity_files)):
            return None
        return Said.all([self._said[file] for file in entity_files])

    def known(self) -> dict[str, Raw]:
        """What to know of documents the next time."""
        unused = self.quiet.all_files & self._before.keys() - self._used.keys()
        used = {file: Raw(json.encode(told)) for file, told in self._used.items()}
        return used | {file: self._before[file] for file in unused}

    def _told(self, file: str, digest: str) -> Told | None:
        used = self._used.get(file, {}).get(digest)
        return used if used is not None else self._of(file).get(digest)

    def _of(self, file: str) -> Mapping[str, Told]:
        if file not in self._read:
            self._read[file] = DECODER.decode(self._before[file]) if file in self._before else {}
        return self._read[file]


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
