"""First which things are shown and what they are called, then their entities, relations and pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Final

from rhoai_catalog.backstage import EntityRef
from rhoai_catalog.config import Config
from rhoai_catalog.describe.definitions.definition import Definition
from rhoai_catalog.describe.entities import ai_model_server_api
from rhoai_catalog.describe.entities.api import api, api_definition, is_settled
from rhoai_catalog.describe.entities.assets import Assets
from rhoai_catalog.describe.entities.component import component, declared
from rhoai_catalog.describe.entities.resource import resource
from rhoai_catalog.describe.identities.files import ModelFiles, server_files
from rhoai_catalog.describe.identities.joins import Joins, Version
from rhoai_catalog.describe.identities.names import entity_names
from rhoai_catalog.describe.pages.sites import Sites
from rhoai_catalog.entity import Description, Entity, Known, LeftOut
from rhoai_catalog.identity import Identity, Key
from rhoai_catalog.kinds import AI_MODEL_SERVER_API, COMPONENT, OF_SERVER, RESOURCE
from rhoai_catalog.snapshot import InferenceService, Snapshot
from rhoai_catalog.text.prose import line

SERVER_KINDS: Final = tuple(kind.kind for kind in OF_SERVER)


def describe(snapshot: Snapshot, config: Config, known: Known) -> Description:
    """Describe everything that was observed; what has a name and a file in the tree keeps both."""
    return _Describing(snapshot, config, known).description()


class _Describing:
    def __init__(self, snapshot: Snapshot, config: Config, known: Known) -> None:
        self.snapshot, self.config, self.known = snapshot, config, known
        self.joins = Joins(snapshot)
        self.sites = Sites(snapshot, self.joins, known)
        self.entities: list[Entity] = []
        self.left_out: list[LeftOut] = []
        self.present: set[Identity] = set()
        self.named: frozenset[EntityRef] = frozenset()
        self.dropped: set[Key] = set()
        self.nobodies: dict[str, list[str]] = {}

    def description(self) -> Description:
        for orphan in self.joins.orphans:
            self._leave_out(
                f"ModelVersion {orphan.name} ({orphan.registry}/{orphan.id})", self._orphan_reason(orphan.registry)
            )
        for graph in self.snapshot.inference_graphs:
            what = f"InferenceGraph {graph.cluster}/{graph.namespace}/{graph.name}"
            self._leave_out(what, "it routes between model servers; they are shown, it has no entity of its own")
        versions = self._resources()
        self._servers(versions)
        assets = Assets(self.snapshot, self.config, self.known, self.sites, self._names)
        self.entities += assets.entities
        self.left_out += assets.left_out
        self.dropped |= assets.dropped
        self._report_nobodies()
        for entity in self.entities:
            for refused in entity.refused:
                self._leave_out(str(entity.ref), refused)
        return Description(
            entities=tuple(self.entities),
            pages=tuple(self.sites.pages),
            left_out=tuple(sorted(set(self.left_out))),
            present=frozenset(self.present),
            settled=frozenset(self.sites.settled),
            dropped=frozenset(self.dropped),
        )

    # -- registered versions -----------------------------------------------------------------------------------------

    def _resources(self) -> dict[Identity, EntityRef]:
        """Describe the versions; returns the reference of each by identity."""
        shown = {version.identity: version for version in self.joins.versions if self._is_shown(version)}
        proposals = {key: (v.version.registry, v.model.name, v.version.name) for key, v in shown.items()}
        refs = self._names(proposals, dict.fromkeys(shown, (RESOURCE.kind,)))
        files = ModelFiles(shown.values(), self.known)
        for key, version in sorted(shown.items()):
            self._resource(version, refs[key], files.file(version), files.site(version))
        return refs

    def _resource(self, version: Version, ref: EntityRef, file: PurePosixPath, site: PurePosixPath) -> None:
        card = self.sites.card(version)
        in_tree = Key(version.identity, "Resource") in self.known.given
        entity, nobody = resource(
            version, ref, file, joins=self.joins, card=card, site=site, config=self.config, in_tree=in_tree
        )
        self.entities.append(entity)
        self._report_owner(str(ref), nobody)
        self.sites.of_version(version, site, entity)

    def _is_shown(self, version: Version) -> bool:
        """An archived version is shown while a server uses it, or a person's edits are on it."""
        key = version.identity
        if not version.archived or key in self.joins.servers_of or key in self.known.edited:
            return True
        if not self.joins.all_servers_known and Key(key, "Resource") in self.known.given:
            self.present.add(key)
        self._leave_out(f"{line(version.model.name)} {line(version.version.name)}", "archived, and no server uses it")
        return False

    def _orphan_reason(self, registry: str) -> str:
        complete = self.joins.registry_is_complete(registry)
        return "its RegisteredModel is not in the registry" if complete else "its RegisteredModel could not be listed"

    # -- servers -----------------------------------------------------------------------------------------------------

    def _servers(self, versions: Mapping[Identity, EntityRef]) -> None:
        shown = {server.identity: server for server in self.snapshot.inference_services if self._is_to_be_shown(server)}
        proposals = {key: _server_name(server) for key, server in shown.items()}
        refs = self._names(proposals, dict.fromkeys(shown, SERVER_KINDS))
        files = server_files(shown.values(), self.known)
        resources = self._targets(versions)
        sites = self.sites.of_servers(shown.values(), files)
        for key, server in sorted(shown.items()):
            self._server(server, refs[key], files[key], resources, sites.get(key))

    def _server(
        self,
        server: InferenceService,
        ref: EntityRef,
        file: PurePosixPath,
        resources: Mapping[Identity, EntityRef],
        site: PurePosixPath | None,
    ) -> None:
        """Whatever a server is shown as; what is not shown is made nevertheless, as the others share its values."""
        key, given = server.identity, self.known.given
        self.present.add(key)
        self.dropped |= {Key(key, kind.kind) for kind in OF_SERVER if not self.config.shows(kind)}
        made, origin = self._definition(server)
        api_ref = self._api_ref(server, ref, made)
        entity, nobody = component(
            server,
            ref,
            file,
            joins=self.joins,
            resources=resources,
            site=site,
            api=api_ref,
            namespace=self.joins.namespace_of(server),
            config=self.config,
            in_tree=Key(key, "Component") in given,
        )
        self._report_owner(str(ref), nobody)
        self.sites.of_server(server, site, entity)
        if self.config.shows(COMPONENT):
            self.entities.append(entity)
        if self.config.shows(AI_MODEL_SERVER_API):
            self._ai_model_server(server, file, entity, api_ref)
        if api_ref is not None:
            self.entities.append(
                api(
                    server,
                    api_ref,
                    self._file(key, "API", file),
                    made=made,
                    origin=origin,
                    component=entity,
                    config=self.config,
                    in_tree=Key(key, "API") in given,
                )
            )

    def _ai_model_server(
        self, server: InferenceService, file: PurePosixPath, component: Entity, api: EntityRef | None
    ) -> None:
        key = Key(server.identity, AI_MODEL_SERVER_API.kind)
        given = self.known.given.get(key)
        made = ai_model_server_api.ai_model_server(
            server,
            given.ref if given else EntityRef.of(AI_MODEL_SERVER_API.kind, component.ref.name, component.ref.namespace),
            given.file if given else file.with_name(AI_MODEL_SERVER_API.file),
            component=component,
            version=self.joins.version_of(server),
            api=api,
            config=self.config,
            in_tree=given is not None,
        )
        if made is not None:
            self.entities.append(made)
        else:
            what = f"{AI_MODEL_SERVER_API.kind} of {server.cluster}/{server.namespace}/{server.name}"
            self._leave_out(what, "the server has no address yet")

    def _is_to_be_shown(self, server: InferenceService) -> bool:
        told = declared(server, "exclude-from-catalog")
        if told and told[0].lower() == "true":
            self._leave_out(f"{server.kind} {server.cluster}/{server.namespace}/{server.name}", f"its {told[1]}")
            return False
        if server.state != "deleting":
            return True
        self.present.add(server.identity)
        self._leave_out(f"{server.kind} {server.cluster}/{server.namespace}/{server.name}", "it is being deleted")
        return False

    def _targets(self, versions: Mapping[Identity, EntityRef]) -> dict[Identity, EntityRef]:
        """The Resources that a server may refer to: those described, and not deleted from the tree by a person."""
        gone = {
            source
            for (source, kind), given in self.known.given.items()
            if kind == "Resource" and given.ref not in self.known.taken
        }
        return {key: ref for key, ref in versions.items() if key not in gone}

    def _definition(self, server: InferenceService) -> tuple[Definition | None, str]:
        version = self.joins.version_of(server)
        card = self.sites.card(version) if isinstance(version, Version) else self.joins.told_card_of_server(server)
        if not is_settled(server, version, card) and Key(server.identity, "API") in self.known.given:
            return None, ""
        made, origin, problem = api_definition(server, version, card)
        if problem:
            self._leave_out(f"API definition of {server.namespace}/{server.name}", problem)
        if made is None:
            self._leave_out(f"API of {server.cluster}/{server.namespace}/{server.name}", f"no definition: {origin}")
        return made, origin

    def _api_ref(self, server: InferenceService, ref: EntityRef, made: Definition | None) -> EntityRef | None:
        """The API's reference; where it was renamed or deleted by a person, that counts."""
        given = self.known.given.get(Key(server.identity, "API"))
        if given is not None:
            return given.ref if given.ref in self.known.taken else None
        return EntityRef.of("API", ref.name, ref.namespace) if made is not None else None

    def _file(self, key: Identity, kind: str, otherwise: PurePosixPath) -> PurePosixPath:
        given = self.known.given.get(Key(key, kind))
        return given.file if given else otherwise

    # -- all ---------------------------------------------------------------------------------------------------------

    def _names(
        self, proposals: Mapping[Identity, Sequence[str]], kinds: Mapping[Identity, tuple[str, ...]]
    ) -> dict[Identity, EntityRef]:
        """The reference of each identity; nothing that is described in one run shares one."""
        known = replace(self.known, taken=self.known.taken | self.named)
        refs = entity_names(proposals, kinds, known, self.config.defaults.entity_namespace)
        self.named |= {EntityRef.of(kind, refs[key].name, refs[key].namespace) for key in refs for kind in kinds[key]}
        return refs

    def _leave_out(self, what: str, reason: str) -> None:
        self.left_out.append(LeftOut(what=what, reason=reason))

    def _report_owner(self, what: str, nobody: str | None) -> None:
        if nobody:
            self.nobodies.setdefault(nobody, []).append(what)

    def _report_nobodies(self) -> None:
        """Texts that name an owner but lead to none, each once."""
        for text, refs in self.nobodies.items():
            others = f" and {len(refs) - 1} more" if len(refs) > 1 else ""
            self._leave_out(f"owner {text}", f"no rule of owners.map names a group or user ({min(refs)}{others})")


def _server_name(server: InferenceService) -> tuple[str, ...]:
    suffix = ("llm",) if server.kind == "LLMInferenceService" else ()
    return (server.cluster, server.namespace, server.name, *suffix)
