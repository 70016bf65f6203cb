"""What a Hub shows against what it should show: troubles it tells of, and differences that it tells nothing of."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final
from urllib.parse import unquote

from rhoai_catalog import limits
from rhoai_catalog.backstage import EntityRef
from rhoai_catalog.check import Check
from rhoai_catalog.pointer import join
from rhoai_catalog.published import PublishedTree
from rhoai_catalog.text.prose import line

ADDED: Final = (
    "managed-by-location",
    "managed-by-origin-location",
    "view-url",
    "edit-url",
    "source-location",
    "orphan",
)
LOCATION: Final = "location"
YAML: Final = "mend the file: `rhoai-catalog validate` says the line"
UNREAD: Final = "mend it, or take its Location out of the index; `rhoai-catalog validate` says the line"
NOT_SHOWN: Final = "`rhoai-catalog validate` says what Backstage refuses; the Hub's log says what it could not read"
REFUSED_KIND: Final = re.compile(r"not of an allowed kind")


def compare(source: str, shown: Mapping[EntityRef, Mapping[str, Any]], tree: PublishedTree) -> Iterator[Check]:
    """Each difference with its reason and what to do; one line where there is none."""
    found = [*_differences(shown, tree)]
    for message, hint in found:
        yield Check(source=source, message=message, well=False, hint=hint)
    if not found:
        message = f"shows all {len(tree.entities)} entities of {tree.commit[:10]}, as they were committed"
        yield Check(source=source, message=message)


def _differences(shown: Mapping[EntityRef, Mapping[str, Any]], tree: PublishedTree) -> Iterator[tuple[str, str]]:
    """Causes first; what follows from a cause is not told again."""
    unread = tree.unread.keys()
    for file, reason in sorted(tree.unread.items()):
        yield f"cannot read {file} of {tree.commit[:10]}: {reason}", UNREAD
    troubled = {ref: message for ref, row in shown.items() if (message := _trouble(row))}
    for message, refs in _grouped({ref: said for ref, said in troubled.items() if not tree.led_to(ref) & unread}):
        yield f"{names(refs)}: {message[: limits.HUB_MESSAGE]}", _what_to_do(message)
    stuck = {file for ref in troubled for file in tree.led_to(ref)}  # files that the Hub keeps as they were before
    missing = sorted(tree.entities.keys() - shown.keys())
    refused = _refused(missing, shown, tree, stuck)
    emptied = {tree.entities[ref][0] for ref in refused}
    if refused:
        kinds = sorted({tree.entities[ref][1]["kind"] for ref in refused})
        lost = [ref for ref in missing if tree.entities[ref][0] in emptied]
        message = f"shows no {' and no '.join(kinds)} at all, and nothing else of their files: {names(lost)}"
        hint = f"let the rules of this location in app-config allow {', '.join(kinds)}; if they do, {NOT_SHOWN}"
        yield message, hint
    explained = {*unread, *emptied}
    rest = [ref for ref in missing if tree.entities[ref][0] not in explained and not tree.led_to(ref) & explained]
    for file, refs in _grouped({ref: tree.entities[ref][0] for ref in rest}):
        reason = "its Location is not there either" if _location_of(file, tree) in missing else "nothing says why"
        reason = "its file has an error, as said above" if file in stuck else reason
        yield f"does not show {names(refs)} of {file}: {reason}", NOT_SHOWN
    older = {
        ref: pointer
        for ref in tree.entities.keys() & (shown.keys() - troubled.keys())
        if tree.entities[ref][0] not in stuck and (pointer := _difference(ref, shown, tree))
    }
    if older:
        where = Counter(older.values()).most_common(1)[0][0]
        message = f"shows {names(sorted(older))} as it was before {tree.commit[:10]} (e.g. {where})"
        yield message, "it reads again within minutes; if this stays, look whether its location names the base branch"
    surplus = shown.keys() - tree.entities.keys()
    kept = {*unread, *stuck}
    gone = sorted(ref for ref in surplus if not ref.name.startswith("generated-") and not _is_of(shown[ref], kept))
    if gone:
        message = f"still shows {names(gone)}, which the base branch does not have"
        yield message, "it reads again within minutes; orphans stay where orphanStrategy is keep: unregister them"


def _refused(
    missing: Collection[EntityRef], shown: Collection[EntityRef], tree: PublishedTree, stuck: Collection[str]
) -> list[EntityRef]:
    """The entities of kinds that a Hub shows nothing of. One that refuses a kind as it first reads a file shows nothing
    of the file, its Location or the reason.
    """
    lost = [ref for ref in missing if ref.kind != LOCATION and tree.entities[ref][0] not in stuck]
    known = {ref.kind for ref in shown}
    return [ref for ref in lost if ref.kind not in known]


def _trouble(row: Mapping[str, Any]) -> str:
    """What a Hub says went wrong with an entity."""
    status = row.get("status")
    items = status.get("items") if isinstance(status, Mapping) else None
    for item in items if isinstance(items, list) else ():
        if isinstance(item, Mapping) and item.get("level") == "error":
            return line(str(item.get("message")))
    return ""


def _what_to_do(message: str) -> str:
    if REFUSED_KIND.search(message):
        return "let the rules of this location in app-config allow this kind, or take its profile out of generator.yaml"
    if "YAML" in message:
        return YAML
    return "`rhoai-catalog validate` says what Backstage refuses, with the line"


def _grouped(texts: Mapping[EntityRef, str]) -> Iterable[tuple[str, list[EntityRef]]]:
    """The entities, sorted, by the text that each has."""
    refs: dict[str, list[EntityRef]] = {}
    for ref, text in sorted(texts.items()):
        refs.setdefault(text, []).append(ref)
    return refs.items()


def _location_of(file: str, tree: PublishedTree) -> EntityRef | None:
    return next((ref for ref in tree.entities if file in tree.led_to(ref)), None)


def _is_of(row: Mapping[str, Any], files: Collection[str]) -> bool:
    """Whether the Hub read an entity from one of the files."""
    place = str(row.get("metadata", {}).get("annotations", {}).get("backstage.io/managed-by-location", ""))
    return any(unquote(place).endswith(f"/{file}") for file in files)


def names(refs: Sequence[EntityRef]) -> str:
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
