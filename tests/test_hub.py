"""`doctor --hub` against a Hub as its REST API answers: healthy, a wrong rule, a broken file, an old commit."""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from forges import git
from outside import Answer, Loopback, Request
from ready import copy_of
from rhoai_catalog import documents
from rhoai_catalog.changes import published
from rhoai_catalog.cli import main

ROOT = Path(__file__).parents[1]
URL = "https://git.example.net/org/catalog"
INDEX = f"{URL}/src/branch/main/catalog/catalog-info.yaml"
TOKEN = "a-token-that-may-read"
Entities = dict[str, dict[str, Any]]


class LoopbackHub:
    """What the REST API of a Backstage answers, with pages of 7, a token, and some of what it adds to entities."""

    def __init__(self, entities: Entities) -> None:
        self.entities = entities
        self.reads = INDEX
        self.broken_sites: set[str] = set()
        self.has_techdocs = self.may_build = True
        self.owners = {str(row["spec"]["owner"]).lower() for row in entities.values() if "owner" in row["spec"]}
        self.asked: list[str] = []  # sites that it built

    def answer(self, request: Request) -> Answer:
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return Answer({"error": {"name": "AuthenticationError", "message": "Illegal token"}}, 401)
        if request.path == "/api/catalog/entities/by-query":
            return self._query(request.query)
        if request.path == "/api/catalog/entities/by-refs":
            refs = request.body["entityRefs"]
            return Answer({"items": [owner(ref) if ref in self.owners else None for ref in refs]})
        if request.path.startswith("/api/techdocs/sync/") and not self.may_build:
            message = "Access to target plugin 'catalog' is restricted and cannot be delegated"
            return Answer({"error": {"name": "NotAllowedError", "message": message}}, 403)
        if request.path.startswith("/api/techdocs/sync/") and self.has_techdocs:
            name = request.path.rpartition("/")[2]
            self.asked.append(name)
            if f"resource:default/{name}" not in self.entities:
                return Answer({"error": {"name": "NotFoundError", "message": "Entity metadata UID missing"}}, 404)
            end = (
                'event: error\ndata: "Failed to build"\n\n'
                if name in self.broken_sites
                else 'event: finish\ndata: {"updated":true}\n\n'
            )
            return Answer(f'event: log\ndata: "INFO"\n\n{end}')
        return Answer("", 404)

    def _query(self, query: Mapping[str, str]) -> Answer:
        start = int(query.get("cursor", "0"))
        if "cursor" not in query:
            if (elsewhere := self._by_name(query.get("filter", ""))) is not None:
                return Answer({"items": elsewhere, "totalItems": len(elsewhere), "pageInfo": {}})
            wanted = f"metadata.annotations.backstage.io/managed-by-origin-location=url:{INDEX}"
            if query.get("filter") != wanted or self.reads != INDEX:
                return Answer({"items": [], "totalItems": 0, "pageInfo": {}})
        rows = [*self.entities.values()]
        page = rows[start : start + 7]
        info = {"nextCursor": str(start + 7)} if start + 7 < len(rows) else {}
        return Answer({"items": page, "totalItems": len(rows), "pageInfo": info})

    def _by_name(self, chosen: str) -> list[dict[str, Any]] | None:
        wanted = dict(part.partition("=")[::2] for part in chosen.split(","))
        if wanted.keys() != {"kind", "metadata.namespace", "metadata.name"}:
            return None
        ref = f"{wanted['kind']}:{wanted['metadata.namespace']}/{wanted['metadata.name']}"
        return [row for known, row in self.entities.items() if known == ref]


def owner(ref: str) -> dict[str, Any]:
    kind, _, name = ref.partition(":")
    namespace, _, name = name.partition("/")
    return {"kind": kind.title(), "metadata": {"name": name, "namespace": namespace}}


