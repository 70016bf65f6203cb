"""A Model Catalog -> its sources and models with their cards."""

from __future__ import annotations

import fnmatch
import functools
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final
from urllib.parse import quote

from rhoai_catalog.config import Service
from rhoai_catalog.entity import LeftOut
from rhoai_catalog.errors import SourceError
from rhoai_catalog.http.client import Client
from rhoai_catalog.http.errors import NotFound
from rhoai_catalog.http.policy import Policy
from rhoai_catalog.http.service import item_pages, open_service
from rhoai_catalog.observe.family import Reading, SourceFacts
from rhoai_catalog.observe.model_catalog.offers import OfferReader
from rhoai_catalog.observe.rows import address, custom_properties, described, text, texts
from rhoai_catalog.observe.side_by_side import side_by_side
from rhoai_catalog.snapshot import CatalogModel, CatalogSource, Scope

BASES: Final = ("/api/model_catalog/v1alpha1", "/api/model_catalog/v1")
POLICY: Final = Policy()
SOURCES: Final = {"pageSize": "1000"}
MOST_FAILURES: Final = 5  # models whose artifacts cannot be listed, after which no further one is asked for
ARTIFACTS: Final = "CatalogArtifact"
AS_GLOB: Final = str.maketrans({"_": "?", "%": "*", "*": "[*]", "?": "[?]", "[": "[[]"})  # globs match in linear time
NOT_IN_2_25: Final = frozenset(["status", "labels", "error", "assetType", "includedModels", "excludedModels"])


def read(source: Service, reading: Reading) -> SourceFacts:
    """Read one catalog, and what the profiles ask for.

    What fails makes its scope incomplete; ConfigError is raised where its token cannot be had.
    """
    token = source.credentials.token()
    try:
        client = open_service(source, reading.traffic, token, reading.policy or POLICY)
    except SourceError as error:
        return SourceFacts(scopes=(_scope(source, "CatalogSource", "", error.message, error.hint),))
    try:
        facts = _CatalogReader(source, client).facts()
        offers = OfferReader(client, source.name, source.key, reading.profiles)
    finally:
        client.close()
    return SourceFacts(
        scopes=(*facts.scopes, *offers.scopes),
        tables={**facts.tables, "mcp_servers": offers.mcp_servers, "agents": offers.agents},
        left_out=(*facts.left_out, *offers.left_out),
    )


def _scope(service: Service, kind: str, namespace: str, reason: str = "", hint: str = "", listed: int = 0) -> Scope:
    return Scope(
        source=service.key, kind=kind, namespace=namespace, complete=not reason, listed=listed, reason=reason, hint=hint
    )


