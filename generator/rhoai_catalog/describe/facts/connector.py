"""What people write on a server for the connector of RHDH 2.1, and what of it no entity can have."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from rhoai_catalog import limits
from rhoai_catalog.backstage import EntityRef, is_name, is_namespace, web_url
from rhoai_catalog.describe.facts.declared import declared
from rhoai_catalog.describe.facts.stated import Stated
from rhoai_catalog.kinds import API
from rhoai_catalog.snapshot import Fact, InferenceService, Unknown
from rhoai_catalog.text.credentials import without_credentials
from rhoai_catalog.text.prose import line

MODEL: Final = "rhdh.io/model-"  # and whatever tells one of several from the others
LONGEST_WORD: Final = 63  # characters of what people filter by
ODD: Final = "has a character that no name has"
API_TYPES: Final = ("openapi", "asyncapi", "graphql", "grpc")
REPOSITORY: Final = re.compile(  # a folder, as forges write its address
    r"https?://(?:[^?#]+/tree/[^?#]+|[^?#]+/src/(?:branch|tag|commit)/[^?#]+|bitbucket\.org/[^?#]+/src/[^?#]+"
    r"|(?:github|gitlab)\.com/[^/?#]+/[^/?#]+/?)"
)


def as_stated(server: InferenceService) -> InferenceService:
    """The server with the models that people name, as they write them, where they do."""
    stated, _ = _models(server)
    default = declared(server, "default")
    if not stated and default is not None and not _observed(server) and default.text.isprintable():
        stated = (default,)  # nothing else is known
    if not stated:
        return server
    names = tuple(model.text for model in stated)
    origin = f"{server.kind} annotations {', '.join(model.origin.rpartition(' ')[2] for model in stated)}"
    further = tuple(name for name in server.further_model_names if name not in names)
    return replace(server, served_model_names=Fact(names, origin), further_model_names=further)


def default_first(server: InferenceService) -> InferenceService:
    """The server with the model that people call its default before all others: what an example asks for."""
    names, default = _observed(server), _default(server)
    if default is None or default == names[0]:
        return server
    sorted_names = (default, *(name for name in names if name != default))
    return replace(server, served_model_names=replace(server.served_model_names, value=sorted_names))


def kept_api(server: InferenceService) -> tuple[EntityRef, str] | None:
    """The reference to the API that people keep for a server, and where it is stated."""
    stated = declared(server, "api-entity-ref")
    ref = EntityRef.parse(stated.text, API.kind.lower()) if stated is not None else None
    sound = ref is not None and ref.kind == API.kind.lower() and is_name(ref.name) and is_namespace(ref.namespace)
    return (ref, stated.origin) if stated is not None and ref is not None and sound else None


def api_type(server: InferenceService) -> Stated | None:
    """What people call the API of a server: one of API_TYPES."""
    stated = declared(server, "api-type", "apitype")
    kind = stated.text.lower() if stated is not None else ""
    return Stated(kind, stated.origin) if stated is not None and kind in API_TYPES else None


def documentation(server: InferenceService) -> Stated | None:
    """The folder of a repository in which people keep the documentation of a server; TechDocs reads nothing else."""
    stated = declared(server, "techdocs")
    url = web_url(without_credentials(stated.text)) if stated is not None else None
    return Stated(url, stated.origin) if stated is not None and url and REPOSITORY.fullmatch(url) else None


def card(server: InferenceService) -> tuple[str, str] | None:
    """The source and the name of the catalog model that people say a server serves."""
    source, model = declared(server, "catalog-source"), declared(server, "catalog-model")
    return (source.text, model.text) if source is not None and model is not None else None


def refused(server: InferenceService) -> Iterator[str]:
    """What cannot be used, or is doubtful: where it stands, and why; not the value, which may be a secret."""
    stated, unfit = _models(server)
    yield from unfit
    known = {*_observed(server), *server.further_model_names}
    for model in stated if known else ():
        if model.text not in known:
            yield f"{model.origin} is shown, but what the server is started with does not name this model"
    default = declared(server, "default")
    if default is not None and not default.text.isprintable():
        yield f"{default.origin} {ODD}"
    elif default is not None and _default(as_stated(server)) is None:
        yield f"{default.origin} is none of the models that the server serves"
    ref, kind = declared(server, "api-entity-ref"), declared(server, "api-type", "apitype")
    if ref is not None and kept_api(server) is None:
        yield f"{ref.origin} is no reference to an API, such as api:default/name"
    if kind is not None and api_type(server) is None:
        yield f"{kind.origin} is none of {', '.join(API_TYPES)}"
    for short in (declared(server, "serverType", "servertype"), declared(server, "lifecycle")):
        if short is not None and len(line(short.text)) > LONGEST_WORD:
            yield f"{short.origin} is longer than {LONGEST_WORD} characters, and cut"
    for one, other in (("catalog-source", "catalog-model"), ("catalog-model", "catalog-source")):
        half = declared(server, one)
        if half is not None and declared(server, other) is None:
            yield f"{half.origin} means nothing without rhdh.io/{other}"


def _observed(server: InferenceService) -> tuple[str, ...]:
    names = server.served_model_names.value
    return () if isinstance(names, Unknown) else names


def _models(server: InferenceService) -> tuple[Sequence[Stated], Sequence[str]]:
    """The models that people name, as their annotations sort, and why others are left out."""
    models: dict[str, Stated] = {}
    unfit: list[str] = []
    keys = sorted(key for key in server.annotations if key.startswith(MODEL))
    for key in keys:
        origin, name = f"{server.kind} annotation {key}", server.annotations[key].strip()
        same = models.get(name.lower())
        if not line(name):
            unfit.append(f"{origin} names nothing")
        elif not name.isprintable():
            unfit.append(f"{origin} {ODD}")
        elif same is not None and same.text != name:
            unfit.append(f"{origin} differs from another by case only, which the search of the Hub cannot hold")
        elif same is None and len(models) < limits.SERVED_NAMES:
            models[name.lower()] = Stated(name, origin)
    more = len(keys) - len(unfit) - len(models)
    if len(models) == limits.SERVED_NAMES and more:
        unfit.append(
            f"{server.kind} annotations {MODEL}* name {more} more than the {limits.SERVED_NAMES} that are shown"
        )
    return tuple(models.values()), unfit


def _default(server: InferenceService) -> str | None:
    """The name that people call the default, among those that the server serves; it may be spelled as the connector
    shows it.
    """
    stated, names = declared(server, "default"), _observed(server)
    if stated is None:
        return None
    alike = (name for name in names if _dashed(name) == _dashed(stated.text))
    return stated.text if stated.text in names else next(alike, None)


def _dashed(name: str) -> str:
    return re.sub(r"[^a-z0-9-]", "-", name.lower())
