"""Where a version was deployed, as its registry notes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from rhoai_catalog.describe.identities.version import Version
from rhoai_catalog.families import MODEL_REGISTRY
from rhoai_catalog.identity import SourceKey
from rhoai_catalog.snapshot import Snapshot

KINDS: Final = ("InferenceService", "ServingEnvironment")


class Deployment(NamedTuple):
    """One line of the history: `place` is mostly a namespace, `state` DEPLOYED or UNDEPLOYED."""

    server: str
    place: str
    runtime: str
    state: str


class History:
    """The deployments of every version in a snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        places = {(e.registry, e.id): e.name for e in snapshot.serving_environments}
        deployments: dict[tuple[str, str], set[Deployment]] = {}
        for row in snapshot.registered_inference_services:
            if row.model_version_id is not None:
                deployment = Deployment(
                    server=(row.name or "").partition("/")[0],  # a UID stands behind it, new with every redeploy
                    place=places.get((row.registry, row.serving_environment_id or ""), ""),
                    runtime=row.runtime or "",
                    state=row.desired_state or "",
                )
                deployments.setdefault((row.registry, row.model_version_id), set()).add(deployment)
        self._deployments: Mapping[tuple[str, str], set[Deployment]] = deployments
        self._snapshot = snapshot

    def of(self, version: Version) -> tuple[Deployment, ...]:
        """Sorted by place and server; of one server that is and was deployed, only that it is."""
        rows = self._deployments.get((version.version.registry, version.version.id), set())
        running = {(row.server, row.place) for row in rows if row.state == "DEPLOYED"}
        kept = [row for row in rows if row.state == "DEPLOYED" or (row.server, row.place) not in running]
        return tuple(sorted(kept, key=lambda row: (row.place, row.server, row.runtime, row.state)))

    def is_known(self, version: Version) -> bool:
        """Whether the registry could list all of it."""
        key = SourceKey.of(MODEL_REGISTRY, version.version.registry)
        return all(self._snapshot.is_complete(key, kind) for kind in KINDS)
