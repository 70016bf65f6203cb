"""What a Hub should show of a catalog: every entity that the index leads to, in as many steps as it takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from rhoai_catalog import documents
from rhoai_catalog.backstage import EntityRef, is_entity, ref_of
from rhoai_catalog.errors import DocumentError
from rhoai_catalog.globs import PatternError, is_pattern, matching, path_of_target
from rhoai_catalog.kinds import LOCATION
from rhoai_catalog.published import PublishedTree


def published(texts: Mapping[str, str], *, location: str, commit: str) -> PublishedTree:
    """The tree of a catalog's texts by path, whose index is read from `location`."""
    reading = _Reading(texts)
    return PublishedTree(
        location=location, commit=commit, entities=reading.entities, leads=reading.leads, unread=reading.unread
    )


class _Reading:
    """Reads the index, and each file that Locations lead to once."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts, self._files = texts, sorted(texts)
        self.entities: dict[EntityRef, tuple[str, Mapping[str, Any]]] = {}
        self.leads: dict[EntityRef, frozenset[str]] = {}
        self.unread: dict[str, str] = {}
        waiting, seen = [LOCATION.file], {LOCATION.file}
        for file in waiting:  # which grows meanwhile
            further = {*self._read(file)} - seen
            waiting += sorted(further)
            seen |= further

    def _read(self, file: str) -> Iterator[str]:
        """Read a file; gives those that it leads to."""
        if file not in self._texts:
            self.unread[file] = "there is no such file"
            return
        try:
            read = [document for document in documents.load(self._texts[file]) if is_entity(document)]
        except DocumentError as error:
            self.unread[file] = f"line {error.line}: is not YAML as Backstage reads it: {error.message}"
            return
        for document in read:
            ref = ref_of(document)
            assert ref is not None
            self.entities.setdefault(ref, (file, document))
            if ref.kind == LOCATION.kind.lower():
                further = [*self._led_to(file, document.get("spec"))]
                self.leads[ref] = frozenset(further)
                yield from further

    def _led_to(self, file: str, spec: Any) -> Iterator[str]:
        """The files of the catalog that the spec of a Location means, also if they are missing and may not be."""
        spec = spec if isinstance(spec, Mapping) and spec.get("type", "url") == "url" else {}
        listed = spec.get("targets")
        for target in (spec.get("target"), *(listed if isinstance(listed, list) else ())):
            path = path_of_target(target, file) if isinstance(target, str) and "://" not in target else ".."
            if not path.startswith(("/", "..")):
                yield from (m for m in self._meant(path) if m in self._texts or spec.get("presence") != "optional")

    def _meant(self, path: str) -> Sequence[str]:
        """The files that a path, or a pattern of files, means; itself where there is none."""
        with suppress(PatternError):
            if path not in self._texts and is_pattern(path):
                return [*matching(path, self._files)] or [path]
        return [path]
