"""API definitions that people declared, or that a server gave: parsed, checked, completed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple
from urllib.parse import unquote, urlsplit

from rhoai_catalog import documents, limits
from rhoai_catalog.describe.definitions.definition import Definition
from rhoai_catalog.describe.definitions.security import Credential, credential, secured, secured_swagger
from rhoai_catalog.describe.definitions.tokens import scheme
from rhoai_catalog.errors import DocumentError
from rhoai_catalog.pointer import unescape
from rhoai_catalog.text.prose import without_invisible

PROTO: Final = re.compile(r"^[ \t]*syntax\s*=\s*[\"']proto[23][\"']", re.MULTILINE)
GRAPHQL: Final = re.compile(
    r"(?:\s|\ufeff|,|#.*|\"{3}[\s\S]*?\"{3}|\"[^\"\n]*\")*+"
    r"(?:extend\s+)?(?:type|schema|interface|union|enum|input|scalar|directive)\b(?!\s*:)"
)
LANGUAGES: Final = ("grpc", "graphql")  # types of definitions that are no YAML or JSON
EXAMPLES: Final = ("example", "default", "const", "enum")  # may hold anything, in which `$ref` means nothing
ELSEWHERE: Final = "it refers to another document"  # which the browser of every visitor would fetch
OPENAPI_VERSION: Final = re.compile(r"3\.[0-9]+(?:\.[0-9]+)?(?:-.*)?|2\.0")


class _Needed(NamedTuple):
    """What a request needs: in words (none where it needs nothing), whose it is, and how it is carried."""

    words: str
    token: str
    carried: Credential


def declared_definition(
    text: str,
    *,
    servers: Sequence[str],
    needed: str = "",
    token: str = "",
    carried: Credential | None = None,
    kind: str = "",
    longest: int = limits.DECLARED_DEFINITION,
) -> tuple[Definition | None, str]:
    """A definition as its authors wrote it, with address and token filled in where it says nothing; else why not.

    `needed` says how to get the token that it takes, empty where it takes none; `token` is whose it is, `carried` how a
    request has it. `kind` is what they call it; it decides only where the text does not.
    """
    if len(text) > longest:
        return None, f"it is longer than {longest} characters"
    document, problem = None, "it is no mapping"
    try:
        document = documents.parse(text)
    except DocumentError as error:
        problem = f"it is no JSON or YAML: {error.message}"
    keys = document.keys() if isinstance(document, Mapping) else ()
    if not any(key in keys for key in ("openapi", "swagger", "asyncapi")) and (language := _language(text)):
        return Definition(type=language, text=without_invisible(text)), ""
    if not isinstance(document, Mapping) and kind in LANGUAGES and text.strip():
        return Definition(type=kind, text=without_invisible(text)), ""
    try:
        return _described(_visible(document), problem, servers, _Needed(needed, token, carried or credential()))
    except RecursionError:
        return None, "it is nested too deeply"


def _visible(value: Any) -> Any:
    """A document whose texts, at any depth, have no characters that hide, reorder or break them."""
    if isinstance(value, str):
        return without_invisible(value)
    if isinstance(value, Mapping):
        return {_visible(key): _visible(inner) for key, inner in value.items()}
    return [_visible(inner) for inner in value] if isinstance(value, list) else value


def _language(text: str) -> str:
    """Which of LANGUAGES a text is written in, if it shows."""
    if PROTO.search(text):
        return "grpc"
    return "graphql" if GRAPHQL.match(text) else ""


def _described(document: Any, problem: str, servers: Sequence[str], needed: _Needed) -> tuple[Definition | None, str]:
    if not isinstance(document, Mapping):
        return None, problem
    if isinstance(document.get("asyncapi"), str):
        if any(not ref.startswith("#") for ref, _ in _references(document)):
            return None, ELSEWHERE
        return Definition(type="asyncapi", text=documents.dump(document, start=False, compact=True)), ""
    if unsound := next(_problems(document), None):
        return None, unsound
    given = document.get("info")
    info = {"title": "Model server", "version": "1", **(given if isinstance(given, Mapping) else {})}
    complete = _completed if "openapi" in document else _completed_swagger
    completed = complete({**document, "info": info}, servers, needed)
    return Definition(type="openapi", text=documents.dump(completed, start=False, compact=True)), ""


def _problems(document: Mapping[str, Any]) -> Iterator[str]:
    """Why an OpenAPI document cannot be shown."""
    version, paths = document.get("openapi", document.get("swagger")), document.get("paths")
    if isinstance(version, float):
        yield f"its version is the number {version}; put it in quotes"
        return
    if not isinstance(version, str) or not isinstance(paths, Mapping):
        yield "it has no `openapi` and `paths`"
        return
    if not OPENAPI_VERSION.fullmatch(version):
        yield f"{version[:40]!r} is no version of OpenAPI; 3.0.3 is"
    for path, item in paths.items():
        if not str(path).startswith(("/", "x-")) or not isinstance(item, Mapping):
            yield f"{str(path)[:80]!r} is no path with its operations"
    for ref, within_value in _references(document):
        if not ref.startswith("#"):
            yield ELSEWHERE
        elif ref.startswith("#/") and not within_value and not _leads(document, ref):
            yield f"{ref[:80]!r} leads nowhere"


def _references(value: Any, within_value: bool = False) -> Iterator[tuple[str, bool]]:
    """Every `$ref` and `externalValue`, and whether it stands in what may be an example, or is one."""
    if isinstance(value, Mapping):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"], within_value
        if isinstance(value.get("externalValue"), str):  # of an example, which may be called anything
            yield value["externalValue"], True
        for key, inner in value.items():
            yield from _references(inner, within_value or key in EXAMPLES)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner, within_value)


def _leads(document: Any, ref: str) -> bool:
    for part in ref.removeprefix("#/").split("/"):
        name = unescape(unquote(part))
        if isinstance(document, list) and re.fullmatch(r"0|[1-9][0-9]{0,8}", name) and int(name) < len(document):
            document = document[int(name)]
        elif isinstance(document, Mapping) and name in document:
            document = document[name]
        else:
            return False
    return True


def _completed(document: dict[str, Any], servers: Sequence[str], needed: _Needed) -> dict[str, Any]:
    """Where the document leaves open where the server is and whether it needs a token, the server's facts tell."""
    listed = document.get("servers")
    rows = [row for row in listed if isinstance(row, Mapping)] if isinstance(listed, list) else []
    placed = [(row, str(row.get("url", "/"))) for row in rows or [{}]]
    if servers and all(path.startswith("/") for _, path in placed):  # below the host that shows the definition
        rows = [{**row, "url": url.rstrip("/") + path.rstrip("/")} for url in servers for row, path in placed]
        document = {**document, "servers": rows}
    components = document.get("components") or {}
    silent = isinstance(components, Mapping) and not components.get("securitySchemes") and not document.get("security")
    if needed.words and silent:
        info = document["info"]
        description = f"{info.get('description') or ''}\n\n{needed.words}".strip()
        document = {**document, "info": {**info, "description": description}}
        document = secured(document, needed.carried, scheme(needed.token))
    return document


def _completed_swagger(document: dict[str, Any], servers: Sequence[str], needed: _Needed) -> dict[str, Any]:
    """As `_completed`, for version 2.0."""
    if servers and not document.get("host"):
        address = urlsplit(servers[0])
        path = f"{address.path.rstrip('/')}/{str(document.get('basePath') or '').strip('/')}".rstrip("/")
        document = {**document, "host": address.netloc, "schemes": [address.scheme]}
        if path:
            document["basePath"] = path
    if needed.words and not document.get("securityDefinitions") and not document.get("security"):
        document = secured_swagger(document, needed.carried, needed.words)
    return document
