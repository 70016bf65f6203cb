"""generator.yaml: what is wrong is told with file, line, key and what would be right; tokens are never told."""

from __future__ import annotations

import copy
import dataclasses
import json
import math
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rhoai_catalog import documents
from rhoai_catalog.config import (
    Cluster,
    Config,
    Credentials,
    Removal,
    Repository,
    Service,
    parse_config,
    read_config,
)
from rhoai_catalog.errors import ConfigError
from rhoai_catalog.identity import Identity
from rhoai_catalog.problem import RULES
from rhoai_catalog.schema import schema_folder
from thorough import tries

WHERE = Path("catalog/generator.yaml")
EXAMPLES = Path(__file__).parent / "examples" / "generator"
EVERYTHING = EXAMPLES / "valid" / "everything.yaml"
FULL = """\
clusters:
  - name: east
    server: https://api.east.example.net:6443
    tokenEnv: EAST_TOKEN
    caFile: east-ca.crt
    namespaces: {include: ["*"], exclude: ["openshift-*", "kube-*"]}
    discover: true
  - {name: here, inCluster: true}
modelRegistries:
  - name: team-a
    url: "https://team-a.example.net/"
    tokenEnv: TEAM_A_TOKEN
    clusters: [east]
    registry: public
    formerly: [a-team]
modelCatalogs:
  - {name: redhat, url: "https://catalog.example.net", tokenFile: token}
owners: {default: "group:default/ai", map: [{match: "alice*", owner: "user:default/alice"}]}
defaults: {lifecycle: production, system: null, entityNamespace: ai}
profiles: [seed]
removal: {percent: 30, count: 5, population: 10, runs: 2, hours: 24}
pullRequest: {settle: 12h}
staleAfter: 5d
repository: {forge: gitea, url: "https://git.example.net/org/catalog", base: main, branch: x/y, tokenEnv: GIT_TOKEN}
"""


def test_every_key_of_the_contract_is_read() -> None:
    config = parse_config(FULL, WHERE)
    east, here = config.clusters
    assert (east.server, east.ca_file, east.discover) == (
        "https://api.east.example.net:6443",
        Path("catalog/east-ca.crt"),
        True,
    )
    assert here.in_cluster
    [registry], [catalog] = config.services_of("model-registry"), config.services_of("model-catalog")
    assert (registry.url, registry.registry, registry.clusters) == ("https://team-a.example.net", "public", ("east",))
    assert catalog.credentials.file == Path("catalog/token")
    assert config.owners.rules == (("alice*", "user:default/alice"),)
    assert config.defaults.entity_namespace == "ai"
    assert (config.pull_request.settle, config.stale_after) == (timedelta(hours=12), timedelta(days=5))
    assert config.repository is not None and config.repository.forge == "gitea"
    assert config.renamed(Identity("model-registry/a-team/granite/1")) == "model-registry/team-a/granite/1"
    assert config.renamed(Identity("kserve/a-team/x/y/z")) == "kserve/a-team/x/y/z"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "    discover: true",
            "    discovery: true",
            "catalog/generator.yaml:7:5: /clusters/0/discovery: unknown key 'discovery'; did you mean discover? valid",
        ),
        ("name: east", "name: East", "catalog/generator.yaml:2:5: /clusters/0/name: "),
        (
            "removal:",
            "removals:",
            "catalog/generator.yaml:21:1: /removals: unknown key 'removals'; did you mean removal?",
        ),
        ("percent: 30", "percent: lots", "/removal/percent: 'lots' is not of type 'number'"),
        (
            "tokenEnv: EAST_TOKEN",
            "tokenEnv: sha256~abc.def",
            "/clusters/0/tokenEnv: the name of an environment variable or a file is expected",
        ),
        ("forge: gitea", "forge: sourcehut", "/repository/forge: 'sourcehut' is not one of"),
        ("forge: gitea", "forge: githb", "'githb' is not one of github, gitea, gitlab; did you mean github"),
        (
            "profiles: [seed]",
            "profiles: [sed]",
            "'sed' is not one of seed, ai-model-server, mcp-server, agent; did you",
        ),
        ("name: east", "name: East", "/clusters/0/name: 'East' is not as it should be: Part of names"),
        ('"group:default/ai"', "alice", "/owners/default: 'alice' is not as it should be: "),
        ("staleAfter: 5d", "staleAfter: 5 days", "/staleAfter: '5 days' is not as it should be: "),
        ("https://api.east.example.net:6443", "api.east", "/clusters/0/server: 'api.east' is not as it should be: "),
        ("inCluster: true", "inCluster: true, server: 'https://x'", "/clusters/1/server: beside `inCluster` it counts"),
        (
            "    tokenEnv",
            "    kubeconfig: x\n    tokenEnv",
            "/clusters/0/kubeconfig: beside `server` it counts for noth",
        ),
        ("    tokenEnv", "    context: x\n    tokenEnv", "/clusters/0/context: beside `server` it counts for nothing"),
        ("{name: here, inCluster: true}", "{name: east, inCluster: true}", "'east' is named twice"),
        ("{name: here, inCluster: true}", "{inCluster: true}", "missing key 'name'"),
        ("https://api.east.example.net:6443", "https://robot:hunter2@api.example", "/clusters/0/server"),
        ("clusters:", "clusters: [", "mend the YAML"),
    ],
)
def test_a_mistake_is_told_with_its_place(old: str, new: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_config(FULL.replace(old, new, 1), WHERE)
    assert message in caught.value.message + caught.value.hint
    assert caught.value.exit_code == 2
    assert "sha256~abc" not in caught.value.message and "hunter2" not in caught.value.message


def places(value: object, way: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield (*way, key)
        yield from places(inner, (*way, key))


KEYS: dict[str, Any] = documents.parse(EVERYTHING.read_text("utf-8"))
TEXTS = st.one_of(
    st.text(max_size=4), st.sampled_from(["/", "~/x", "~nobody-here/x", "a\x00", "x\n", "https://a/\n", "é"])
)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-2, 200), st.just(10**400), st.floats(), TEXTS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.one_of(TEXTS, st.sampled_from(["name", "url"])), inner)
    ),
    max_leaves=5,
)


