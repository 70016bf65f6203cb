"""A tree as a whole: what no document shows by itself, where it stands, and what is passed over."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rhoai_catalog import base, documents
from rhoai_catalog.backstage import EntityRef
from rhoai_catalog.config import Validation
from rhoai_catalog.errors import ConfigError
from rhoai_catalog.globs import matching
from rhoai_catalog.identity import Identity
from rhoai_catalog.validate import check_paths, problems


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
    circle = ("a.yaml", 12, "dependency-cycle")
    assert told(files) == [("a.yaml", 11, "dangling"), circle, ("a.yaml", 14, "dangling")]
    assert told(files, complete=False) == [circle]


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
        ({"target": "./parts/*.@(yaml|json)"}, []),
        ({"target": "./parts/[^a].yaml"}, []),
        ({"target": "{parts,x}/" * 20}, ["location"]),
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


@pytest.mark.parametrize(
    ("spec", "allowed"),
    [
        ({"owner": "component:a"}, "group or user"),
        ({"system": "group:a"}, "system"),
        ({"subcomponentOf": "resource:a"}, "component"),
        ({"providesApis": ["component:a"]}, "api"),
        ({"consumesApis": ["resource:a"]}, "api"),
    ],
)
def test_a_reference_leads_to_a_kind_that_means_something_there(spec: dict[str, Any], allowed: str) -> None:
    (problem,) = problems({"a.yaml": entity("Component", "b", **spec)}, complete=False)
    assert (problem.rule, problem.level) == ("wrong-kind", "warning")
    assert f"its kind should be {allowed}" in problem.message


@pytest.mark.parametrize(
    ("ref", "rules"),
    [("api:default/a", []), ("elsewhere/a", []), ("component:default/a", ["wrong-kind"]), ("a:b:c/", ["wrong-kind"])],
)
def test_the_api_of_a_model_server_may_be_kept_elsewhere(ref: str, rules: list[str]) -> None:
    server = entity(
        "AiModelServerAPI",
        "s",
        type="ai-model-server",
        lifecycle="production",
        owner="risk",
        serverType="openai-v1",
        serverUrl="https://x.example.net/v1",
        apiEntityRef=ref,
    )
    found = problems({"a.yaml": server + entity("API", "other")}, asked=Validation(rules={"ai-kind": "off"}))
    assert [(problem.rule, problem.level) for problem in found] == [(rule, "warning") for rule in rules]


def test_what_goes_round_is_told_once_where_its_first_entity_names_the_next() -> None:
    files = {
        "a.yaml": entity("Component", "c", dependsOn=["component:a"], subcomponentOf="c")
        + entity("Component", "a", dependsOn=["resource:x", "component:B"])
        + entity("Component", "b", dependsOn=["component:c"], subcomponentOf="a")
        + entity("Component", "outside", dependsOn=["component:b"])
        + entity("Resource", "x")
    }
    first, second = problems(files, root="")
    assert (first.line, first.pointer) == (12, "/spec/subcomponentOf")
    assert first.message.startswith('subcomponentOf goes round: "component:default/c" -> "component:default/c"; remove')
    assert (second.line, second.pointer) == (24, "/spec/dependsOn/1")
    names = " -> ".join(f'"component:default/{name}"' for name in "abca")
    assert second.message == f"what depends on what goes round: {names}; Backstage takes and shows it"
    assert (first.level, second.level) == ("warning", "note")


SERVICE = ("Component", "a"), ("Component", "b")


@pytest.mark.parametrize(
    ("specs", "way"),
    [
        (
            [("Component", "a", {"dependsOn": ["component:b"]}), ("Component", "b", {"dependsOn": ["Component:a"]})],
            "aba",
        ),
        ([("Component", "a", {"dependsOn": ["resource:b"]}), ("Resource", "b", {"dependsOn": ["component:a"]})], "aba"),
        ([("Component", "a", {"dependsOn": ["component:b"], "dependencyOf": ["component:b"]})], "aba"),
        ([("Component", "b", {"dependencyOf": ["component:a"], "dependsOn": ["component:a"]})], "aba"),
        (
            [("Component", "a", {"dependsOn": ["component:b"]}), ("Component", "b", {"dependencyOf": ["component:a"]})],
            "",
        ),
        (
            [("Component", "a", {"dependencyOf": ["component:b"]}), ("Component", "b", {"dependsOn": ["component:a"]})],
            "",
        ),
        ([("Component", "a", {"dependsOn": ["component:b", "component:b"]})], ""),
        (
            [
                ("Component", "a", {"providesApis": ["b"]}),
                ("API", "b", {}),
                ("Component", "c", {"consumesApis": ["b"]}),
            ],
            "",
        ),
    ],
)
def test_two_that_depend_on_each_other_are_a_note(specs: list[tuple[str, str, dict[str, Any]]], way: str) -> None:
    """Backstage ingests and shows them; what only one side says, the other may say, too."""
    written = {(kind, name) for kind, name, _ in specs}
    rest = "".join(entity(kind, name) for kind, name in SERVICE if not {(kind, name), ("Resource", name)} & written)
    found = problems({"a.yaml": "".join(entity(kind, name, **spec) for kind, name, spec in specs) + rest})
    assert [(p.rule, p.level) for p in found] == [("dependency-cycle", "note")] * bool(way)
    names = [re.sub("[^:]*:default/", "", name) for name in re.findall('"([^"]*)"', "".join(p.message for p in found))]
    assert "".join(names) == way


def test_locations_that_read_one_another() -> None:
    files = {
        "all.yaml": entity("Location", "all", targets=["./parts/*.yaml", "./fine.yaml"]),
        "parts/one.yaml": entity("Location", "one", target="../all.yaml"),
        "fine.yaml": entity("Resource", "fine"),
        "self.yaml": entity("Location", "self", target="./self.yaml"),
    }
    assert told(files) == [("all.yaml", 8, "cycle"), ("self.yaml", 7, "cycle")]


@given(st.dictionaries(st.integers(0, 7), st.lists(st.integers(0, 7), max_size=3), max_size=8))
def test_circles_are_found_where_there_are_any(graph: dict[int, list[int]]) -> None:
    """The law: something goes round if, and only if, taking away what leads nowhere leaves something."""
    nodes = {str(node): [f"component:n{target}" for target in targets] for node, targets in graph.items()}
    files = {f"{node}.yaml": entity("Component", f"n{node}", dependsOn=targets) for node, targets in nodes.items()}
    left = {node: set(targets) for node, targets in graph.items()}
    while gone := [node for node, targets in left.items() if not targets & left.keys()]:
        for node in gone:
            del left[node]
    rules = [problem.rule for problem in problems(files, complete=False)]
    assert ("dependency-cycle" in rules) == bool(left)


def test_lines_of_the_base_that_somebody_edited() -> None:
    sound = base.write_line(
        base.Line(
            identity=Identity("kserve/east/a/b/c"), file="a.yaml", doc="", kind="Component", ref="component:default/x"
        )
    )
    files = {".base/a.jsonl": f"{sound}\n{sound.replace('Component', 'Resource')}\n\nno JSON\n"}
    assert told(files) == [(".base/a.jsonl", 2, "base"), (".base/a.jsonl", 4, "base")]


def test_yaml_that_means_other_than_it_looks() -> None:
    text = """\