def ingested(document: Mapping[str, Any]) -> dict[str, Any]:
    """An entity as a Backstage shows it once it has read it."""
    entity = copy.deepcopy(dict(document))
    metadata = entity["metadata"]
    metadata.setdefault("namespace", "default")
    annotations = metadata.setdefault("annotations", {})
    annotations |= {f"backstage.io/managed-by-{kind}location": f"url:{INDEX}" for kind in ("", "origin-")}
    annotations["backstage.io/view-url"] = INDEX
    return {**entity, "metadata": {**metadata, "uid": "1", "etag": "2"}, "relations": [{"type": "ownedBy"}]}


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LoopbackHub]:
    """The demo's catalog in Git, and a Hub that has read it."""
    copy_of(_make_clone, tmp_path)
    clone = tmp_path / "clone"
    texts = {
        str(p.relative_to(ROOT / "catalog")): p.read_text("utf-8") for p in (ROOT / "catalog").rglob("*") if p.is_file()
    }
    tree = published(texts, location=INDEX, commit="0")
    entities = {str(ref): ingested(document) for ref, (_, document) in tree.entities.items()}
    root = {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Location",
        "metadata": {"name": "generated-0123"},
        "spec": {},
    }
    hub = LoopbackHub({**entities, "location:default/generated-0123": ingested(root)})
    with Loopback(hub.answer) as server:
        configuration = {
            "clusters": [{"name": "east", "inCluster": True}],
            "repository": {"forge": "gitea", "url": URL},
            "hub": {"url": server.url, "tokenEnv": "HUB_TOKEN"},
        }
        (clone / "hub.yaml").write_text(documents.dump(configuration, start=False), "utf-8")
        (clone / "catalog" / "generator.yaml").write_text(documents.dump(configuration, start=False), "utf-8")
        monkeypatch.chdir(clone)
        monkeypatch.setenv("HUB_TOKEN", TOKEN)
        yield hub


def _make_clone(folder: Path) -> None:
    git(folder, "init", "--quiet", "--bare", "--initial-branch=main", "remote.git")
    git(folder, "clone", "--quiet", str(folder / "remote.git"), "clone")
    shutil.copytree(ROOT / "catalog", folder / "clone" / "catalog")
    git(folder / "clone", "add", "--all")
    git(folder / "clone", "-c", "user.name=x", "-c", "user.email=x@y", "commit", "--quiet", "-m", "catalog")
    git(folder / "clone", "push", "--quiet", "origin", "HEAD:main")


def commit(file: str, text: str) -> None:
    """Change a file of the base branch; the Hub has not read it, or cannot."""
    (Path("catalog") / file).write_text(text, "utf-8")
    git(Path.cwd(), "-c", "user.name=x", "-c", "user.email=x@y", "commit", "--quiet", "--all", "-m", "change")
    git(Path.cwd(), "push", "--quiet", "origin", "HEAD:main")


def doctor(*arguments: str, code: int) -> Result:
    result = CliRunner().invoke(main, ["doctor", *(arguments or ("--hub",))])
    assert result.exit_code == code, result.output
    return result


def test_a_hub_that_shows_everything_is_well(hub: LoopbackHub) -> None:
    told = doctor(code=0).stdout
    assert f"shows all {len(hub.entities) - 1} entities" in told and "builds the pages of 5 of 7 sites" in told


def test_a_kind_that_the_rules_refuse_is_told_with_the_rule_to_change(hub: LoopbackHub) -> None:
    location = next(ref for ref in hub.entities if ref.startswith("location:default/models"))
    message = "NotAllowedError: Entity resource:default/x at url:https://x, is not of an allowed kind for that location"
    hub.entities[location]["status"] = {"items": [{"level": "error", "message": message}]}
    told = doctor(code=3).stdout
    assert "FAIL" in told and location in told and "app-config allow this kind" in told
    assert "shows all" not in told