@settings(max_examples=tries(500, 40), deadline=None)
@given(way=st.sampled_from([*places(KEYS)]), value=VALUES)
def test_any_value_at_any_key_is_read_or_refused_with_the_file(way: tuple[str | int, ...], value: object) -> None:
    changed = copy.deepcopy(KEYS)
    parent: Any = changed
    for key in way[:-1]:
        parent = parent[key]
    parent[way[-1]] = value
    try:
        config = parse_config(json.dumps(changed), WHERE)
    except ConfigError as error:
        assert all(line.startswith(str(WHERE)) for line in error.message.splitlines()), error.message
    else:
        assert config.root == WHERE.parent
        assert all(0 <= limit < math.inf for limit in dataclasses.astuple(config.removal))


def described(part: Any, whole: Any) -> Iterator[str]:
    """Every key of generator.yaml, as the schema has it."""
    if "$ref" in part:
        part = whole["definitions"][part["$ref"].rsplit("/", 1)[1]]
    for name, inner in part.get("properties", {}).items():
        yield name
        yield from described(inner, whole)
    if "items" in part:
        yield from described(part["items"], whole)


def test_every_key_has_an_effect() -> None:
    """Each stands in the example with a value that is not its default: without it the configuration is another."""
    config = parse_config(json.dumps(KEYS), WHERE)
    schema = json.loads((schema_folder() / "generator.schema.json").read_text("utf-8"))
    ways = [way for way in places(KEYS) if isinstance(way[-1], str)]
    assert set(described(schema, schema)) - {"tokenFile"} <= {way[-1] for way in ways}
    for way in ways:
        changed = copy.deepcopy(KEYS)
        parent: Any = changed
        for key in way[:-1]:
            parent = parent[key]
        del parent[way[-1]]
        try:
            assert parse_config(json.dumps(changed), WHERE) != config, way
        except ConfigError:
            continue  # it must be there


def test_every_rule_of_validate_can_be_configured() -> None:
    keys = {"clusters": [{"name": "a"}], "validation": {"rules": dict.fromkeys(RULES, "note")}}
    assert set(parse_config(json.dumps(keys), WHERE).validation.rules) == set(RULES)