defaults: &all {owner: risk}
apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: {name: a, title: !!binary aGVsbG8=}
spec:
  type: ai-model
  owner: risk
  <<: {a: 1}
  versions: [1.10, "1.10", 1.5, 2, 0.0, 007, 0x1F, 12e5, 12:30, 9007199254740993, no, -3]
  more: !custom {x: 1.50}
"""
    found = [(p.line, p.pointer) for p in problems({"a.yaml": text}) if p.rule == "yaml-trap"]
    assert found == [
        (4, "/metadata/title"),
        (8, "/spec/<<"),
        (9, "/spec/versions/0"),
        (9, "/spec/versions/5"),
        (9, "/spec/versions/6"),
        (9, "/spec/versions/7"),
        (9, "/spec/versions/9"),
        (10, "/spec/more"),
    ]


SHOWING = entity("Resource", "shows").replace(
    "  name: shows\n", "  name: shows\n  annotations: {backstage.io/techdocs-ref: 'dir:m'}\n"
)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("site_name: a\n", []),
        (
            "nav: [{Home: index.md}, {More: [{Two: two.md}, three.md]}, {Out: 'https://example.net/x.md'}]\n",
            ["/nav/1/More/1"],
        ),
        ("docs_dir: pages\nnav: [index.md, gone.md]\n", ["/nav/1"]),
        ("hooks: [x.py]\nINHERIT: ../mkdocs.yml\n", ["/hooks", "/INHERIT"]),
        ("[]\n", [""]),
        ("a: [\n", [""]),
        ("plugins: !ENV X\nmarkdown_extensions: [{a: !!python/name:b.c }]\n", []),
    ],
)
def test_a_site_is_complete(text: str, places: list[str]) -> None:
    pages = ("docs/index.md", "docs/two.md", "pages/index.md")
    files = {"m/mkdocs.yml": text, **{f"m/{page}": "" for page in pages}}
    assert problems(files) == ()  # a site of nobody's is no TechDocs site
    files["a.yaml"] = SHOWING
    assert [(p.rule, p.pointer) for p in problems(files)] == [("techdocs", place) for place in places]


@pytest.mark.parametrize("owners", [None, {EntityRef("group", "default", "risk")}])
def test_an_owner_is_looked_up_where_all_are_known(owners: set[EntityRef] | None) -> None:
    group = "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: here}\nspec: {type: team, children: []}\n"
    files = {
        "a.yaml": entity("Resource", "a")
        + entity("Resource", "b", owner="here")
        + entity("Resource", "c", owner="gone"),
        "org.yaml": group,
    }
    assert told(files, owners=owners) == ([("a.yaml", 24, "owner")] if owners else [])


def test_a_large_knot_is_one_short_sentence() -> None:
    names = [f"n{number:04}" for number in range(600)]
    ring = "".join(
        entity("Component", name, dependsOn=[f"component:{names[(n + 1) % 600]}", "component:n0000"])
        for n, name in enumerate(names)
    )
    (problem,) = problems({"a.yaml": ring}, complete=False)
    assert problem.rule == "dependency-cycle" and len(problem.message) < 500
    long = "".join(
        entity("Component", name, dependsOn=[f"component:{names[(n + 1) % 600]}"]) for n, name in enumerate(names)
    )
    (problem,) = problems({"a.yaml": long}, complete=False)
    assert "… 590 more …" in problem.message


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("*a*a*a*a*a*a*a*b.yaml", []),
        ("**/**/**/**/**/**/**/**/**/x.yaml", []),
        ("{a,b}/*.y{a,}ml", ["a/1.yaml", "b/2.yml"]),
        ("**/*.yaml", ["a/1.yaml", "a/b/c/3.yaml", f"{'a' * 200}.yaml"]),
        ("a/**/3.yaml", ["a/b/c/3.yaml"]),
        ("a/?.yaml", ["a/1.yaml"]),
        ("[ab]/[0-9].y*ml", ["a/1.yaml", "b/2.yml"]),
        ("a/{1.yaml", []),
        ("{" * 50 + "a,b" + "}" * 50, []),
    ],
)
def test_patterns_mean_files_in_a_time_that_one_can_wait_for(pattern: str, found: list[str]) -> None:
    files = sorted(["a/1.yaml", "b/2.yml", "a/b/c/3.yaml", f"{'a' * 200}.yaml"])
    assert sorted(matching(pattern, files)) == found


def test_a_number_beyond_all_numbers_is_told_and_the_rest_is_read() -> None:
    huge = "0x" + "f" * 6000
    text = f"apiVersion: backstage.io/v1alpha1\nkind: Resource\nmetadata: {{name: {huge}}}\nspec: {{a: {huge}}}\n"
    files = {"a.yaml": text, "b.yaml": huge, "m/mkdocs.yml": huge, "m/docs/index.md": "", "d.yaml": SHOWING}
    found = problems({**files, "c.yaml": entity("Resource", "a b")})
    assert {problem.path.removeprefix("catalog/") for problem in found} == {
        "a.yaml",
        "b.yaml",
        "c.yaml",
        "m/mkdocs.yml",
    }


@pytest.mark.parametrize(
    ("target", "rule"),
    [
        ("./b.json", None),
        ("/b.json", None),
        ("/gone.json", "placeholder"),
        ("../../b.json", "placeholder"),
        ("https://example.net/b.json", "remote-text"),
        ("ftp://example.net/b.json", "placeholder"),
    ],
)
def test_a_placeholder_is_looked_up_where_backstage_looks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str, rule: str | None
) -> None:
    """A path that begins with / begins at the root of the repository; an address may be read, by some."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "c").mkdir()
    for place in (".", "c"):
        (tmp_path / place / "b.json").write_text("{}")
    text = entity("API", "a", definition={"$text": target})
    (tmp_path / "c/a.yaml").write_text(text)
    monkeypatch.chdir(tmp_path)
    found = check_paths([Path("c")]).problems
    assert [problem.rule for problem in found] == ([rule] if rule else [])


