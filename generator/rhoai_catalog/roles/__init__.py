"""The rights that reading needs, as files; `doctor` checks them one by one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rhoai_catalog import documents

FOLDER = Path(__file__).parent


def role_texts() -> str:
    """What `oc apply -f -` takes as it is: the ClusterRole; and as a comment what somebody has to put names into."""
    return "\n".join(path.read_text("utf-8") for path in sorted(FOLDER.glob("*.yaml")))


def cluster_rules() -> tuple[Mapping[str, Any], ...]:
    """The rules of the ClusterRole."""
    role = documents.parse((FOLDER / "cluster-role.yaml").read_text("utf-8"))
    return tuple(role["rules"])
