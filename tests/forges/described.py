"""Requests held to the description that a forge publishes of its API (OpenAPI 2 and 3; GraphQL for GitHub).

FORGE_DESCRIPTIONS names a folder with `github.json`, `github.graphql`, `gitea.json`, `gitlab.json`, as far as one has
them; then every request of every test is looked at. They are not part of this project:

    github.json      npm package @octokit/openapi, generated/api.github.com.json
    github.graphql   npm package @octokit/graphql-schema, schema.graphql (needs graphql-core)
    gitea.json       Go module code.gitea.io/gitea, templates/swagger/v1_json.tmpl
    gitlab.json      GitLab's doc/api/openapi/openapi_v2.yaml, as JSON
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema

from forges.place import Call

FOLDER = "FORGE_DESCRIPTIONS"
METHODS = ("get", "post", "put", "patch", "delete")
# What the published descriptions leave out, and the forges' other documentation has.
UNDESCRIBED = {
    "gitlab": [
        ("POST", r"/projects/[^/]+/merge_requests/\d+/notes"),
        ("GET", r"/projects/[^/]+/merge_trains/merge_requests/\d+"),
        ("GET", r"/projects/[^/]+/merge_requests/\d+/approvals"),
    ],
}
UNDESCRIBED_NAMES = {"gitlab": {"auto_merge", "page", "per_page", "pipeline_id"}, "github": set(), "gitea": set()}


@dataclass(frozen=True)
class Operation:
    parameters: tuple[Mapping[str, Any], ...]
    body: Mapping[str, Any] | None


class Description:
    """One API; `document` is its OpenAPI description, and `below` what its paths begin with besides our own."""

    def __init__(self, document: Mapping[str, Any], below: str = "") -> None:
        self.document = document
        self.paths: list[tuple[re.Pattern[str], Mapping[str, Any]]] = []
        for path, item in sorted(document["paths"].items(), key=lambda entry: entry[0].count("{")):
            short = path.removeprefix(below)
            pattern = re.sub(r"\\\{[^}]*\\\}", lambda match: _segment(match[0]), re.escape(short))
            self.paths.append((re.compile(pattern), item))

    def problems(self, call: Call) -> Iterator[str]:
        operation = self._operation(call)
        what = f"{call.method} {call.path}"
        if operation is None:
            yield f"{what}: there is no such operation"
            return
        names = {row["name"]: row for row in operation.parameters if row.get("in") == "query"}
        for name, value in call.query.items():
            if name not in names:
                yield f"{what}: the query has no {name}"
                continue
            allowed = (names[name].get("schema") or names[name]).get("enum")
            if allowed and value not in allowed:
                yield f"{what}: {name} may not be {value}"
        if call.body is None:
            return
        if operation.body is None:
            yield f"{what}: it takes no body"
            return
        known = set(self._properties(operation.body))
        yield from (f"{what}: the body has no {name}" for name in call.body if known and name not in known)
        schema = {
            **operation.body,
            **{key: self.document[key] for key in ("components", "definitions") if key in self.document},
        }
        for error in jsonschema.Draft202012Validator(schema).iter_errors(call.body):
            yield f"{what}: {error.message}"

    def _operation(self, call: Call) -> Operation | None:
        """The most literal of those that fit."""
        fitting = [item for pattern, item in self.paths if pattern.fullmatch(call.path) and call.method.lower() in item]
        if not fitting:
            return None
        item = fitting[0]
        operation = item[call.method.lower()]
        rows = [self._resolved(row) for row in (*item.get("parameters", ()), *operation.get("parameters", ()))]
        body = next((row["schema"] for row in rows if row.get("in") == "body"), None)
        if request := operation.get("requestBody"):
            body = self._resolved(request)["content"]["application/json"]["schema"]
        form = {row["name"]: {} for row in rows if row.get("in") == "formData"}
        if body is None and form:
            body = {"type": "object", "properties": form}
        return Operation(tuple(rows), body)

    def _properties(self, schema: Mapping[str, Any]) -> Iterator[str]:
        schema = self._resolved(schema)
        yield from schema.get("properties", ())
        for name in ("oneOf", "anyOf", "allOf"):
            for part in schema.get(name, ()):
                yield from self._properties(part)

    def _resolved(self, value: Mapping[str, Any]) -> Mapping[str, Any]:
        while "$ref" in value:
            place: Any = self.document
            for name in value["$ref"].removeprefix("#/").split("/"):
                place = place[name]
            value = place
        return value


def problems(forge: str, calls: list[Call]) -> list[str]:
    """What is wrong with requests by the description of their forge; nothing where one has none."""
    folder = os.environ.get(FOLDER)
    if not folder:
        return []
    return sorted({problem for call in calls for problem in _problems(Path(folder), forge, call)})


def _problems(folder: Path, forge: str, call: Call) -> Iterator[str]:
    if forge == "github":
        call = Call(call.method, call.path.removeprefix("/v3"), call.query, call.body)
    if forge == "github" and call.path == "/graphql":
        yield from _graphql(folder, call)
        return
    if not (folder / f"{forge}.json").is_file():
        return
    if any(call.method == method and re.fullmatch(path, call.path) for method, path in UNDESCRIBED.get(forge, ())):
        return
    for problem in _description(folder, forge).problems(call):
        if problem.rsplit(" ", 1)[1] not in UNDESCRIBED_NAMES[forge]:
            yield problem


@cache
def _description(folder: Path, forge: str) -> Description:
    document = json.loads((folder / f"{forge}.json").read_text("utf-8"))
    return Description(document, "/api/v4" if forge == "gitlab" else "")


def _graphql(folder: Path, call: Call) -> Iterator[str]:
    if not (folder / "github.graphql").is_file():
        return
    import graphql

    document = graphql.parse(call.body["query"])
    yield from (error.message for error in graphql.validate(_schema(folder), document))
    [definition] = document.definitions
    wanted = {variable.variable.name.value for variable in definition.variable_definitions}
    if wanted != {*call.body["variables"]}:
        yield f"variables {sorted(call.body['variables'])} instead of {sorted(wanted)}"


@cache
def _schema(folder: Path) -> Any:
    import graphql

    return graphql.build_schema(
        (folder / "github.graphql").read_text("utf-8"), assume_valid=True, assume_valid_sdl=True
    )


def _segment(name: str) -> str:
    """A parameter is one segment; refs, branches and files may have several."""
    return r".+" if name.strip("\\{}") in ("ref", "branch", "filepath") else r"[^/]+"
