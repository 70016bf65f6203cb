"""The families of sources, one row each: what a cluster, a registry and a model catalog are to the rest of the program.

A further family is a row here, a folder below `observe/` and its keys in schemas/generator.schema.json.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from rhoai_catalog.identity import Identity

KSERVE: Final = "kserve"
MODEL_REGISTRY: Final = "model-registry"
MODEL_CATALOG: Final = "model-catalog"


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """One family; `name` is the first part of its identities.

    `key` is its table in generator.yaml, `column` the field by which rows of a snapshot name their source, `folder` the
    folder below observe/ whose `read` and `check` look at such a source. `proofs` are the kinds that must be listed
    completely before it is known what a source holds. `kind` is what its things are of, where their identities do not
    say it; `by_namespace`: they do, after the namespace, which then is what must be listed. `offers` says that a source
    holds what it offers, each kind listed by itself, and that identities begin with the part of the source that has it;
    `discovers` that other sources are found in it. `component` is how the platform labels a Service of the family, by
    which it is found; `labelled` says that labels of model servers name such a source.
    """

    name: str
    key: str
    column: str
    folder: str
    proofs: tuple[str, ...]
    kind: str = ""
    by_namespace: bool = False
    offers: bool = False
    discovers: bool = False
    component: str = ""
    labelled: bool = False

    def kind_of(self, identity: Identity, offered: str) -> str:
        """The kind that a thing was listed as; `offered` is what its entity shows of what a source offers."""
        if self.by_namespace:
            return identity.parts[1] if len(identity.parts) > 1 else ""
        return offered if self.offers else self.kind

    def proof(self, identity: Identity, kind: str) -> tuple[tuple[str, str | None], ...]:
        """What must be listed completely, so that a thing that was not seen is gone: kinds, and in which namespace."""
        if self.by_namespace or self.offers:
            return ((kind, next(iter(identity.parts), "")),)
        return tuple((proof, None) for proof in self.proofs)


FAMILIES: Final = {
    family.name: family
    for family in (
        Family(
            name=KSERVE,
            key="clusters",
            column="cluster",
            folder="kserve",
            proofs=("InferenceService", "LLMInferenceService"),
            by_namespace=True,
            discovers=True,
        ),
        Family(
            name=MODEL_REGISTRY,
            key="modelRegistries",
            column="registry",
            folder="model_registry",
            proofs=("RegisteredModel", "ModelVersion"),
            kind="ModelVersion",
            component="model-registry",
            labelled=True,
        ),
        Family(
            name=MODEL_CATALOG,
            key="modelCatalogs",
            column="catalog",
            folder="model_catalog",
            proofs=("CatalogSource",),
            offers=True,
            component="model-catalog",
        ),
    )
}
