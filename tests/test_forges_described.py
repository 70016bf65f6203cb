"""Requests are held to the descriptions that the forges publish (FORGE_DESCRIPTIONS), in every test of forges."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from forges import FORGES, Call, forge_world
from forges.described import FOLDER, Description, problems

PULLS = "/repos/{owner}/{repo}/pulls"
DOCUMENT: dict[str, Any] = {
    "paths": {
        PULLS: {
            "parameters": [{"$ref": "#/components/parameters/owner"}, {"name": "repo", "in": "path"}],
            "get": {"parameters": [{"name": "state", "in": "query", "schema": {"enum": ["open", "closed"]}}]},
            "post": {
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/new"}}}}
            },
        }
    },
    "components": {
        "parameters": {"owner": {"name": "owner", "in": "path"}},
        "schemas": {"new": {"properties": {"title": {"type": "string"}}, "required": ["title"]}},
    },
}


@pytest.mark.parametrize(
    ("call", "problem"),
    [
        (Call("GET", "/repos/o/r/pulls", {"state": "open"}), ""),
        (Call("GET", "/repos/o/r/pulls", {"state": "merged"}), "state may not be merged"),
        (Call("GET", "/repos/o/r/pulls", {"sort": "age"}), "the query has no sort"),
        (Call("GET", "/repos/o/r/pull", {}), "there is no such operation"),
        (Call("PUT", "/repos/o/r/pulls", {}), "there is no such operation"),
        (Call("POST", "/repos/o/r/pulls", {}, {"title": "A"}), ""),
        (Call("POST", "/repos/o/r/pulls", {}, {"title": 7}), "7 is not of type 'string'"),
        (Call("POST", "/repos/o/r/pulls", {}, {}), "'title' is a required property"),
        (Call("POST", "/repos/o/r/pulls", {}, {"title": "A", "text": "B"}), "the body has no text"),
        (Call("GET", "/repos/o/r/pulls", {}, {}), "it takes no body"),
    ],
)
def test_a_description_finds_what_is_wrong(call: Call, problem: str) -> None:
    found = [text.split(": ", 1)[1] for text in Description(DOCUMENT).problems(call)]
    assert found == ([problem] if problem else [])


def test_every_world_is_held_to_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gitea.json").write_text(json.dumps(DOCUMENT), "utf-8")
    monkeypatch.setenv(FOLDER, str(tmp_path))
    with pytest.raises(AssertionError, match="the query has no"), forge_world(tmp_path, "gitea") as world:
        world.adapter().open_pull()


@pytest.mark.skipif(not os.environ.get(FOLDER), reason=f"{FOLDER} names no descriptions of the forges")
@pytest.mark.parametrize("forge", FORGES)
def test_the_descriptions_are_there(forge: str) -> None:
    assert problems(forge, [Call("GET", "/no/such/operation", {})])