class _CatalogReader:
    def __init__(self, service: Service, client: Client) -> None:
        self.service, self.client = service, client
        self.page = {"pageSize": str(client.policy.page)}
        self.base = BASES[0]
        self.scopes: list[Scope] = []
        self.models: list[CatalogModel] = []
        self.left_out: list[LeftOut] = []

    def facts(self) -> SourceFacts:
        try:
            before = self._sources()
            counts = {
                name: self._models(name) for name, row in sorted(before.items()) if row.get("status") != "disabled"
            }
            self._add_artifacts()
            after = self._sources()
        except SourceError as error:
            self.scopes.append(_scope(self.service, "CatalogSource", "", error.message, error.hint))
            return SourceFacts(scopes=tuple(self.scopes), tables={"catalog_models": tuple(self.models)})
        self.scopes.append(_scope(self.service, "CatalogSource", "", listed=len(before)))
        for name, row in sorted(before.items()):
            reason = (
                "" if row.get("status") == "disabled" else counts[name] or self._doubt(row, after.get(name), before)
            )
            hint = "look at the catalog's sources" if reason else ""
            listed = sum(model.source_id == name for model in self.models)
            self.scopes.append(_scope(self.service, "CatalogModel", name, reason, hint, listed))
        return SourceFacts(
            scopes=tuple(self.scopes),
            tables={
                "catalog_sources": tuple(self._source(name, row) for name, row in sorted(before.items())),
                "catalog_models": tuple(sorted(self.models, key=lambda model: (model.source_id, model.name))),
            },
            left_out=tuple(self.left_out),
        )

    def _sources(self) -> dict[str, Mapping[str, Any]]:
        rows = [row for page in self._pages("/sources", SOURCES) for row in page]
        sources = {identifier: row for row in rows if (identifier := text(row, "id"))}
        if len(sources) != len(rows):
            hint = "look at the catalog's sources"
            raise self.client.wording.failure("/sources", "a row came twice, or has no id", hint)
        return sources

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
        try:
            for page in self._pages("/models", {"source": source, **self.page}):
                for row in page:
                    name = text(row, "name")
                    if (
                        text(row, "source_id", "sourceId") or source
                    ) != source:  # its id holds a comma: a list to the API
                        return "models of another source came"
                    if name is None:
                        self.left_out.append(
                            LeftOut(what=f"a model of {self.service.name}/{source}", reason="it has no name")
                        )
                    elif name in seen:
                        return f"{name[:80]} came twice"
                    else:
                        seen.add(name)
                        self.models.append(self._model(source, name, row))
        except SourceError as error:
            return error.message
        return ""

    # -- artifacts -----------------------------------------------------------------------------------------------

    def _add_artifacts(self) -> None:
        """Ask for the artifacts of every model; where that fails they are not known, and nothing is taken away."""
        names: dict[str, list[str]] = {}
        for model in self.models:
            names.setdefault(model.source_id, []).append(model.name)
        askable = {source: set(_askable(of_source)) for source, of_source in names.items()}
        errors: list[SourceError] = []

        def ask(model: CatalogModel) -> CatalogModel:
            if model.name not in askable[model.source_id]:
                return model
            if len(errors) >= MOST_FAILURES:
                return replace(model, artifact_uris=None)
            try:
                return self._with_artifacts(model)
            except NotFound:  # a catalog of a release that has none
                return model
            except SourceError as error:
                errors.append(error)
                return replace(model, artifact_uris=None)

        self.models = side_by_side(ask, self.models, self.client.policy.connections)
        worst = min(errors, key=lambda error: error.message, default=None)
        reason, hint = (worst.message, worst.hint) if worst else ("", "")
        listed = sum(len(model.artifact_uris or ()) for model in self.models)
        self.scopes.append(_scope(self.service, ARTIFACTS, "", reason, hint, listed))

    def _with_artifacts(self, model: CatalogModel) -> CatalogModel:
        path = f"{self.base}/sources/{quote(model.source_id, safe='')}/models/{quote(model.name, safe='')}/artifacts"
        rows = [row for page in item_pages(self.client, path, self.page) for row in page]
        uris = [uri for row in rows if (uri := address(text(row, "uri")))]
        measured = [custom_properties(row) for row in rows if text(row, "metricsType") == "accuracy-metrics"]
        accuracy = {k: v for row in measured for k, v in row.items() if type(v) in (int, float)}
        return replace(model, artifact_uris=tuple(dict.fromkeys(uris)), accuracy=dict(sorted(accuracy.items())))

    @staticmethod
    def _doubt(row: Mapping[str, Any], after: Mapping[str, Any] | None, rows: Mapping[str, Mapping[str, Any]]) -> str:
        """Why a source may have models that it did not list, or nothing."""
        status = text(row, "status")
        if after is None or text(after, "status") != status:
            return "the source changed while it was read"
        if status == "available":
            return ""
        if status is None:
            old = not any(NOT_IN_2_25 & set(other) for other in rows.values())  # RHOAI 2.25 has no status at all
            return "" if old else "the source is still loading, or the catalog's database is gone"
        return f"the source is {status[:40]}"

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
            **described(row),
        )


def _askable(names: Sequence[str]) -> Iterator[str]:
    """The names that lead to their own model: the API takes `_` and `%` for wildcards, and `/artifacts` for a path."""
    lower = [name.lower() for name in names]

    @functools.cache
    def without(length: int, places: tuple[int, ...]) -> Counter[str]:
        """How often the names of a length are alike but for some places."""
        return Counter(_blanked(name, places) for name in lower if len(name) == length)

    for name, plain in zip(names, lower, strict=True):
        if "%" in plain:
            pattern = re.compile(fnmatch.translate(plain.translate(AS_GLOB)))
            alike = sum(pattern.match(other) is not None for other in lower)
        else:
            places = tuple(place for place, character in enumerate(plain) if character == "_")
            alike = without(len(plain), places)[_blanked(plain, places)]
        if alike == 1 and not name.endswith("/artifacts"):
            yield name


def _blanked(name: str, places: Sequence[int]) -> str:
    characters = list(name)
    for place in places:
        characters[place] = "_"
    return "".join(characters)