def test_a_file_that_is_no_yaml_is_told_once(hub: LoopbackHub) -> None:
    location = next(ref for ref in hub.entities if ref.startswith("location:default/servers.east.pay"))
    hub.entities[location]["status"] = {
        "items": [{"level": "error", "message": "YAML error at url:x, YAMLParseError:\n bad"}]
    }
    told = doctor(code=3).stdout
    assert told.count("FAIL") == 1 and "YAML error at url:x, YAMLParseError: bad" in told


def test_a_kind_that_is_refused_from_the_first_is_told_once(hub: LoopbackHub) -> None:
    """A Hub shows neither such a file's Location nor a reason, and has no site of what it does not show."""
    for ref in [ref for ref in hub.entities if ref.startswith(("resource:", "location:default/models."))]:
        del hub.entities[ref]
    told = doctor(code=3).stdout
    assert told.count("FAIL") == 1 and "shows no Resource at all" in told and "app-config allow Resource" in told
    assert "nothing says why" not in told and "has no TechDocs" not in told


def test_a_broken_file_of_the_base_branch_is_told_and_nothing_of_it_called_an_orphan(hub: LoopbackHub) -> None:
    file = "servers/east/payments/entities.yaml"
    for ref, entity in hub.entities.items():
        if "/east.payments." in ref:
            place = INDEX.replace("catalog-info.yaml", file)
            entity["metadata"]["annotations"]["backstage.io/managed-by-location"] = f"url:{place}"
    commit(file, "kind: Component: x\n")
    told = doctor(code=3).stdout
    assert f"cannot read {file}" in told and "line 1" in told and "still shows" not in told
    location = hub.entities["location:default/servers.east.payments"]
    location["status"] = {"items": [{"level": "error", "message": "YAML error at url:x"}]}
    assert doctor(code=3).stdout == told
    del hub.entities["location:default/servers.east.payments"]
    assert doctor(code=3).stdout.count("FAIL") == 1, "as in a Hub that never read it"


def test_a_file_that_the_index_names_and_nobody_has_is_told(hub: LoopbackHub) -> None:
    index = Path("catalog/catalog-info.yaml").read_text("utf-8")
    commit("catalog-info.yaml", index.replace("./servers/east/payments/", "./servers/east/none/"))
    assert "cannot read servers/east/none/entities.yaml" in doctor(code=3).stdout


def test_an_entity_that_is_no_longer_valid_is_not_told_again_as_old(hub: LoopbackHub) -> None:
    ref = next(ref for ref in hub.entities if ref.startswith("component:"))
    hub.entities[ref]["spec"]["owner"] = "group:default/before"
    hub.entities[ref]["status"] = {"items": [{"level": "error", "message": "InputError: no owner"}]}
    told = doctor(code=3).stdout
    assert told.count("FAIL") == 1 and "no owner" in told and "as it was before" not in told


def test_what_a_refused_kind_takes_with_it_is_told_with_the_reason(hub: LoopbackHub) -> None:
    """The reason stands at the end of what a Hub says; the names before it may be long."""
    message = f"NotAllowedError: Entity domain:default/{'x' * 350}, is not of an allowed kind for that location"
    location, file = hub.entities["location:default/servers.east.payments"], "servers/east/payments/entities.yaml"
    location["status"] = {"items": [{"level": "error", "message": message}]}
    text = (Path("catalog") / file).read_text("utf-8")
    domain = "---\napiVersion: backstage.io/v1alpha1\nkind: Domain\nmetadata: {name: d}\nspec: {owner: x}\n"
    commit(file, text + domain)
    told = doctor(code=3).stdout
    assert "allowed kind for that location" in told and "app-config allow this kind" in told
    assert "domain:default/d of" in told and "as said above" in told and "at all" not in told


