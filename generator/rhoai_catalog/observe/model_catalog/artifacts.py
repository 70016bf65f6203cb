"""The artifacts of catalog models: where they are stored, and what was measured of them; one request a model.

Hardly any model of a catalog is in use, so only those that something refers to are asked, and with a snapshot from
before only those whose rows have changed since.
"""

from __future__ import annotations

import fnmatch
import functools
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final
from urllib.parse import quote

from rhoai_catalog import limits
from rhoai_catalog.errors import SourceError
from rhoai_catalog.http.client import Client
from rhoai_catalog.http.errors import NotFound
from rhoai_catalog.http.service import item_pages
from rhoai_catalog.identity import Identity
from rhoai_catalog.observe.rows import address, custom_properties, text
from rhoai_catalog.observe.side_by_side import side_by_side
from rhoai_catalog.snapshot import CatalogModel, Snapshot

AS_GLOB: Final = str.maketrans({"_": "?", "%": "*", "*": "[*]", "?": "[?]", "[": "[[]"})  # globs match in linear time


class Artifacts:
    """Asks models for their artifacts, below `base`, from some threads; `errors` keeps what failed."""

    def __init__(self, client: Client, base: str, before: Snapshot | None) -> None:
        self._client, self._base = client, base
        models = before.catalog_models if before is not None else ()
        self._before = {model.identity: model for model in models if model.artifact_uris or model.accuracy}
        self.errors: list[SourceError] = []

    def of(self, models: Sequence[CatalogModel], in_use: Collection[Identity] | None) -> list[CatalogModel]:
        """The models with their artifacts, where they are in use (None: all are); else, or where they cannot be listed,
        they are not known.
        """
        names: dict[str, list[str]] = {}
        for model in models:
            names.setdefault(model.source_id, []).append(model.name)
        askable = {source: set(_askable(of_source)) for source, of_source in names.items()}

        def ask(model: CatalogModel) -> CatalogModel:
            if in_use is not None and model.identity not in in_use:
                return model
            if model.name not in askable[model.source_id]:
                return replace(model, artifact_uris=())
            before = self._before.get(model.identity)
            if before is not None and model.updated and _row(before) == model:
                return before
            return self._one(model)

        return side_by_side(ask, models, self._client.policy.connections)

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


def _accuracy(rows: Iterable[Mapping[str, object]]) -> dict[str, float]:
    measured = [custom_properties(row) for row in rows if text(row, "metricsType") == "accuracy-metrics"]
    return dict(sorted((k, v) for row in measured for k, v in row.items() if type(v) in (int, float)))


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
