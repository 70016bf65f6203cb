"""Where references lead: to nothing, to the wrong kind, to an owner that nobody knows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

from rhoai_catalog.backstage import EntityRef
from rhoai_catalog.validate.document.references import UNRELATED, Reference
from rhoai_catalog.validate.document.words import Finding, shown

IN_TREE: Final = ("dependsOn", "providesApis")  # people expect these to lead somewhere
KINDS_IN_TREE: Final = frozenset({"component", "resource", "api"})
OTHERS: Final = ("owner", "consumesApis", "apiEntityRef")  # lead to what other people keep in catalogs of their own
ALLOWED: Final[Mapping[str, tuple[str, ...]]] = {
    "owner": ("group", "user"),
    "system": ("system",),
    "subcomponentOf": ("component",),
    "providesApis": ("api",),
    "consumesApis": ("api",),
    "apiEntityRef": ("api",),
    "domain": ("domain",),
    "subdomainOf": ("domain",),
    "parent": ("group",),
    "children": ("group",),
    "members": ("user",),
    "memberOf": ("group",),
    "skills": ("airesource",),
    "plugins": ("airesource",),
}


def misdirected(
    references: Iterable[Reference],
    there: Collection[EntityRef] | None,
    kinds: frozenset[str],
    owners: Collection[EntityRef] | None,
) -> Iterator[Finding]:
    """Findings about an entity's references. `there` is what the tree holds, of these `kinds`, and `owners` who can
    own; None: unknown. A kind that the tree has none of is kept elsewhere, as systems and groups often are.
    """
    for reference in references:
        try:
            ref = reference.parsed()
        except ValueError as error:  # of most fields, the document's own check says so
            if reference.field in UNRELATED and isinstance(reference.target, str):
                message = f"{reference.field} {shown(reference.target)} {error}"
                yield Finding(pointer=reference.pointer, rule="wrong-kind", message=message)
            continue
        said, allowed = f"{reference.field} refers to {shown(str(ref))}", ALLOWED.get(reference.field)
        if allowed and ref.kind not in allowed:
            message = f"{said}, but its kind should be {' or '.join(allowed)}, or the relation shows nothing"
            yield Finding(pointer=reference.pointer, rule="wrong-kind", message=message)
        elif reference.field == "owner" and owners is not None and ref not in owners:
            message = f"{said}, which nobody knows; mend the name, or add it to the organisation's groups and users"
            yield Finding(pointer=reference.pointer, rule="owner", message=message)
        elif there is None or ref in there or reference.field in OTHERS:
            continue
        elif ref.kind in (kinds | KINDS_IN_TREE if reference.field in IN_TREE else kinds):
            message = f"{said}, which no file here holds; add it or mend the name"
            yield Finding(pointer=reference.pointer, rule="dangling", message=message)


def target_of(reference: Reference) -> EntityRef | None:
    """What a reference names, if it can be read: else the document's own check says so."""
    try:
        return reference.parsed()
    except ValueError:
        return None