def test_what_shows_nowhere_is_missed(hub: LoopbackHub) -> None:
    """A new entity that is invalid, and a Location without a target, have no status anywhere."""
    gone = [ref for ref in hub.entities if ref.startswith(("component:default/east.pay", "api:default/east.pay"))]
    for ref in gone:
        del hub.entities[ref]
    told = doctor(code=3).stdout
    assert gone[0] in told and "servers/east/payments/entities.yaml" in told and "nothing says why" in told
    del hub.entities["location:default/servers.east.payments"]
    assert "its Location is not there either" in doctor(code=3).stdout


def test_an_old_commit_is_told_with_a_value_that_differs(hub: LoopbackHub) -> None:
    ref = next(ref for ref in hub.entities if ref.startswith("component:"))
    hub.entities[ref]["metadata"]["title"] = "as it was"
    told = doctor(code=3).stdout
    assert ref in told and "/metadata/title" in told


def test_what_the_base_branch_no_longer_has_is_told(hub: LoopbackHub) -> None:
    old = {"apiVersion": "backstage.io/v1alpha1", "kind": "Resource", "metadata": {"name": "old"}, "spec": {}}
    hub.entities["resource:default/old"] = ingested(old)
    assert "still shows resource:default/old" in doctor(code=3).stdout


def test_a_location_that_nobody_configured_is_told_with_what_to_write(hub: LoopbackHub) -> None:
    hub.entities.clear()
    told = doctor(code=3).stdout
    assert f"shows nothing of {INDEX}" in told and "allow: [API, Component, Location, Resource]" in told


def test_a_catalog_that_is_read_from_another_address_is_told_with_it(hub: LoopbackHub) -> None:
    hub.reads = INDEX.replace("/src/", "/raw/")
    for entity in hub.entities.values():
        entity["metadata"]["annotations"]["backstage.io/managed-by-origin-location"] = f"url:{hub.reads}"
    told = doctor(code=3).stdout
    assert f"of url:{hub.reads}" in told and "`location` of `hub:`" in told


def test_a_site_that_does_not_build_is_told(hub: LoopbackHub) -> None:
    sites = [r for r, e in hub.entities.items() if "backstage.io/techdocs-ref" in e["metadata"].get("annotations", {})]
    hub.broken_sites = {site.rpartition("/")[2] for site in sites}
    assert "cannot build a site" in doctor(code=3).stdout
    hub.has_techdocs = False
    assert "has no TechDocs" in doctor(code=0).stdout


def test_other_sites_are_built_at_another_commit(hub: LoopbackHub) -> None:
    """Else one that is never among the first would be broken for good."""
    sites = {r for r, e in hub.entities.items() if "backstage.io/techdocs-ref" in e["metadata"].get("annotations", {})}
    for _ in range(2):
        doctor(code=0)
    assert sorted(hub.asked[:5]) == sorted(hub.asked[5:]), "the same at the same commit"
    for number in range(40):
        if len({*hub.asked}) == len(sites):
            break
        commit("generator.yaml", f"# {number}\n" + Path("catalog/generator.yaml").read_text("utf-8"))
        doctor(code=0)
    assert {*hub.asked} == {site.rpartition("/")[2] for site in sites}


def test_owners_that_the_hub_does_not_have_are_told(hub: LoopbackHub) -> None:
    assert f"has all {len(hub.owners)} owners that entities name" in doctor(code=0).stdout
    file = "servers/east/payments/entities.yaml"
    text = (Path("catalog") / file).read_text("utf-8")
    gone = next(line for line in text.splitlines() if line.startswith("  owner: ")).partition(": ")[2]
    hub.owners.remove(gone)
    count = sum(row["spec"].get("owner") == gone for row in hub.entities.values())
    told = doctor(code=3).stdout
    assert (
        f"does not have {gone}, named as owner by {count} of {len(hub.entities) - 1} entities" in told
        and told.count("FAIL") == 1
    )
    commit(file, text.replace(f"owner: {gone}", "owner: Guests/Kim"))
    assert "group:guests/kim" in doctor(code=3).stdout, "as Backstage reads it"


