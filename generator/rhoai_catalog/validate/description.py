"""What is described, without what Backstage would refuse: nothing invalid is ever written."""

from __future__ import annotations

from dataclasses import replace

from rhoai_catalog.entity import Description, Entity, LeftOut
from rhoai_catalog.identity import Identity
from rhoai_catalog.validate.document.entity import check_entity


def sound(description: Description) -> Description:
    """The description, in which what would be refused is left out, and stays in the tree as it is."""
    entities: list[Entity] = []
    left_out, present = list(description.left_out), set[Identity](description.present)
    refused: set[Identity] = set()
    for entity in description.entities:
        findings = [f for f in check_entity(entity.checkable()) if f.rule != "ai-kind"]
        if findings:
            left_out.append(LeftOut(what=str(entity.ref), reason=f"it would not be valid: {findings[0].message}"))
            present.add(entity.identity)
            refused.add(entity.identity)
        else:
            entities.append(entity)
    return replace(
        description,
        entities=tuple(entities),
        left_out=tuple(left_out),
        present=frozenset(present),
        groups=tuple(group for group in description.groups if not group.members & refused),
    )
