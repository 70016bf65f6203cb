"""Documents that were checked before: of each is kept what checks across a tree look at."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from typing import Any, Final

from msgspec import MsgspecError, Raw, Struct, json

from rhoai_catalog.validate.document.placeholders import placeholders
from rhoai_catalog.validate.document.references import FIELDS
from rhoai_catalog.validate.tree.clean import NOTHING_CLEAN, CleanParts, CrossReferences
from rhoai_catalog.validate.tree.places import SOURCE_LOCATION, TECHDOCS_REF

NAMED_BY: Final = ("name", "namespace")
ANNOTATIONS: Final = (TECHDOCS_REF, SOURCE_LOCATION)


class KnownDocument(Struct, array_like=True):
    """What checks across a tree look at of a document; `sound`: it was checked by itself, and nothing was found."""

    data: Any
    sound: bool


DECODER: Final = json.Decoder(dict[str, KnownDocument])


class KnownDocuments:
    """The documents that earlier runs checked, by their file and the digest of their text, and the `clean` parts of a
    tree; and what this run adds.
    """

    def __init__(self, before: Mapping[str, Raw] | None = None, clean: CleanParts = NOTHING_CLEAN) -> None:
        self._before: Mapping[str, Raw] = before or {}
        self.clean = clean
        self._read: dict[str, Mapping[str, KnownDocument]] = {}
        self._used: dict[str, dict[str, KnownDocument]] = {}
        self._files_with_problems: frozenset[str] = frozenset()
        self._references: Mapping[str, CrossReferences] = {}  # by each file that was checked

    def has(self, file: str, digest: str, *, sound: bool = False) -> bool:
        """Whether a document of a file is known; `sound`: also that nothing is wrong with it by itself."""
        document = self._document(file, digest)
        return document is not None and (document.sound or not sound)

    def of(self, file: str, digest: str) -> Any:
        """What checks across a tree look at of a document that is known."""
        document = self._document(file, digest)
        assert document is not None
        self._used.setdefault(file, {})[digest] = document
        return document.data

    def learn(self, file: str, digest: str, data: Any, *, sound: bool = False) -> None:
        """Keep what is looked at of a document; nothing of one that JSON cannot hold as it is."""
        if isinstance(data, dict):
            with suppress(MsgspecError, TypeError, ValueError, RecursionError):
                if json.decode(json.encode(data)) == data:
                    self._used.setdefault(file, {})[digest] = KnownDocument(data, sound)

    def note(self, with_problems: Iterable[str], references: Mapping[str, CrossReferences], clean: CleanParts) -> None:
        """Keep what came of checking a tree: files with problems, and the cross-references of all that was checked;
        the rest stayed `clean`.
        """
        self._files_with_problems, self._references, self.clean = frozenset(with_problems), references, clean

    def references_of(self, part: str, files: Collection[str], entity_files: Collection[str]) -> CrossReferences | None:
        """The cross-references of a part of the tree, if nothing is wrong in any of its files."""
        if part in self.clean.references:
            return self.clean.references[part]
        if not self._files_with_problems.isdisjoint(files):
            return None
        if not all(file in self._references for file in entity_files):
            return None
        return CrossReferences.union([self._references[file] for file in entity_files])

    def contents(self) -> dict[str, Raw]:
        """What the next run is to know."""
        unused = self.clean.all_files & self._before.keys() - self._used.keys()
        used = {file: Raw(json.encode(documents)) for file, documents in self._used.items()}
        return used | {file: self._before[file] for file in unused}

    def _document(self, file: str, digest: str) -> KnownDocument | None:
        used = self._used.get(file, {}).get(digest)
        return used if used is not None else self._of(file).get(digest)

    def _of(self, file: str) -> Mapping[str, KnownDocument]:
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
