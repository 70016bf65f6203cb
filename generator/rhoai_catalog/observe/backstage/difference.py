"""What a Hub shows against what it should show: troubles it tells of, and differences that it tells nothing of."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

from rhoai_catalog import limits
from rhoai_catalog.backstage import EntityRef
from rhoai_catalog.check import Check
from rhoai_catalog.observe.backstage.published import PublishedTree
from rhoai_catalog.pointer import join
from rhoai_catalog.text.prose import line

ADDED: Final = (
    "managed-by-location",
    "managed-by-origin-location",
    "view-url",
    "edit-url",
    "source-location",
    "orphan",
)
REFUSED_KIND: Final = re.compile(r"not of an allowed kind")


def compare(source: str, shown: Mapping[EntityRef, Mapping[str, Any]], tree: PublishedTree) -> Iterator[Check]:
    """Each difference with its reason and what to do; one line where there is none."""
    troubled = {ref: message for ref, row in shown.items() if (message := _trouble(row))}
    for message, refs in _grouped(troubled):
        yield Check(source=source, message=f"{_names(refs)}: {message}", well=False, hint=_what_to_do(message))
    missing = sorted(tree.entities.keys() - shown.keys())
    for file, refs in _by_file(missing, tree):
        reason = "its Location is not there either" if _location_of(file, tree) in missing else "nothing says why"
        if any(file in message for message in troubled.values()):
            reason = "its file has an error, as said above"
        hint = "`rhoai-catalog validate` says what Backstage refuses; the Hub's log says what it could not read"
        message = f"does not show {_names(refs)} of {file}: {reason}"
        yield Check(source=source, message=message, well=False, hint=hint)
    older = {ref: pointer for ref in tree.entities.keys() & shown.keys() if (pointer := _difference(ref, shown, tree))}
    if older:
        where = Counter(older.values()).most_common(1)[0][0]
        message = f"shows {_names(sorted(older))} as it was before {tree.commit[:10]} (e.g. {where})"
        hint = "it reads again within minutes; if this stays, look whether its location names the base branch"
        yield Check(source=source, message=message, well=False, hint=hint)
    gone = sorted(ref for ref in shown.keys() - tree.entities.keys() if not ref.name.startswith("generated-"))
    if gone:
        message = f"still shows {_names(gone)}, which the base branch does not have"
        hint = "it reads again within minutes; orphans stay where orphanStrategy is keep: unregister them"
        yield Check(source=source, message=message, well=False, hint=hint)
    if not (troubled or missing or older or gone):
        message = f"shows all {len(tree.entities)} entities of {tree.commit[:10]}, as they were committed"
        yield Check(source=source, message=message)


def _trouble(row: Mapping[str, Any]) -> str:
    """What a Hub says went wrong with an entity."""
    status = row.get("status")
    items = status.get("items") if isinstance(status, Mapping) else None
    for item in items if isinstance(items, list) else ():
        if isinstance(item, Mapping) and item.get("level") == "error":
            return line(str(item.get("message")))[: limits.HUB_MESSAGE]
    return ""


def _what_to_do(message: str) -> str:
    if REFUSED_KIND.search(message):
        return "let the rules of this location in app-config allow this kind, or take its profile out of generator.yaml"
    if "YAML" in message:
        return "mend the file: `rhoai-catalog validate` says the line"
    return "`rhoai-catalog validate` says what Backstage refuses, with the line"


def _grouped(troubled: Mapping[EntityRef, str]) -> Iterator[tuple[str, list[EntityRef]]]:
    refs: dict[str, list[EntityRef]] = {}
    for ref, message in sorted(troubled.items()):
        refs.setdefault(message, []).append(ref)
    yield from refs.items()


def _by_file(missing: list[EntityRef], tree: PublishedTree) -> Iterator[tuple[str, list[EntityRef]]]:
    files: dict[str, list[EntityRef]] = {}
    for ref in missing:
        files.setdefault(tree.entities[ref][0], []).append(ref)
    yield from files.items()


def _location_of(file: str, tree: PublishedTree) -> EntityRef | None:
    for ref, (_, document) in tree.entities.items():
        spec = document.get("spec")
        if ref.kind == "location" and isinstance(spec, Mapping) and str(spec.get("target")).removeprefix("./") == file:
            return ref
    return None


def _names(refs: list[EntityRef]) -> str:
    more = f" and {len(refs) - limits.HUB_NAMED} more" if len(refs) > limits.HUB_NAMED else ""
    return ", ".join(map(str, refs[: limits.HUB_NAMED])) + more


def _difference(ref: EntityRef, shown: Mapping[EntityRef, Mapping[str, Any]], tree: PublishedTree) -> str:
    """The pointer of a value that differs, or nothing. What a Hub adds of itself is no difference."""
    return _first_difference(tree.entities[ref][1], _as_committed(shown[ref]), "")


def _as_committed(row: Mapping[str, Any]) -> Mapping[str, Any]:
    metadata = {k: v for k, v in row.get("metadata", {}).items() if k not in ("uid", "etag")}
    annotations = {
        k: v for k, v in metadata.get("annotations", {}).items() if k.removeprefix("backstage.io/") not in ADDED
    }
    metadata["annotations"] = annotations
    return {**{k: v for k, v in row.items() if k not in ("relations", "status")}, "metadata": metadata}


def _first_difference(wanted: Any, found: Any, pointer: str) -> str:
    if isinstance(wanted, Mapping) and isinstance(found, Mapping):
        added = {"namespace"} if pointer == "/metadata" else {"annotations"} if not wanted.get("annotations") else set()
        for key in sorted({*wanted, *(found.keys() - added)}, key=str):
            if (key in wanted) != (key in found) and not (key == "annotations" and not found.get(key)):
                return f"{pointer}{join(key)}"
            if key in wanted and (inner := _first_difference(wanted[key], found.get(key), f"{pointer}{join(key)}")):
                return inner
        return ""
    return "" if wanted == found else pointer or "/"
