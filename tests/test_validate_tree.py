"""A tree as a whole: what no document shows by itself, where it stands, and what is passed over."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from generator import documents
from generator.errors import ConfigError
from generator.validate import check_paths, problems


def entity(kind: str, name: str, *, annotations: dict[str, str] | None = None, **spec: Any) -> str:
    needed = {
        "Component": {"type": "model-server", "lifecycle": "production", "owner": "risk"},
        "Resource": {"type": "ai-model", "owner": "risk"},
        "API": {"type": "openapi", "lifecycle": "production", "owner": "risk", "definition": "{}"},
    }
    metadata: dict[str, Any] = {"name": name} | ({"annotations": annotations} if annotations else {})
    data = {"apiVersion": "backstage.io/v1alpha1", "kind": kind, "metadata": metadata}
    return documents.dump({**data, "spec": {**needed.get(kind, {}), **spec}})


def told(files: dict[str, str], **options: Any) -> list[tuple[str, int, str]]:
    return [(problem.path, problem.line, problem.rule) for problem in problems(files, root="", **options)]


def test_a_sound_tree_has_no_problem() -> None:
    files = {
        "catalog-info.yaml": entity("Location", "all", targets=["./servers/*/entities.yaml", "models/**/*.y{a,}ml"]),
        "servers/east/entities.yaml": entity(
            "Component",
            "server",
            annotations={"backstage.io/techdocs-ref": "dir:../../models/fraud/v1"},
            dependsOn=["resource:Fraud"],
            providesApis=["server", "api:default/server"],
            consumesApis=["elsewhere"],
            system="elsewhere",
        )
        + entity("API", "server"),
        "models/fraud/entities.yaml": entity("Resource", "fraud", dependsOn=["group:somebody/else"]),
        "models/fraud/v1/docs/index.md": "# Fraud\n",
        "models/fraud/v1/docs/sample.yaml": "not: an entity",
        "models/fraud/v1/mkdocs.yml": "site_name: fraud",
        "generator.yaml": "clusters: []",
        ".base/catalog-info.jsonl": "",
    }
    assert problems(files) == ()


def test_a_reference_is_given_once_whatever_its_case() -> None:
    files = {
        "a.yaml": entity("Resource", "fraud"),
        "b.yaml": entity("Component", "fraud") + entity("Resource", "FRAUD"),
    }
    (problem,) = problems(files)
    assert (problem.path, problem.line, problem.pointer) == ("catalog/b.yaml", 14, "/metadata/name")
    assert "a.yaml" in problem.message


def test_dependencies_and_apis_lead_somewhere() -> None:
    files = {"a.yaml": entity("Component", "a", dependsOn=["resource:gone", "component:a"], providesApis=["gone"])}
    assert told(files) == [("a.yaml", 11, "dangling"), ("a.yaml", 14, "dangling")]
    assert told(files, complete=False) == []


def test_what_a_broken_file_holds_is_not_called_missing() -> None:
    files = {"a.yaml": entity("Component", "a", dependsOn=["resource:b"]), "b.yaml": entity("Resource", "b") + "\tx"}
    assert told(files) == [("b.yaml", 9, "yaml")]


@pytest.mark.parametrize(
    ("spec", "rules"),
    [
        ({"target": "./parts/b.yaml"}, []),
        ({"target": "parts/*.yaml"}, []),
        ({"target": "./**/b.yaml"}, []),
        ({"target": "./parts/?.y[a]ml"}, []),
        ({"target": "https://example.net/x.yaml"}, []),
        ({"target": "/x.yaml"}, []),
        ({"target": "./gone.yaml", "presence": "optional"}, []),
        ({"targets": ["./gone.yaml", "./parts/b.yaml", "./*.json"]}, ["location", "location"]),
        ({"target": "./parts/(+).yaml"}, ["location"]),
        ({"target": "./parts/b.yaml", "type": "file"}, ["location"]),
    ],
)
def test_locations_lead_to_files_of_the_tree(spec: dict[str, Any], rules: list[str]) -> None:
    files = {"catalog-info.yaml": entity("Location", "all", **spec), "parts/b.yaml": entity("Resource", "b")}
    assert [problem.rule for problem in problems(files)] == rules


@pytest.mark.parametrize(
    ("annotations", "files", "count"),
    [
        ({"backstage.io/techdocs-ref": "dir:."}, {"x/docs/index.md": ""}, 0),
        ({"backstage.io/techdocs-ref": "dir:."}, {"x/README.md": ""}, 0),
        ({"backstage.io/techdocs-ref": "dir:."}, {"x/mkdocs.yml": "docs_dir: pages"}, 0),
        ({"backstage.io/techdocs-ref": "dir:../y"}, {"y/docs/index.md": ""}, 0),
        ({"backstage.io/techdocs-ref": "dir:/y"}, {}, 0),
        ({"backstage.io/techdocs-ref": "url:https://example.net/docs"}, {}, 0),
        ({"backstage.io/techdocs-ref": "dir:."}, {"docs/index.md": ""}, 1),
        ({"backstage.io/techdocs-ref": "dir:../../y"}, {"y/docs/index.md": ""}, 1),
        ({"backstage.io/techdocs-ref": "dir:.", "backstage.io/source-location": "url:https://example.net/r"}, {}, 0),
        (
            {"backstage.io/techdocs-ref": "dir:.", "backstage.io/source-location": "url:oci://a/b"},
            {"x/docs/index.md": ""},
            1,
        ),
    ],
)
def test_documentation_is_where_the_annotation_says(
    annotations: dict[str, str], files: dict[str, str], count: int
) -> None:
    tree = {"x/a.yaml": entity("Resource", "a", annotations=annotations), **files}
    assert [problem.rule for problem in problems(tree)] == ["techdocs"] * count


def test_conflicts_are_told_in_any_file_and_nothing_else_of_it_is() -> None:
    conflict = "one\n<<<<<<< HEAD\na: 1\n=======\na: 2\n>>>>>>> other\n"
    files = {
        "a.yaml": conflict * 2,
        ".base/a.jsonl": conflict,
        "docs/index.md": conflict,
        "fine.md": "Title\n=======\n",
    }
    assert told(files) == [
        (".base/a.jsonl", 2, "conflict"),
        ("a.yaml", 2, "conflict"),
        ("a.yaml", 8, "conflict"),
        ("docs/index.md", 2, "conflict"),
    ]


def test_lines_are_those_of_the_file_in_every_document() -> None:
    text = "# a comment\n" + "".join(entity("Resource", name) for name in ("a b", "fine", "c d"))
    assert told({"a.yaml": text}) == [("a.yaml", 6, "format"), ("a.yaml", 22, "format")]


def test_only_changed_files_are_checked_by_themselves_but_all_against_each_other() -> None:
    files = {"a.yaml": entity("Resource", "a b"), "b.yaml": entity("Resource", "c d") + entity("Resource", "C D")}
    assert told(files, only=[]) == [("b.yaml", 13, "duplicate")]
    assert told(files, only=["a.yaml"]) == [("a.yaml", 5, "format"), ("b.yaml", 13, "duplicate")]


def test_trees_of_others_are_read_from_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    texts = {
        "chart/values.yaml": "replicas: 2",
        "chart/templates/deploy.yaml": "{{ not yaml }}: [",
        "deploy.yaml": "apiVersion: apps/v1\nkind: Deployment\n",
        "service/catalog-info.yaml": entity("Component", "a", dependsOn=["component:b"]) + "---\nkind: Component\n",
        "node_modules/x/catalog-info.yaml": "[]",
        "other.yml": '{"apiVersion": "backstage.io/v1alpha1"}',
        "latin.yaml": "apiVersion: backstage.io/v1alpha1\n",
    }
    for name, text in texts.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text)
    Path("latin.yaml").write_bytes(entity("Resource", "b").encode() + b"# \xe9\n")
    Path("link.yaml").symlink_to("other.yml")
    found = {(problem.path, problem.rule) for problem in check_paths([Path()]).problems}
    assert found == {
        ("other.yml", "required"),
        ("service/catalog-info.yaml", "dangling"),
        ("service/catalog-info.yaml", "required"),
    }
    assert {p.rule for p in check_paths([Path("chart/values.yaml"), Path("latin.yaml")]).problems} == {"not-entity"}
    assert {p.rule for p in check_paths([Path("service/catalog-info.yaml")]).problems} == {"required"}
    with pytest.raises(ConfigError, match="there is no gone"):
        check_paths([Path("gone")])
