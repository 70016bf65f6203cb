"""How a request carries what its server asks for: in OpenAPI, in words, and in examples for the shell and Python."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from rhoai_catalog.snapshot import ApiKey

TOKEN: Final = "TOKEN"
API_KEY: Final = "API_KEY"
AUTHORIZATION: Final = "Authorization"
BEARER: Final = "Bearer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """A token or key, which examples have in the environment. `shown` is what people read of it; `name` and `scheme`
    are a security scheme of OpenAPI, `swagger` the one of version 2. `curl` is an option, `query` what follows its
    address, in the shell's quotes; `client` and `post` are arguments for `openai` and `requests`; `metadata` is a
    header of gRPC, which has no other place.
    """

    shown: str
    name: str
    scheme: Mapping[str, Any]
    swagger: Mapping[str, Any]
    curl: str = ""
    query: str = ""
    client: str
    post: str
    metadata: str = ""


def credential(key: ApiKey | None = None, variable: str = TOKEN) -> Credential:
    """What a `variable` holds, at the place where the gateway looks for it; without one, where most servers do."""
    if key is None:
        return _header(variable, AUTHORIZATION, BEARER)
    return PLACES[key.place](key, variable)


def _header(variable: str, header: str, prefix: str) -> Credential:
    bearer = header.lower() == AUTHORIZATION.lower() and prefix == BEARER
    written = f"{header}: {f'{prefix} ' if prefix else ''}${variable}"
    value = f"f\"{prefix} {{os.environ['{variable}']}}\"" if prefix else _variable(variable)
    swagger = {"type": "apiKey", "in": "header", "name": header}
    headers = f'headers={{"{header}": {value}}}'
    return Credential(
        shown=f"`{written}`",
        name="bearer" if bearer else "apiKey",
        scheme={"type": "http", "scheme": "bearer"} if bearer else swagger,
        swagger=swagger,
        curl=f'-H "{written}"',
        client=f"api_key={_variable(variable)}" if bearer else f'api_key="none", default_{headers}',
        post=headers,
        metadata=f'-H "{written}"',
    )


def _in_header(key: ApiKey, variable: str) -> Credential:
    return _header(variable, key.name, key.prefix)


def _in_query(key: ApiKey, variable: str) -> Credential:
    scheme = {"type": "apiKey", "in": "query", "name": key.name}
    parameters = f'{{"{key.name}": {_variable(variable)}}}'
    return Credential(
        shown=f"`?{key.name}=${variable}`",
        name="apiKey",
        scheme=scheme,
        swagger=scheme,
        query=f'"?{key.name}=${variable}"',
        client=f'api_key="none", default_query={parameters}',
        post=f"params={parameters}",
    )


def _in_cookie(key: ApiKey, variable: str) -> Credential:
    written, value = f"{key.name}=${variable}", f"f\"{key.name}={{os.environ['{variable}']}}\""
    return Credential(
        shown=f"`Cookie: {written}`",
        name="apiKey",
        scheme={"type": "apiKey", "in": "cookie", "name": key.name},
        swagger={"type": "apiKey", "in": "header", "name": "Cookie"},
        curl=f'-b "{written}"',
        client=f'api_key="none", default_headers={{"Cookie": {value}}}',
        post=f'cookies={{"{key.name}": {_variable(variable)}}}',
        metadata=f'-H "Cookie: {written}"',
    )


def _variable(name: str) -> str:
    return f'os.environ["{name}"]'


PLACES: Final[Mapping[str, Callable[[ApiKey, str], Credential]]] = {
    "header": _in_header,
    "query": _in_query,
    "cookie": _in_cookie,
}


def secured(document: Mapping[str, Any], needed: Credential, description: str) -> dict[str, Any]:
    """An OpenAPI 3 document whose every request needs a token or a key, of whatever kind."""
    schemes = {needed.name: {**needed.scheme, "description": description}}
    components = {**(document.get("components") or {}), "securitySchemes": schemes}
    return {**document, "security": [{needed.name: []}], "components": components}


def secured_swagger(document: Mapping[str, Any], needed: Credential, description: str) -> dict[str, Any]:
    """As `secured`, for version 2.0."""
    schemes = {needed.name: {**needed.swagger, "description": description}}
    return {**document, "securityDefinitions": schemes, "security": [{needed.name: []}]}