def test_what_a_location_means_by_a_pattern_is_read_as_backstage_reads_it(hub: LoopbackHub) -> None:
    index = Path("catalog/catalog-info.yaml").read_text("utf-8")
    people = Path("catalog/people")
    document = "apiVersion: backstage.io/v1alpha1\nkind: {}\nmetadata: {{name: {}}}\nspec: {}\n"
    (people / "further").mkdir(parents=True)
    (people / "a.yaml").write_text(document.format("Component", "shop", "{owner: user:guests/kim}"), "utf-8")
    (people / ".b.yaml").write_text(document.format("Component", "hidden", "{owner: user:guests/kim}"), "utf-8")
    (people / "c.yml").write_text(document.format("Location", "led", "{targets: [./further/d.yml, ../a.txt]}"), "utf-8")
    (people / "further/d.yml").write_text(document.format("Component", "far", "{owner: user:guests/kim}"), "utf-8")
    for name, target in (("people", "./people/*.{yaml,yml}"), ("none", "./nobody/*.yaml")):
        index += "---\n" + document.format("Location", name, f'{{target: "{target}"}}')
    index += "---\n" + document.format("Location", "maybe", "{target: ./nobody.yaml, presence: optional}")
    git(Path.cwd(), "add", "--all")
    commit("catalog-info.yaml", index)
    hub.owners.add("user:guests/kim")
    told = doctor(code=3).stdout
    assert "cannot read nobody/*.yaml of" in told and "cannot read a.txt of" in told and "nobody.yaml of" not in told
    assert "component:default/shop of people/a.yaml" in told and "component:default/far of people/further/d.yml" in told
    assert "hidden" not in told, "a name that begins with a dot has to be named with it"


def test_without_a_token_that_counts_nothing_is_said_to_be_well(
    hub: LoopbackHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUB_TOKEN", "another")
    result = doctor(code=3)
    assert (
        "the token is not accepted" in result.stdout and "HUB_TOKEN" in result.stdout and "another" not in result.output
    )


def test_a_token_that_may_only_read_the_catalog_is_enough(hub: LoopbackHub) -> None:
    """A real Hub refuses to delegate such a token from TechDocs to the catalog."""
    hub.may_build = False
    told = doctor(code=0).stdout
    assert "shows all" in told and "whether pages build is not known" in told and "FAIL" not in told


def test_where_a_token_belongs_is_told(hub: LoopbackHub) -> None:
    configuration = Path("hub.yaml").read_text("utf-8")
    without = documents.dump({k: v for k, v in documents.load(configuration)[0].items() if k != "hub"}, start=False)
    url = documents.load(configuration)[0]["hub"]["url"]
    Path("catalog/bare.yaml").write_text(without, "utf-8")
    told = doctor("--config", "catalog/bare.yaml", "--hub", url, code=3).stdout
    assert f"hub: {{url: {url}, tokenEnv: HUB_TOKEN}}" in told and "externalAccess" in told
    assert told.count("hub 127.0.0.1") == 1, "the source is named once"


def test_all_checks_as_json(hub: LoopbackHub) -> None:
    checks = json.loads(doctor("--hub", "--json", code=0).stdout)["checks"]
    assert [check["well"] for check in checks] == [True, True, True]
    hub.entities.clear()
    assert [check["well"] for check in json.loads(doctor("--hub", "--json", code=3).stdout)["checks"]] == [False]


@pytest.mark.parametrize(
    "odd", [[], {"items": 7}, {"items": [7, {}, {"kind": 1}], "pageInfo": {}}, {"items": [], "pageInfo": 7}]
)
def test_an_odd_answer_is_an_error_and_no_traceback(
    hub: LoopbackHub, odd: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer: Callable[[Mapping[str, str]], Answer] = lambda query: Answer(odd)  # noqa: E731
    monkeypatch.setattr(hub, "_query", answer)
    assert "FAIL" in doctor(code=3).stdout
