"""A Model Catalog -> its sources and models with their cards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from rhoai_catalog.config import Service
from rhoai_catalog.entity import LeftOut
from rhoai_catalog.errors import SourceError
from rhoai_catalog.http.client import Client
from rhoai_catalog.http.errors import NotFound
from rhoai_catalog.http.policy import Policy
from rhoai_catalog.http.service import item_pages, open_service
from rhoai_catalog.observe.family import Reading, SourceFacts
from rhoai_catalog.observe.model_catalog.artifacts import CatalogArtifacts
from rhoai_catalog.observe.model_catalog.offers import OfferReader
from rhoai_catalog.observe.model_catalog.trouble import HINT, shortfall
from rhoai_catalog.observe.rows import described, text, texts
from rhoai_catalog.snapshot import CardsInUse, CatalogModel, CatalogSearch, CatalogSource, Scope, Snapshot

BASES: Final = ("/api/model_catalog/v1alpha1", "/api/model_catalog/v1")
POLICY: Final = Policy()
SOURCES: Final = {"pageSize": "1000"}
ARTIFACTS: Final = "CatalogArtifact"
AMBIGUOUS: Final = (
    "its name may mean another model to the catalog, which takes `_` and `%` for any characters and what ends in "
    "/artifacts for a path"
)


def read(source: Service, reading: Reading) -> SourceFacts:
    """Read one catalog, and what the profiles ask for.

    What fails makes its scope incomplete; ConfigError is raised where its token cannot be had. Artifacts of models are
    left for later where the reading says so.
    """
    token = source.credentials.token()
    try:
        client = open_service(source, reading.traffic, token, reading.policy or POLICY)
    except SourceError as error:
        return SourceFacts(scopes=(_scope(source, "CatalogSource", "", error.message, error.hint),))
    reader = _CatalogReader(source, client, reading.before)
    reader.read_models()
    offers = OfferReader(client, source.name, source.key, reading.profiles, reader.sources_of)

    def rest(in_use: CardsInUse | None) -> SourceFacts:
        try:
            facts = reader.facts(in_use)
        finally:
            client.close()
        return SourceFacts(
            scopes=(*facts.scopes, *offers.scopes),
            tables={**facts.tables, "mcp_servers": offers.mcp_servers, "agents": offers.agents},
            left_out=(*facts.left_out, *offers.left_out),
        )

    if reading.in_turn:
        return SourceFacts(scopes=(), tables={"catalog_models": tuple(reader.models)}, rest=rest)
    return rest(None)


def _scope(service: Service, kind: str, namespace: str, reason: str = "", hint: str = "", listed: int = 0) -> Scope:
    return Scope(
        source=service.key, kind=kind, namespace=namespace, complete=not reason, listed=listed, reason=reason, hint=hint
    )


class _CatalogReader:
    """Reads the models first, then the artifacts of those in use; the sources before and after that."""

    def __init__(self, service: Service, client: Client, before: Snapshot | None) -> None:
        self.service, self.client, self.before = service, client, before
        self.page = {"pageSize": str(client.policy.page)}
        self.base = BASES[0]
        self.scopes: list[Scope] = []
        self.models: list[CatalogModel] = []
        self.left_out: list[LeftOut] = []
        self.sources: dict[str, Mapping[str, Any]] = {}
        self.searched: tuple[CatalogSearch, ...] = ()
        self.unlisted: dict[str, str] = {}  # why the models of a source are not all, if they are not
        self.error: SourceError | None = None

    def read_models(self) -> None:
        self.sources, self.error = self.sources_of()
        for name, row in sorted(self.sources.items()):
            if row.get("status") != "disabled":
                self.unlisted[name] = self._models(name)

    def facts(self, in_use: CardsInUse | None) -> SourceFacts:
        """All of it, with the artifacts of the models in use (None: of all)."""
        after, error = self.sources, self.error
        if self.sources:
            self._add_artifacts(in_use)
            after, error = (after, error) if error else self.sources_of()
        tables = {
            "catalog_sources": tuple(self._source(name, row) for name, row in sorted(self.sources.items())),
            "catalog_models": tuple(sorted(self.models, key=lambda model: (model.source_id, model.name))),
            "catalog_searches": self.searched,
        }
        if error:
            self.scopes.append(_scope(self.service, "CatalogSource", "", error.message, error.hint))
            return SourceFacts(scopes=tuple(self.scopes), tables=tables, left_out=tuple(self.left_out))
        self.scopes.append(_scope(self.service, "CatalogSource", "", listed=len(self.sources)))
        listed = Counter(model.source_id for model in self.models)
        for name, row in sorted(self.sources.items()):
            reason, withholds = shortfall(row, after.get(name), self.sources, self.unlisted.get(name, ""))
            scope = _scope(self.service, "CatalogModel", name, reason, HINT if reason else "", listed[name])
            self.scopes.append(replace(scope, withholds=withholds))
        return SourceFacts(scopes=tuple(self.scopes), tables=tables, left_out=tuple(self.left_out))

    def _add_artifacts(self, in_use: CardsInUse | None) -> None:
        """Where artifacts cannot be listed they are not known, and nothing is taken away."""
        artifacts = CatalogArtifacts(self.client, self.base, self.before)
        self.models = artifacts.of(self.models, in_use)
        if artifacts.searched:
            self.searched = (CatalogSearch(catalog=self.service.name, uris=artifacts.searched),)
        for model in artifacts.unaskable:
            what = f"artifacts of {model.catalog}/{model.source_id}/{model.name}"
            self.left_out.append(LeftOut(what=what, reason=AMBIGUOUS))
        worst = min(artifacts.errors, key=lambda error: error.message, default=None)
        reason, hint = (worst.message, worst.hint) if worst else ("", "")
        listed = sum(len(model.artifact_uris or ()) for model in self.models)
        self.scopes.append(_scope(self.service, ARTIFACTS, "", reason, hint, listed))

    def sources_of(self, asset: str = "") -> tuple[dict[str, Mapping[str, Any]], SourceError | None]:
        """The sources of models, or of another kind of asset, by their ids, and why they are not all."""
        query = {**SOURCES, "assetType": asset} if asset else SOURCES
        sources: dict[str, Mapping[str, Any]] = {}
        odd = False
        try:
            for row in (row for page in self._pages("/sources", query) for row in page):
                identifier = text(row, "id")
                odd = odd or identifier is None or identifier in sources
                sources |= {identifier: row} if identifier else {}
        except SourceError as error:
            return sources, error
        what = f"{self.client.wording.name}: /sources: a row came twice, or has no id"
        return sources, SourceError(what, HINT) if odd else None

    def _pages(self, path: str, query: Mapping[str, str]) -> Iterator[list[Mapping[str, Any]]]:
        try:
            yield from item_pages(self.client, f"{self.base}{path}", query)
        except NotFound:
            if path != "/sources" or self.base != BASES[0] or self.scopes:
                raise
            self.base = BASES[1]
            yield from item_pages(self.client, f"{self.base}{path}", query)

    def _models(self, source: str) -> str:
        """Read the models of a source; returns why they are not all, or nothing."""
        seen: set[str] = set()
        odd = ""
        try:
            for row in (row for page in self._pages("/models", {"source": source, **self.page}) for row in page):
                name = text(row, "name")
                if (text(row, "source_id", "sourceId") or source) != source:  # its id holds a comma: a list to the API
                    odd = "models of another source came"
                elif name is None:
                    what = f"a model of {self.service.name}/{source}"
                    self.left_out.append(LeftOut(what=what, reason="it has no name"))
                elif name in seen:
                    odd = f"{name[:80]} came twice"
                else:
                    seen.add(name)
                    self.models.append(self._model(source, name, row))
        except SourceError as error:
            return error.message
        return odd

    def _source(self, name: str, row: Mapping[str, Any]) -> CatalogSource:
        return CatalogSource(
            catalog=self.service.name,
            id=name,
            name=text(row, "name") or name,
            labels=tuple(sorted(texts(row, "labels"))),
        )

    def _model(self, source: str, name: str, row: Mapping[str, Any]) -> CatalogModel:
        return CatalogModel(
            catalog=self.service.name,
            source_id=source,
            name=name,
            updated=text(row, "lastUpdateTimeSinceEpoch"),
            artifact_uris=None,
            **described(row),
        )
