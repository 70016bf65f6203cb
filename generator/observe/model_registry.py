"""A Model Registry -> registered models, and their versions with artifacts."""

from __future__ import annotations

import concurrent.futures
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

from generator.backstage import LeftOut
from generator.config import Service
from generator.errors import SourceError
from generator.observe.http import CONNECTIONS, Absent, HttpService
from generator.observe.rows import address, custom_properties, finite, text, texts
from generator.observe.traffic import Traffic
from generator.snapshot import Artifact, ModelVersion, RegisteredModel, Scope

T = TypeVar("T")
KINDS: Final = ("RegisteredModel", "ModelVersion", "Artifact")
MOST_FAILURES: Final = 5  # versions whose artifacts cannot be listed, after which no further one is asked for
BASES: Final = ("/api/model_registry/v1alpha3", "/api/model_registry/v1")
QUERY: Final = {"pageSize": "100", "orderBy": "ID", "sortOrder": "ASC"}  # any other order loses rows between pages


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryFacts:
    """What one registry holds; rows that could not be used are `left_out`."""

    scopes: tuple[Scope, ...]
    registered_models: tuple[RegisteredModel, ...] = ()
    model_versions: tuple[ModelVersion, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


def read_registry(service: Service, traffic: Traffic, *, token: str | None) -> RegistryFacts:
    """Read one registry. What fails makes its scope incomplete; nothing is raised."""
    try:
        http = HttpService(service, traffic, token)
    except SourceError as error:
        return RegistryFacts(scopes=tuple(_scope(service, kind, error) for kind in KINDS))
    try:
        return _Reading(service, http).facts()
    finally:
        http.close()


def _scope(service: Service, kind: str, error: SourceError | None = None, listed: int = 0) -> Scope:
    return Scope(
        source=service.key,
        kind=kind,
        complete=error is None,
        listed=listed,
        reason=error.message if error else "",
        hint=error.hint if error else "",
    )


class _Reading:
    def __init__(self, service: Service, http: HttpService) -> None:
        self.service, self.http = service, http
        self.base = BASES[0]
        self.scopes: list[Scope] = []
        self.left_out: list[LeftOut] = []

    def facts(self) -> RegistryFacts:
        models = self._list("RegisteredModel", "/registered_models", self._model)
        versions = self._list("ModelVersion", "/model_versions", self._version)
        return RegistryFacts(
            registered_models=tuple(sorted(models, key=lambda model: (model.name, model.id))),
            model_versions=tuple(
                sorted(self._with_artifacts(versions), key=lambda v: (v.registered_model_id, v.name, v.id))
            ),
            scopes=tuple(self.scopes),
            left_out=tuple(self.left_out),
        )

    def _list(self, kind: str, path: str, make: Callable[[Mapping[str, Any]], T | None]) -> list[T]:
        """The rows of one kind. Those of a listing that failed may be shown, but prove nothing about the others."""
        rows: list[T] = []
        error: SourceError | None = None
        seen: set[str] = set()
        try:
            for page in self._pages(path):
                for row in page:
                    if (identifier := text(row, "id")) in seen:
                        raise SourceError(f"{self.http.name}: {path}: row {identifier} came twice", "try again later")
                    seen.add(identifier or "")
                    made = make(row)
                    if made is None:
                        self.left_out.append(
                            LeftOut(what=f"{kind} {identifier} of {self.service.name}", reason="it has no name")
                        )
                    else:
                        rows.append(made)
        except SourceError as failure:
            error = failure
        self.scopes.append(_scope(self.service, kind, error, len(rows)))
        return rows

    def _pages(self, path: str) -> Any:
        """The pages of a list, under whichever version of the API the registry has."""
        try:
            yield from self.http.pages(f"{self.base}{path}", QUERY)
        except Absent:
            if self.base != BASES[0]:
                raise
            self.base = BASES[1]
            try:
                yield from self.http.pages(f"{self.base}{path}", QUERY)
            except Absent:
                self.base = BASES[0]
                raise

    def _with_artifacts(self, versions: list[ModelVersion]) -> list[ModelVersion]:
        errors: list[SourceError] = []

        def read(version: ModelVersion) -> ModelVersion:
            if len(errors) >= MOST_FAILURES:
                return replace(version, artifacts=None)
            try:
                path = f"{self.base}/model_versions/{version.id}/artifacts"
                rows = [row for page in self.http.pages(path, QUERY) for row in page]
                if len({text(row, "id") for row in rows} - {None}) != len(rows):
                    raise SourceError(f"{self.http.name}: {path}: a row came twice, or has no id", "try again later")
                return replace(version, artifacts=tuple(map(_artifact, rows)))
            except SourceError as error:
                errors.append(error)
                return replace(version, artifacts=None)

        with concurrent.futures.ThreadPoolExecutor(CONNECTIONS) as pool:
            read_versions = list(pool.map(read, versions))
        listed = sum(len(version.artifacts or ()) for version in read_versions)
        self.scopes.append(_scope(self.service, "Artifact", self._artifact_error(errors), listed))
        return read_versions

    def _artifact_error(self, errors: list[SourceError]) -> SourceError | None:
        """Why not all artifacts are known; those of versions that were not listed are not."""
        unlisted = next((scope for scope in self.scopes if scope.kind == "ModelVersion" and not scope.complete), None)
        if unlisted:
            return SourceError(unlisted.reason, unlisted.hint)
        return min(errors, key=lambda error: error.message, default=None)

    def _model(self, row: Mapping[str, Any]) -> RegisteredModel | None:
        identifier, name = text(row, "id"), text(row, "name")
        if not identifier or not name or not identifier.isdigit():
            return None
        return RegisteredModel(
            registry=self.service.name,
            id=identifier,
            name=name,
            description=text(row, "description"),
            owner=text(row, "owner"),
            state=text(row, "state") or "LIVE",
            readme=text(row, "readme"),
            license=text(row, "license"),
            license_link=text(row, "licenseLink"),
            provider=text(row, "provider"),
            maturity=text(row, "maturity"),
            language=texts(row, "language"),
            tasks=texts(row, "tasks"),
            library_name=text(row, "libraryName"),
            custom_properties=custom_properties(row),
        )

    def _version(self, row: Mapping[str, Any]) -> ModelVersion | None:
        identifier, name, model = text(row, "id"), text(row, "name"), text(row, "registeredModelId")
        if not identifier or not name or not model or not identifier.isdigit():
            return None
        return ModelVersion(
            registry=self.service.name,
            id=identifier,
            registered_model_id=model,
            name=name,
            description=text(row, "description"),
            author=text(row, "author"),
            state=text(row, "state") or "LIVE",
            custom_properties=custom_properties(row),
        )


def _artifact(row: Mapping[str, Any]) -> Artifact:
    value = row.get("value")
    return Artifact(
        id=str(row.get("id")),
        artifact_type=text(row, "artifactType") or "model-artifact",
        name=text(row, "name"),
        description=text(row, "description"),
        uri=address(text(row, "uri")),
        value=value[:1000] if isinstance(value, str) else finite(value),
        model_format_name=text(row, "modelFormatName"),
        model_format_version=text(row, "modelFormatVersion"),
        model_source_kind=text(row, "modelSourceKind"),
        model_source_class=text(row, "modelSourceClass"),
        model_source_group=text(row, "modelSourceGroup"),
        model_source_name=text(row, "modelSourceName"),
        custom_properties=custom_properties(row),
    )
