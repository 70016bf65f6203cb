"""Entity references as Backstage reads them: which fields hold them, and what a short one means there."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from rhoai_catalog.backstage import DEFAULT_NAMESPACE, EntityRef
from rhoai_catalog.pointer import join

LONGEST_REFERENCE: Final = 255  # characters: the width of the database columns that hold references
_OWNED: Final = {"owner": "group", "system": "system"}
_APIS: Final = {"providesApis": "api", "consumesApis": "api"}
_DEPENDENCIES: Final = {"dependsOn": None, "dependencyOf": None}
FIELDS: Final[Mapping[str, Mapping[str, str | None]]] = {  # kind -> field of spec -> kind of a reference without one
    "Component": {**_OWNED, "subcomponentOf": "component", **_APIS, **_DEPENDENCIES},
    "API": _OWNED,
    "Resource": {**_OWNED, **_DEPENDENCIES},
    "System": {"owner": "group", "domain": "domain"},
    "Domain": {"owner": "group", "subdomainOf": "domain"},
    "Group": {"parent": "group", "children": "group", "members": "user"},
    "User": {"memberOf": "group"},
    "Template": {"owner": "group"},
    "AiResource": {**_OWNED, "dependsOn": "airesource", "skills": "airesource", "plugins": "airesource"},
    "AiModelServerAPI": {**_OWNED, "apiEntityRef": "api"},
}

UNRELATED: Final = ("apiEntityRef",)  # Backstage makes no relation of these, and takes any text


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One reference of an entity, as written: text, or a mapping of kind, namespace and name."""

    pointer: str
    field: str
    target: Any
    kind: str | None
    namespace: str

    def parsed(self) -> EntityRef:
        """What is referred to. Raises ValueError, which says what would be right."""
        if isinstance(self.target, str):
            return _read(self.target, self.kind, self.namespace)
        return _checked(self.target if isinstance(self.target, Mapping) else {}, self.kind, self.namespace)


def references(document: Mapping[str, Any]) -> Iterator[Reference]:
    """Every reference in the spec of an entity of a known kind."""
    kind, spec, metadata = document.get("kind"), document.get("spec"), document.get("metadata")
    if not isinstance(spec, Mapping) or not isinstance(kind, str):
        return
    given = metadata.get("namespace") if isinstance(metadata, Mapping) else None
    namespace = given if isinstance(given, str) and given else DEFAULT_NAMESPACE
    for field, default in FIELDS.get(kind, {}).items():
        value = spec.get(field)
        if isinstance(value, list):
            targets = [(join("spec", field, number), target) for number, target in enumerate(value)]
        else:
            targets = [(join("spec", field), value)] if value is not None else []
        for pointer, target in targets:
            yield Reference(pointer=pointer, field=field, target=target, kind=default, namespace=namespace)


@functools.lru_cache(maxsize=1 << 16)  # many name the same owner, and each is read again by the next check
def _read(target: str, kind: str | None, namespace: str) -> EntityRef:
    return _checked(_parts(target), kind, namespace)


def _checked(written: Mapping[str, Any], default: str | None, home: str) -> EntityRef:
    kind, namespace, name = _given(written, "kind", default), _given(written, "namespace", home), written.get("name")
    if written and kind is None:
        raise ValueError("names no kind; write kind:namespace/name, such as component:default/name")
    if not all(isinstance(part, str) and part for part in (kind, namespace, name)):
        raise ValueError("is no reference; write kind:namespace/name")
    ref = EntityRef.of(kind, str(name), namespace)
    if len(str(ref).encode("utf-16-le", "surrogatepass")) > 2 * LONGEST_REFERENCE:
        raise ValueError(f"is longer than {LONGEST_REFERENCE} characters, which the catalog's database cannot hold")
    return ref


def _parts(target: str) -> Mapping[str, str]:
    """`[kind:][namespace/]name` cut at the first `:` and the first `/`, with only what is written."""
    before, slash, _ = target.partition("/")
    kind, colon, _ = before.partition(":")
    parts = {"kind": kind} if colon else {}
    rest = target[len(kind) + 1 :] if colon else target
    if slash:
        parts["namespace"], _, rest = rest.partition("/")
    return {**parts, "name": rest}


def _given(written: Mapping[str, Any], part: str, default: str | None) -> Any:
    return default if written.get(part) is None else written[part]
