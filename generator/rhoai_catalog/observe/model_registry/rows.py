"""Rows of a Model Registry -> facts. A row without an id or a name is none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rhoai_catalog.number import is_number
from rhoai_catalog.observe.rows import address, custom_properties, described, finite, text
from rhoai_catalog.snapshot import (
    Artifact,
    Experiment,
    ModelVersion,
    RegisteredInferenceService,
    RegisteredModel,
    ServingEnvironment,
)

Row = Mapping[str, Any]


def registered_model(row: Row, registry: str) -> RegisteredModel | None:
    identifier, name = text(row, "id"), text(row, "name")
    if not identifier or not name or not is_number(identifier):
        return None
    return RegisteredModel(
        registry=registry,
        id=identifier,
        name=name,
        owner=text(row, "owner"),
        state=text(row, "state") or "LIVE",
        **described(row),
    )


def model_version(row: Row, registry: str) -> ModelVersion | None:
    identifier, name, model = text(row, "id"), text(row, "name"), text(row, "registeredModelId")
    if not identifier or not name or not model or not is_number(identifier):
        return None
    return ModelVersion(
        registry=registry,
        id=identifier,
        registered_model_id=model,
        name=name,
        description=text(row, "description"),
        author=text(row, "author"),
        created=text(row, "createTimeSinceEpoch"),
        state=text(row, "state") or "LIVE",
        custom_properties=custom_properties(row),
    )


def serving_environment(row: Row, registry: str) -> ServingEnvironment | None:
    identifier, name = text(row, "id"), text(row, "name")
    if not identifier or not name:
        return None
    return ServingEnvironment(registry=registry, id=identifier, name=name, description=text(row, "description"))


def registered_inference_service(row: Row, registry: str) -> RegisteredInferenceService | None:
    identifier, model = text(row, "id"), text(row, "registeredModelId")
    if not identifier or not model:
        return None
    return RegisteredInferenceService(
        registry=registry,
        id=identifier,
        name=text(row, "name"),
        registered_model_id=model,
        model_version_id=text(row, "modelVersionId"),
        serving_environment_id=text(row, "servingEnvironmentId"),
        runtime=text(row, "runtime"),
        desired_state=text(row, "desiredState"),
    )


def experiment(row: Row, registry: str) -> Experiment | None:
    identifier, name = text(row, "id"), text(row, "name")
    if not identifier or not name:
        return None
    return Experiment(
        registry=registry,
        id=identifier,
        name=name,
        description=text(row, "description"),
        owner=text(row, "owner"),
        state=text(row, "state") or "LIVE",
    )


def artifact(row: Row) -> Artifact:
    """An artifact of any type; `value` is that of a metric or a parameter."""
    value = row.get("value")
    return Artifact(
        id=str(row.get("id")),
        artifact_type=text(row, "artifactType") or "model-artifact",
        updated=text(row, "lastUpdateTimeSinceEpoch"),
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
