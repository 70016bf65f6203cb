"""The artifacts of catalog models: where they are stored, and what was measured of them; one request a model.

Hardly any model of a catalog is in use, so only those that something refers to are asked, and with a snapshot from
before only those whose rows have changed since. Which of them are stored where a server's model is, the catalog tells
by itself, if it can be searched.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from urllib.parse import quote

from rhoai_catalog import limits
from rhoai_catalog.errors import SourceError
from rhoai_catalog.http.client import Client
from rhoai_catalog.http.errors import NotFound
from rhoai_catalog.http.service import item_pages
from rhoai_catalog.identity import Identity
from rhoai_catalog.observe.model_catalog.askable import askable_names
from rhoai_catalog.observe.model_catalog.search import Place, filters, stored_at
from rhoai_catalog.observe.rows import address, custom_properties, text
from rhoai_catalog.observe.side_by_side import side_by_side
from rhoai_catalog.snapshot import CardsInUse, CatalogModel, Snapshot


class CatalogArtifacts:
    """Asks models for their artifacts, below `base`, from some threads; `errors` keeps what failed, `unaskable` are the
    models whose names may mean others, `searched` the addresses of which it is known without asking all which models
    are there.
    """

    def __init__(self, client: Client, base: str, before: Snapshot | None) -> None:
        self._client, self._base = client, base
        models = before.catalog_models if before is not None else ()
        self._before = {model.identity: model for model in models if model.artifact_uris or model.accuracy}
        self.errors: list[SourceError] = []
        self.unaskable: list[CatalogModel] = []
        self.searched: tuple[str, ...] = ()
        self._asked: dict[Identity, CatalogModel] = {}

    def of(self, models: Sequence[CatalogModel], in_use: CardsInUse | None) -> list[CatalogModel]:
        """The models with their artifacts, where they are in use (None: all are); else, or where they cannot be listed,
        they are not known.
        """
        askable = _all_askable(models)

        def ask(model: CatalogModel) -> CatalogModel:
            if model.identity not in wanted:
                return self._asked.get(model.identity, model)
            return self._known(model) if _place(model) in askable else replace(model, artifact_uris=())

        uris = in_use.stored.get(models[0].identity.source, ()) if in_use and models else ()
        named = {m.identity for m in models if in_use is None or m.identity in in_use.named}
        found = self._search(models, named, uris, askable) if uris else frozenset()
        wanted = named | {model.identity for model in models if found is None or _place(model) in found}
        self.unaskable = [m for m in models if m.identity in wanted and _place(m) not in askable]
        read = side_by_side(ask, models, self._client.policy.connections)
        if found and not any(model.artifact_uris is None for model in read if _place(model) in found):
            self.searched = tuple(uris)
        return read

    def _search(
        self,
        models: Sequence[CatalogModel],
        named: Collection[Identity],
        uris: Sequence[str],
        askable: Collection[Place],
    ) -> frozenset[Place] | None:
        """The models that may be at the addresses; None where asking all is less, or all that is left."""
        if len(models) - len(named) <= 1 + sum(1 for _ in filters(uris, "")):
            return None
        likely = [model for model in models if _place(model) in askable]
        for model in sorted(likely, key=lambda model: model.identity not in named)[: limits.TRIED_SEARCHES]:
            known = self._asked[model.identity] = self._known(model)
            if known.artifact_uris:
                place = (_place(model), known.artifact_uris[0])
                return stored_at(self._client, f"{self._base}/models", uris, place)
        return None

    def _known(self, model: CatalogModel) -> CatalogModel:
        """A model as it is since it was asked, now or before that."""
        if model.identity in self._asked:
            return self._asked[model.identity]
        before = self._before.get(model.identity)
        return before if before is not None and model.updated and _row(before) == model else self._one(model)

    def _one(self, model: CatalogModel) -> CatalogModel:
        if len(self.errors) >= limits.FAILED_LISTINGS:
            return model
        try:
            return self._with_artifacts(model)
        except NotFound:  # a catalog of a release that has none
            return replace(model, artifact_uris=())
        except SourceError as error:
            self.errors.append(error)
            return model

    def _with_artifacts(self, model: CatalogModel) -> CatalogModel:
        path = f"{self._base}/sources/{quote(model.source_id, safe='')}/models/{quote(model.name, safe='')}/artifacts"
        query = {"pageSize": str(self._client.policy.page)}
        rows = [row for page in item_pages(self._client, path, query) for row in page]
        uris = [uri for row in rows if (uri := address(text(row, "uri")))]
        return replace(model, artifact_uris=tuple(dict.fromkeys(uris)), accuracy=_accuracy(rows))


def _row(model: CatalogModel) -> CatalogModel:
    """A model as the list of models has it."""
    return replace(model, artifact_uris=None, accuracy={})


def _place(model: CatalogModel) -> Place:
    return model.source_id, model.name


def _all_askable(models: Iterable[CatalogModel]) -> frozenset[Place]:
    """The models of all sources that can be asked by their names."""
    names: dict[str, list[str]] = {}
    for model in models:
        names.setdefault(model.source_id, []).append(model.name)
    return frozenset((source, name) for source, of_source in names.items() for name in askable_names(of_source))


def _accuracy(rows: Iterable[Mapping[str, object]]) -> dict[str, float]:
    measured = [custom_properties(row) for row in rows if text(row, "metricsType") == "accuracy-metrics"]
    return dict(sorted((k, v) for row in measured for k, v in row.items() if type(v) in (int, float)))
