"""Which registered versions are shown, and as what."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from rhoai_catalog.backstage import EntityRef
from rhoai_catalog.describe.context import VersionContext, describe_as
from rhoai_catalog.describe.coverage import KEY
from rhoai_catalog.describe.facts.connector import as_stated, default_first
from rhoai_catalog.describe.facts.evidence import Evidence
from rhoai_catalog.describe.identities.files import ModelFiles
from rhoai_catalog.describe.identities.version import Version
from rhoai_catalog.describe.run import Run
from rhoai_catalog.families import MODEL_REGISTRY
from rhoai_catalog.identity import Identity, Key, SourceKey
from rhoai_catalog.kinds import OF_VERSION
from rhoai_catalog.snapshot import InferenceService
from rhoai_catalog.text.prose import line

KINDS: Final = tuple(kind.kind for kind in OF_VERSION)


def versions_to_show(run: Run) -> dict[Identity, VersionContext]:
    """The versions that are shown, each as its first kind, by identity, sorted."""
    _leave_out_orphans(run)
    shown = {version.identity: version for version in run.registrations.versions if _is_shown(run, version)}
    proposals = {key: (v.version.registry, v.model.name, v.version.name) for key, v in shown.items()}
    names = run.names.give(proposals, dict.fromkeys(shown, KINDS))
    files = ModelFiles(shown.values(), run.known)
    return {
        key: VersionContext(
            kind=OF_VERSION[0],
            identity=key,
            name=names[key],
            part=files.file(version),
            site=files.site(version),
            known=run.known,
            config=run.config,
            version=version,
            evidence=Evidence(version=version, card=run.cards.of_version(version)),
            servers=tuple(map(_as_called, run.registrations.servers_of.get(key, ()))),
            all_servers_known=run.sources.all_servers_known,
        )
        for key, version in sorted(shown.items())
    }


def describe_version(run: Run, context: VersionContext) -> None:
    """A version as all its kinds, and the pages of its site."""
    for kind in OF_VERSION:
        described = describe_as(replace(context, kind=kind))
        run.add(described, context.identity, str(context.name))
        if described.entity is not None and context.site is not None:
            run.sites.of_version(context.version, context.site, described.entity)


def reference(run: Run, context: VersionContext) -> EntityRef | None:
    """The reference by which others may name a version; none where a person deleted it."""
    return None if _is_deleted(run, context.identity) else context.name


def _as_called(server: InferenceService) -> InferenceService:
    """The server with the names that people call its models by."""
    return default_first(as_stated(server))


def _is_shown(run: Run, version: Version) -> bool:
    """A live version is shown as `models.versions` asks; while it is not known whether it does, what is there stays."""
    if version.archived:
        return _is_archived_shown(run, version)
    covered, key = run.coverage.of(version), version.identity
    if covered is True:
        return True
    if covered is False:
        run.hidden[key] = KEY
    elif _has_been_given(run, key):
        run.present.add(key)
        return False
    reason = f"{KEY} does not cover it" if covered is False else f"it is not known yet whether {KEY} covers it"
    run.leave_out(_called(version), reason)
    return False


def _is_archived_shown(run: Run, version: Version) -> bool:
    """An archived version is shown while a server uses it, or a person's edits are on it."""
    key = version.identity
    if key in run.registrations.servers_of or key in run.known.edited:
        return True
    if run.sources.all_servers_known:
        run.hidden[key] = ""
    elif _has_been_given(run, key):
        run.present.add(key)
    run.leave_out(_called(version), "archived, and no server uses it")
    return False


def _has_been_given(run: Run, key: Identity) -> bool:
    """Whether the tree has, or had, a name and a file for a version."""
    return any(Key(key, kind) in run.known.given for kind in KINDS)


def _called(version: Version) -> str:
    return f"{line(version.model.name)} {line(version.version.name)}"


def _is_deleted(run: Run, key: Identity) -> bool:
    """Whether a person deleted a version from the tree."""
    given = (run.known.given.get(Key(key, kind)) for kind in KINDS)
    return any(g is not None and g.ref not in run.known.taken for g in given)


def _leave_out_orphans(run: Run) -> None:
    for orphan in run.registrations.orphans:
        listed = run.sources.is_listed(SourceKey.of(MODEL_REGISTRY, orphan.registry))
        reason = "is not in the registry" if listed else "could not be listed"
        what = f"ModelVersion {orphan.name} ({orphan.registry}/{orphan.id})"
        run.leave_out(what, f"its RegisteredModel {reason}")