def test_a_placeholder_may_be_escaped() -> None:
    text = entity("API", "a", definition={"$text": "./gone.json"}).replace("$text", '"\\u0024text"')
    assert '"\\u0024text": ' in text and "$" not in text
    assert [problem.rule for problem in problems({"a.yaml": text}, disk=Nothing())] == ["placeholder"]


class Nothing:
    """A disk that holds nothing."""

    def has(self, path: str) -> bool:
        return False

    def leaves(self, path: str) -> bool:
        return False

    def rooted(self, path: str) -> str:
        return path


@pytest.mark.parametrize(
    ("field", "value"), [("system", "gone"), ("subcomponentOf", "gone"), ("dependencyOf", ["component:gone"])]
)
def test_a_relation_dangles_where_the_tree_holds_others_of_the_kind(field: str, value: Any) -> None:
    system = "apiVersion: backstage.io/v1alpha1\nkind: System\nmetadata: {name: s}\nspec: {owner: risk}\n"
    text = entity("Component", "a", **{field: value})
    found = problems({"a.yaml": text, "s.yaml": system})
    assert [(p.rule, p.pointer.split("/")[2]) for p in found] == [("dangling", field)]
    alone = problems({"a.yaml": text})
    assert [p.rule for p in alone] == ([] if field == "system" else ["dangling"])
