"""The artifacts of versions: one request a version, or only for those that may have changed since a snapshot.

An artifact does not say whose it is, so a version must be asked. But all artifacts can be listed at once, each with the
time of its last change, and whatever gives a version an artifact changes that time. Where nothing that was known has
changed, only new versions are asked; where a changed or a new artifact may be anyone's, all are.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from rhoai_catalog import limits
from rhoai_catalog.errors import SourceError
from rhoai_catalog.observe.side_by_side import side_by_side
from rhoai_catalog.snapshot import Artifact, LooseArtifact, ModelVersion, Snapshot

Ask = Callable[[ModelVersion], tuple[Artifact, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class AllArtifacts:
    """Every artifact of a registry by id, with the time of its last change.

    `of_runs` belong to experiment runs; `touched` were changed since they were made, perhaps by giving them to a
    further version.
    """

    updated: Mapping[str, str | None]
    of_runs: Collection[str]
    touched: Collection[str]


class VersionArtifacts:
    """Asks versions for their artifacts through `ask`, from some threads; `errors` keeps what failed."""

    def __init__(self, ask: Ask, threads: int) -> None:
        self._ask, self._threads = ask, threads
        self.errors: list[SourceError] = []

    def of(
        self, versions: Sequence[ModelVersion], bulk: AllArtifacts | None, before: Snapshot | None
    ) -> list[ModelVersion]:
        """The versions with their artifacts; None where they could not be listed."""
        known = _known(versions, before) if before is not None and bulk is not None else {}
        if bulk is None or not known or _has_changed(known, bulk, before):
            return self._all(versions)
        fresh = {version.id: version for version in self._all([v for v in versions if v.id not in known])}
        settled = {a.id for version in fresh.values() for a in version.artifacts or ()} | set(bulk.of_runs)
        if set(bulk.updated) - (settled - set(bulk.touched)) - _ids(known, before):
            others = self._all([version for version in versions if version.id in known])
            fresh |= {version.id: version for version in others}
        return [fresh.get(v.id) or replace(v, artifacts=known[v.id]) for v in versions]

    def _all(self, versions: Sequence[ModelVersion]) -> list[ModelVersion]:
        return side_by_side(self._one, versions, self._threads)

    def _one(self, version: ModelVersion) -> ModelVersion:
        if len(self.errors) >= limits.FAILED_LISTINGS:
            return replace(version, artifacts=None)
        try:
            return replace(version, artifacts=self._ask(version))
        except SourceError as error:
            self.errors.append(error)
            return replace(version, artifacts=None)


def loose(versions: Sequence[ModelVersion], bulk: AllArtifacts | None, registry: str) -> tuple[LooseArtifact, ...]:
    """The artifacts that no version has, so that a later run does not look for their owner again."""
    if bulk is None or any(version.artifacts is None for version in versions):
        return ()
    owned = {artifact.id for version in versions for artifact in version.artifacts or ()}
    ids = sorted(set(bulk.updated) - owned)
    return tuple(LooseArtifact(registry=registry, id=i, updated=bulk.updated[i]) for i in ids)


def _known(versions: Sequence[ModelVersion], before: Snapshot) -> dict[str, tuple[Artifact, ...]]:
    """The artifacts that a snapshot has for versions that are still the same: ids begin again in a new database."""
    now = {_fingerprint(version): version.id for version in versions}
    return {
        now[_fingerprint(version)]: version.artifacts
        for version in before.model_versions
        if _fingerprint(version) in now and version.artifacts is not None
    }


def _fingerprint(version: ModelVersion) -> tuple[str | None, ...]:
    return version.registry, version.id, version.registered_model_id, version.name, version.created


def _has_changed(known: Mapping[str, tuple[Artifact, ...]], bulk: AllArtifacts, before: Snapshot | None) -> bool:
    times = {artifact.id: artifact.updated for artifacts in known.values() for artifact in artifacts}
    times |= {row.id: row.updated for row in before.loose_artifacts} if before else {}
    return any(bulk.updated.get(i, "gone") != updated or updated is None for i, updated in times.items())


def _ids(known: Mapping[str, tuple[Artifact, ...]], before: Snapshot | None) -> set[str]:
    ids = {artifact.id for artifacts in known.values() for artifact in artifacts}
    return ids | ({row.id for row in before.loose_artifacts} if before else set())