def test_what_is_not_said_has_the_default_of_its_class() -> None:
    config = parse_config("clusters: [{name: here}]\nowners: {}\ndefaults: {system: null}\nvalidation: {}\n", WHERE)
    assert config == Config(root=Path("catalog"), clusters=(Cluster(name="here"),))
    text = (
        "modelRegistries: [{name: a, url: 'https://a.example'}]\nmodelCatalogs: [{name: c, url: 'https://c.example'}]\n"
    )
    registry, catalog = parse_config(text, WHERE).services
    assert registry == Service(family="model-registry", name="a", url="https://a.example", registry="a")
    assert catalog == Service(family="model-catalog", name="c", url="https://c.example")
    repository = parse_config("repository: {url: 'https://git.example/a/b/'}", WHERE).repository
    assert repository == Repository(url="https://git.example/a/b")


def test_a_whole_number_may_be_written_as_a_fraction() -> None:
    assert parse_config("removal: {count: 7.0, percent: 12.5}", WHERE).removal == Removal(count=7, percent=12.5)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("removal: {percent: .nan}", "yaml:1:11: /removal/percent: a finite number is expected, not nan"),
        ("removal: {hours: .inf}", "yaml:1:11: /removal/hours: a finite number is expected, not inf"),
        ("clusters: [{name: a, caFile: ~nobody-here/ca}]", "there is no home folder for '~nobody-here/ca'"),
        ("owners: {known: [~nobody-here/org.yaml]}", "there is no home folder for '~nobody-here/org.yaml'"),
    ],
)
def test_what_only_the_program_knows_to_be_wrong_is_refused_too(text: str, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_config(text, WHERE)
    assert words in caught.value.message


def test_a_missing_file_says_where_to_run(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no configuration") as caught:
        read_config(tmp_path / "generator.yaml")
    assert "--config" in caught.value.hint


def test_a_file_that_is_not_utf_8_is_said_to_be(tmp_path: Path) -> None:
    (tmp_path / "generator.yaml").write_bytes("owners: {default: 'group:default/köln'}".encode("latin-1"))
    with pytest.raises(ConfigError, match="not UTF-8 text") as caught:
        read_config(tmp_path / "generator.yaml")
    assert caught.value.hint == "save it as UTF-8"


def test_a_context_alone_is_of_the_kubeconfig_of_whoever_runs_it() -> None:
    assert parse_config("clusters: [{name: a, context: b}]", WHERE).clusters[0].context == "b"
    assert parse_config("clusters: [{name: a, kubeconfig: k, context: b}]", WHERE).clusters[0].kubeconfig is not None


def test_a_token_is_read_late_and_never_shown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    credentials = Credentials(env="EAST_TOKEN")
    with pytest.raises(ConfigError, match="EAST_TOKEN is not set"):
        credentials.token()
    monkeypatch.setenv("EAST_TOKEN", " ")
    with pytest.raises(ConfigError, match="EAST_TOKEN is empty"):
        credentials.token()
    monkeypatch.setenv("EAST_TOKEN", " secret \n")
    assert credentials.token() == "secret"
    assert "secret" not in repr(credentials)
    with pytest.raises(ConfigError, match="cannot be read"):
        Credentials(file=tmp_path / "token").token()
    (tmp_path / "token").write_text("in-a-file\n")
    assert Credentials(file=tmp_path / "token").token() == "in-a-file"
    assert Credentials().token() is None


def told(file: Path) -> str:
    """What is said about a configuration, a line for each mistake."""
    try:
        parse_config(file.read_text("utf-8"), Path(file.name))
    except ConfigError as error:
        return f"{error.message}\n"
    return ""


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*/*.yaml")), ids=lambda file: f"{file.parts[-2]}-{file.stem}")
def test_examples_are_told_line_by_line(file: Path) -> None:
    expected = file.with_suffix(".errors.txt")
    assert told(file) == (expected.read_text("utf-8") if expected.exists() else "")
    assert expected.exists() == (file.parts[-2] == "invalid")


if __name__ == "__main__":  # writes what is expected anew, to be read in review
    for example in EXAMPLES.glob("invalid/*.yaml"):
        example.with_suffix(".errors.txt").write_text(told(example), "utf-8")
