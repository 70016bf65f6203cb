"""What was observed: frozen plain data in the words of KServe, the Model Registry and the Model Catalog.

A snapshot holds facts, never raw objects: no arguments, environment values or credentials reach it. A fact that
this run could not know is `UNKNOWN`, which is not the same as a fact that is absent (`None`).
"""

from rhoai_catalog.snapshot.facts import (
    DISCOVERY,
    UNKNOWN,
    ApiKey,
    Fact,
    InferenceGraph,
    InferenceService,
    Namespace,
    RegistryLink,
    Scope,
    Snapshot,
    Source,
    Unknown,
    issuer_of,
)
from rhoai_catalog.snapshot.files import read_snapshots, write_snapshot
from rhoai_catalog.snapshot.models import (
    Agent,
    Artifact,
    CardsInUse,
    CatalogModel,
    CatalogSearch,
    CatalogSource,
    Experiment,
    LooseArtifact,
    McpServer,
    McpTool,
    ModelVersion,
    Offer,
    RegisteredInferenceService,
    RegisteredModel,
    ServingEnvironment,
)
from rhoai_catalog.snapshot.sources import covering, merged
from rhoai_catalog.snapshot.text import from_json, to_json

__all__ = [
    "DISCOVERY",
    "UNKNOWN",
    "Agent",
    "ApiKey",
    "Artifact",
    "CardsInUse",
    "CatalogModel",
    "CatalogSearch",
    "CatalogSource",
    "Experiment",
    "Fact",
    "InferenceGraph",
    "InferenceService",
    "LooseArtifact",
    "McpServer",
    "McpTool",
    "ModelVersion",
    "Namespace",
    "Offer",
    "RegisteredInferenceService",
    "RegisteredModel",
    "RegistryLink",
    "Scope",
    "ServingEnvironment",
    "Snapshot",
    "Source",
    "Unknown",
    "covering",
    "from_json",
    "issuer_of",
    "merged",
    "read_snapshots",
    "to_json",
    "write_snapshot",
]
