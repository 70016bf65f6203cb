"""A Model Registry -> registered models, and their versions with artifacts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final, TypeVar

from rhoai_catalog import limits
from rhoai_catalog.config import Service
from rhoai_catalog.entity import LeftOut
from rhoai_catalog.errors import SourceError
from rhoai_catalog.http.client import Client
from rhoai_catalog.http.errors import NotFound
from rhoai_catalog.http.policy import Policy
from rhoai_catalog.http.service import item_pages, open_service
from rhoai_catalog.number import is_number
from rhoai_catalog.observe.family import Reading, SourceFacts
from rhoai_catalog.observe.model_registry.artifacts import AllArtifacts, VersionArtifacts, loose
from rhoai_catalog.observe.model_registry.rows import (
    Row,
    artifact,
    experiment,
    model_version,
    registered_inference_service,
    registered_model,
    serving_environment,
)
from rhoai_catalog.observe.rows import text
from rhoai_catalog.snapshot import Artifact, ModelVersion, Scope, Snapshot

T = TypeVar("T")
NEEDED: Final = ("RegisteredModel", "ModelVersion", "Artifact")  # what every registry has
BASES: Final = ("/api/model_registry/v1alpha3", "/api/model_registry/v1")
CREATED: Final = "createTimeSinceEpoch"
UPDATED: Final = "lastUpdateTimeSinceEpoch"
IN_ORDER: Final = {"orderBy": "ID", "sortOrder": "ASC"}  # any other order loses rows between pages
POLICY: Final = Policy(page=300)  # the server asks its database once for each row, and a Route gives up after 30 s


def read(source: Service, reading: Reading) -> SourceFacts:
    """Read one registry. What fails makes its scope incomplete; ConfigError is raised where its token cannot be had.

    With a snapshot from before, only versions whose artifacts may have changed since are asked for them.
    """
    token = source.credentials.token()
    try:
        client = open_service(source, reading.traffic, token, reading.policy or POLICY)
    except SourceError as error:
        return SourceFacts(scopes=tuple(_scope(source, kind, error) for kind in NEEDED))
    try:
        return _RegistryReader(source, client, reading.before).facts()
    finally:
        client.close()


def _scope(service: Service, kind: str, error: SourceError | None, listed: int = 0) -> Scope:
    return Scope(
        source=service.key,
        kind=kind,
        complete=error is None,
        listed=listed,
        reason=error.message if error else "",
        hint=error.hint if error else "",
    )


class _RegistryReader:
    def __init__(self, service: Service, client: Client, before: Snapshot | None) -> None:
        self.service, self.client, self.before = service, client, before
        self.query = {**IN_ORDER, "pageSize": str(client.policy.page)}
        self.base = BASES[0]
        self.scopes: list[Scope] = []
        self.left_out: list[LeftOut] = []

    def facts(self) -> SourceFacts:
        models = self._list("RegisteredModel", "/registered_models", registered_model)
        versions = self._list("ModelVersion", "/model_versions", model_version)
        environments = self._list("ServingEnvironment", "/serving_environments", serving_environment)
        services = self._list("InferenceService", "/inference_services", registered_inference_service)
        experiments = self._list("Experiment", "/experiments", experiment)
        bulk = self._bulk()
        whole = self._with_artifacts(sorted(versions, key=lambda v: (v.registered_model_id, v.name, v.id)), bulk)
        return SourceFacts(
            scopes=tuple(self.scopes),
            tables={
                "registered_models": tuple(sorted(models, key=lambda model: (model.name, model.id))),
                "model_versions": tuple(whole),
                "serving_environments": tuple(environments),
                "registered_inference_services": tuple(services),
                "experiments": tuple(experiments),
                "loose_artifacts": loose(whole, bulk, self.service.name),
            },
            left_out=tuple(self.left_out),
        )

    def _list(self, kind: str, path: str, make: Callable[[Row, str], T | None]) -> list[T]:
        """The rows of one kind. Those of a listing that failed may be shown, but prove nothing about the others."""
        facts: list[T] = []
        error: SourceError | None = None
        served = True
        try:
            for row in self._rows(path):
                fact = make(row, self.service.name)
                if fact is None:
                    identifier = text(row, "id") or ""
                    what = f"{kind} {identifier[: limits.QUOTE]} of {self.service.name}"
                    reason = "it has no name" if is_number(identifier) else "its id is no number"
                    self.left_out.append(LeftOut(what=what, reason=reason))
                else:
                    facts.append(fact)
        except NotFound as failure:
            served = kind in NEEDED
            error = failure if served else None
        except SourceError as failure:
            error = failure
        self.scopes.append(replace(_scope(self.service, kind, error, len(facts)), served=served))
        return facts

    def _rows(self, path: str) -> Iterator[Row]:
        """The rows of a list, under whichever version of the API the registry has. One that comes twice is an error,
        but only behind all others.
        """
        seen: set[str] = set()
        twice = None
        for page in self._pages(path):
            for row in page:
                if (identifier := text(row, "id") or "") in seen:
                    twice = identifier if twice is None else twice
                else:
                    seen.add(identifier)
                    yield row
        if twice is not None:
            raise self.client.wording.failure(path, f"row {twice[:80]} came twice", "try again later")

    def _pages(self, path: str) -> Iterator[list[Row]]:
        try:
            yield from item_pages(self.client, f"{self.base}{path}", self.query)
        except NotFound:
            if self.base != BASES[0] or self.scopes:
                raise
            self.base = BASES[1]
            try:
                yield from item_pages(self.client, f"{self.base}{path}", self.query)
            except NotFound:
                self.base = BASES[0]
                raise

    # -- artifacts -----------------------------------------------------------------------------------------------

    def _bulk(self) -> AllArtifacts | None:
        """All artifacts at once; None where they cannot be listed so, which only costs the short cut."""
        try:
            rows = list(self._rows("/artifacts"))
        except SourceError:
            return None
        of_runs = {str(row.get("id")) for row in rows if text(row, "experimentRunId")}
        touched = {str(row.get("id")) for row in rows if text(row, UPDATED) != text(row, CREATED)}
        updated = {str(row.get("id")): text(row, UPDATED) for row in rows}
        return AllArtifacts(updated=updated, of_runs=of_runs, touched=touched)

    def _with_artifacts(self, versions: list[ModelVersion], bulk: AllArtifacts | None) -> list[ModelVersion]:
        artifacts = VersionArtifacts(self._ask, self.client.policy.connections)
        read = artifacts.of(versions, bulk, self.before)
        listed = sum(len(version.artifacts or ()) for version in read)
        self.scopes.append(_scope(self.service, "Artifact", self._artifact_error(artifacts.errors), listed))
        return read

    def _ask(self, version: ModelVersion) -> tuple[Artifact, ...]:
        path = f"{self.base}/model_versions/{version.id}/artifacts"
        rows = [row for page in item_pages(self.client, path, self.query) for row in page]
        if len({text(row, "id") for row in rows} - {None}) != len(rows):
            raise self.client.wording.failure(path, "a row came twice, or has no id", "try again later")
        return tuple(map(artifact, rows))

    def _artifact_error(self, errors: list[SourceError]) -> SourceError | None:
        """Why not all artifacts are known; those of versions that were not listed are not."""
        unlisted = next((scope for scope in self.scopes if scope.kind == "ModelVersion" and not scope.complete), None)
        if unlisted:
            return SourceError(unlisted.reason, unlisted.hint)
        return min(errors, key=lambda error: error.message, default=None)
