"""A Model Registry and a Model Catalog in memory: they answer what the program asks as the real servers do."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import unquote

from rhoai_catalog.demo.loopback import Answer, Request

Row = Mapping[str, Any]

REGISTRY: Final = "/api/model_registry/v1alpha3"
CATALOG: Final = "/api/model_catalog/v1alpha1"


def registry_api(
    registered_models: Sequence[Row],
    model_versions: Sequence[Row],
    artifacts: Mapping[str, Sequence[Row]],
    *,
    loose_artifacts: Sequence[Row] = (),
    serving_environments: Sequence[Row] = (),
    inference_services: Sequence[Row] = (),
    experiments: Sequence[Row] = (),
    token: str | None = None,
) -> Callable[[Request], Answer]:
    """A registry of rows as its API spells them; `artifacts` are by the id of their version, `loose_artifacts` are of
    none.
    """
    everything = {row["id"]: row for rows in (loose_artifacts, *artifacts.values()) for row in rows}
    tables = {
        "/registered_models": registered_models,
        "/model_versions": model_versions,
        "/artifacts": tuple(everything.values()),
        "/serving_environments": serving_environments,
        "/inference_services": inference_services,
        "/experiments": experiments,
    }

    def answer(request: Request) -> Answer:
        path = request.path.removeprefix(REGISTRY)
        version = re.fullmatch(r"/model_versions/([^/]+)/artifacts", path)
        if version and not version[1].isdecimal():
            return _error("not a number: bad request")
        rows = artifacts.get(version[1], ()) if version else tables.get(path)
        if rows is None or not request.path.startswith(REGISTRY):
            return Answer("404 page not found\n", 404)
        ordered = sorted(rows, key=lambda row: int(row["id"]))
        return _page(request, ordered, lambda row: f"{row['id']}:{row['id']}", smallest=None)

    return _guarded(answer, token)


def catalog_api(
    sources: Sequence[Row],
    models: Sequence[Row],
    artifacts: Mapping[str, Sequence[Row]] | None = None,
    *,
    mcp_servers: Sequence[Row] | None = None,
    agents: Sequence[Row] | None = None,
    token: str | None = None,
) -> Callable[[Request], Answer]:
    """A catalog of rows as its API spells them; `source_id` says whose a model is, `artifacts` are by its name.

    Without `mcp_servers` or `agents` it is of a release that has none.
    """
    numbered = [{"id": str(number), **model} for number, model in enumerate(models, 1)]
    numbered.sort(key=lambda row: int(row["id"]))

    def answer(request: Request) -> Answer:
        if request.path == f"{CATALOG}/sources":
            asset = request.query.get("assetType", "models")
            rows = [row for row in sources if row.get("assetType", "models") == asset]
            return _page(request, sorted(rows, key=lambda row: str(row["id"])), lambda row: f":{row['id']}", smallest=1)
        if request.path == f"{CATALOG}/models":
            wanted = request.query.get("source", "").split(",")
            rows = [row for row in numbered if wanted == [""] or row["source_id"] in wanted]
            if "filterQuery" in request.query:
                patterns = re.findall(r"artifacts\.uri LIKE '([^']*)'", request.query["filterQuery"])
                rows = [row for row in rows if _is_stored((artifacts or {}).get(str(row["name"]), ()), patterns)]
            if request.query.get("orderBy") == "ID":
                return _page(request, rows, lambda row: f"{row['id']}:{row['id']}", smallest=1)
            rows.sort(key=lambda row: str(row["name"]))
            return _page(request, rows, lambda row: f"{row['id']}:{row['name']}", smallest=1)
        if mcp_servers is not None and request.path == "/api/mcp_catalog/v1alpha1/mcp_servers":
            bare = request.query.get("includeTools") != "true"
            servers = [{k: v for k, v in row.items() if k != "tools"} if bare else row for row in mcp_servers]
            return _page(request, servers, lambda row: f":{row['id']}", smallest=1)
        if agents is not None and request.path == "/api/agent_catalog/v1alpha1/agents":
            return _page(request, agents, lambda row: f":{row['id']}", smallest=1)
        single = re.fullmatch(rf"{CATALOG}/sources/([^/]+)/models/([^/]+)/artifacts", request.path)
        if single and any(row["source_id"] == unquote(single[1]) for row in numbered):
            stored = (artifacts or {}).get(unquote(single[2]), ())
            return _page(request, stored, lambda row: f"{row['id']}:{row['id']}", smallest=1)
        return Answer("404 page not found\n", 404)

    return _guarded(answer, token)


def _is_stored(artifacts: Sequence[Row], patterns: Sequence[str]) -> bool:
    """Whether one of the artifacts is at an address like one of these."""
    globs = [re.escape(pattern).replace("%", ".*").replace("_", ".") for pattern in patterns]
    uris = [str(row.get("uri", "")) for row in artifacts]
    return any(re.fullmatch(glob, uri, re.DOTALL) for glob in globs for uri in uris)


def _guarded(answer: Callable[[Request], Answer], token: str | None) -> Callable[[Request], Answer]:
    def guarded(request: Request) -> Answer:
        if token is not None and request.headers.get("authorization") != f"Bearer {token}":
            return Answer("Unauthorized\n", 401)
        return answer(request) if request.method == "GET" else Answer(b"", 405)

    return guarded


def _page(request: Request, rows: Sequence[Row], cursor: Callable[[Row], str], *, smallest: int | None) -> Answer:
    """One page. The catalog's default is 10 and its `smallest` 1; the registry gives everything for 0 and below."""
    asked = request.query.get("pageSize") or ("10" if smallest else "0")
    if not re.fullmatch(r"-?\d{1,9}", asked, re.ASCII) or (smallest and int(asked) < smallest):
        return _error("invalid pageSize")
    size, token = int(asked), request.query.get("nextPageToken", "")
    start = 0
    if token:
        try:
            last = base64.b64decode(token, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return _error("invalid nextPageToken")
        start = next((number for number, row in enumerate(rows, 1) if cursor(row) == last), len(rows))
    page = rows[start : start + size] if size > 0 else rows[start:]
    more = bool(page) and start + len(page) < len(rows)
    following = base64.b64encode(cursor(page[-1]).encode()).decode() if more else ""
    return Answer({"items": list(page), "nextPageToken": following, "pageSize": size, "size": len(page)})


def _error(message: str) -> Answer:
    return Answer({"code": "Bad Request", "message": message}, 400)
