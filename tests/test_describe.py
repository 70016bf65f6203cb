"""A snapshot -> what the catalog shows. Whole entities stand in catalog/, which a test holds equal to the demo."""

from __future__ import annotations

import dataclasses
import random
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rhoai_catalog import documents
from rhoai_catalog.backstage import EntityRef
from rhoai_catalog.config import Config, Defaults, Owners
from rhoai_catalog.describe import describe
from rhoai_catalog.describe.pages.site import site_name
from rhoai_catalog.entity import Description, Entity, Known
from rhoai_catalog.families import KSERVE, MODEL_CATALOG, MODEL_REGISTRY
from rhoai_catalog.merge import load, merge
from rhoai_catalog.snapshot import (
    DISCOVERY,
    UNKNOWN,
    Artifact,
    CatalogModel,
    CatalogSource,
    Fact,
    InferenceService,
    ModelVersion,
    Namespace,
    RegisteredInferenceService,
    RegisteredModel,
    RegistryLink,
    Scope,
    ServingEnvironment,
    Snapshot,
    Source,
    covering,
)
from rhoai_catalog.validate import check_entity
from thorough import tries

CONFIG = Config(root=Path("catalog"), owners=Owners(default="group:default/ai"))
KINDS = {
    KSERVE: ("InferenceService", "LLMInferenceService"),
    MODEL_REGISTRY: ("RegisteredModel", "ModelVersion", "Artifact"),
    MODEL_CATALOG: ("CatalogSource", "CatalogModel"),
}


def fact(value: Any) -> Fact[Any]:
    return Fact(value, "the test")


def server(name: str = "chat", **more: Any) -> InferenceService:
    facts = {
        "external_url": "https://chat.example.net",
        "internal_url": "http://chat-predictor.pay.svc.cluster.local:8080",
        "authentication_required": False,
        "served_model_names": (name,),
        "runtime": "vllm",
        "protocols": ("openai",),
        "model_format": "vLLM",
        "accelerators": {},
        "context_length": None,
    }
    facts = {key: fact(more.pop(key, value)) for key, value in facts.items()}
    named = {"cluster": "east", "namespace": "pay", "kind": "InferenceService", "state": "ready"}
    return InferenceService(**{**named, **facts, "name": name, **more})


def link(version: str = "1", model: str = "1", registry: str | None = "public") -> RegistryLink:
    return RegistryLink(registry=registry, registered_model_id=model, model_version_id=version)


def model(identifier: str = "1", name: str = "granite", registry: str = "shared", **more: Any) -> RegisteredModel:
    return RegisteredModel(registry=registry, id=identifier, name=name, **more)


def version(identifier: str = "1", name: str = "v1", registry: str = "shared", **more: Any) -> ModelVersion:
    return ModelVersion(**{"registry": registry, "id": identifier, "registered_model_id": "1", "name": name, **more})


def card(name: str = "ibm/granite", catalog: str = "cards", **more: Any) -> CatalogModel:
    return CatalogModel(catalog=catalog, source_id="redhat", name=name, **more)


def registered_from(name: str = "ibm/granite") -> tuple[Artifact, ...]:
    source = {"model_source_kind": "catalog", "model_source_class": "redhat", "model_source_name": name}
    return (Artifact(id="1", artifact_type="model-artifact", uri="oci://quay.example.net/m:1", **source),)


HISTORY = ("InferenceService", "ServingEnvironment")
EAST = Source(family=KSERVE, name="east")
WEST = Source(family=KSERVE, name="west")
SHARED = Source(family=MODEL_REGISTRY, name="shared", registry="public")
CARDS = Source(family=MODEL_CATALOG, name="cards")


def snapshot(*rows: Any, sources: tuple[Source, ...] = (EAST, SHARED, CARDS), incomplete: str = "") -> Snapshot:
    """The rows, in a snapshot whose scopes are complete but for one (`kserve/east/InferenceService`)."""
    tables = {
        InferenceService: "inference_services",
        RegisteredModel: "registered_models",
        ModelVersion: "model_versions",
        CatalogModel: "catalog_models",
        CatalogSource: "catalog_sources",
        Namespace: "namespaces",
        RegisteredInferenceService: "registered_inference_services",
        ServingEnvironment: "serving_environments",
    }
    scopes = tuple(
        Scope(source=source.key, kind=kind, complete=f"{source.key}/{kind}" != incomplete)
        for source in sources
        for kind in (*KINDS[source.family], *(HISTORY if source.family == MODEL_REGISTRY else ()))
    )
    filled: dict[str, tuple[Any, ...]] = dict.fromkeys(tables.values(), ())
    for row in rows:
        filled[tables[type(row)]] += (row,)
    return Snapshot(sources=sources, scopes=scopes, **filled)


def described(*rows: Any, known: Known | None = None, config: Config = CONFIG, **more: Any) -> Description:
    return describe(snapshot(*rows, **more), config, known or Known())


def by_name(description: Description, kind: str) -> dict[str, Entity]:
    return {entity.ref.name: entity for entity in description.entities if entity.kind == kind}


def only(description: Description, kind: str) -> Entity:
    [entity] = by_name(description, kind).values()
    return entity


def annotations(entity: Entity) -> dict[str, str]:
    return dict(entity.document["metadata"]["annotations"])


def tags(entity: Entity) -> list[str]:
    return list(entity.document["metadata"].get("tags", ()))


def reasons(description: Description) -> str:
    return "\n".join(f"{left.what}: {left.reason}" for left in description.left_out)


def known_of(description: Description) -> Known:
    """What a tree would know in which the description has been written."""
    return load(merge(load({}), description).texts).known()


# -- what belongs together ---------------------------------------------------------------------------------------


def test_one_version_has_several_servers_and_each_shows_its_site() -> None:
    made = described(server("a", registry=link()), server("b", registry=link()), model(), version())
    components = by_name(made, "Component")
    assert {c.document["spec"]["dependsOn"][0] for c in components.values()} == {"resource:default/shared.granite.v1"}
    assert {annotations(c)["backstage.io/techdocs-entity"] for c in components.values()} == {
        "resource:default/shared.granite.v1"
    }
    assert annotations(only(made, "Resource"))["rhdh.modelcatalog.io/model-name"] == "a"
    assert only(made, "Resource").file == PurePosixPath("models/shared/granite/entities.yaml")
    assert {e.file for e in components.values()} == {PurePosixPath("servers/east/pay/entities.yaml")}


def test_nothing_of_two_registries_with_the_same_ids_mixes() -> None:
    other = Source(family=MODEL_REGISTRY, name="other", registry="private")
    rows = [model(), version(), model(registry="other", name="llama"), version(registry="other")]
    servers = [server("a", registry=link()), server("b", registry=link(registry="private"))]
    made = described(*rows, *servers, sources=(EAST, SHARED, other))
    targets = {name: c.document["spec"]["dependsOn"] for name, c in by_name(made, "Component").items()}
    assert targets == {
        "east.pay.a": ["resource:default/shared.granite.v1"],
        "east.pay.b": ["resource:default/other.llama.v1"],
    }


def test_a_label_means_the_registry_of_the_server_s_own_cluster() -> None:
    near = dataclasses.replace(SHARED, clusters=("east",))
    far = Source(family=MODEL_REGISTRY, name="far", registry="public", clusters=("west",))
    rows = [model(), version(), model(registry="far", name="llama"), version(registry="far")]
    servers = [server("a", registry=link()), server("a", cluster="west", registry=link())]
    made = described(*rows, *servers, sources=(EAST, WEST, near, far))
    targets = {name: c.document["spec"]["dependsOn"] for name, c in by_name(made, "Component").items()}
    assert targets == {
        "east.pay.a": ["resource:default/shared.granite.v1"],
        "west.pay.a": ["resource:default/far.llama.v1"],
    }


@pytest.mark.parametrize(
    "labels",
    [
        link(registry="unheard-of"),
        link(version="9"),
        link(model="9"),
        RegistryLink(registry="public", registered_model_id="1", model_version_id=None),
    ],
)
def test_a_label_that_leads_nowhere_gives_no_relation(labels: RegistryLink) -> None:
    component = only(described(server(registry=labels), model(), version()), "Component")
    assert "dependsOn" not in component.document["spec"]
    assert component.unknown <= {"/spec/owner"}  # the namespace's requester


def test_while_a_registry_cannot_tell_relations_are_unknown() -> None:
    made = described(server(registry=link()), incomplete="model-registry/shared/ModelVersion")
    assert {"/spec/dependsOn", "/metadata/annotations/backstage.io~1techdocs-entity"} <= only(made, "Component").unknown


def test_while_the_registries_of_a_cluster_cannot_be_found_relations_are_unknown() -> None:
    searched = Scope(source="kserve/east", kind=DISCOVERY, complete=False)
    seen = snapshot(server(registry=link()), sources=(EAST,))
    made = describe(dataclasses.replace(seen, scopes=(*seen.scopes, searched)), CONFIG, Known())
    assert "/spec/dependsOn" in only(made, "Component").unknown
    lost = Source(family=MODEL_REGISTRY, name="east-public", clusters=("east",), discovered=True)
    made = describe(covering(seen, (EAST, lost)), CONFIG, Known())
    assert "/spec/dependsOn" in only(made, "Component").unknown


def test_a_version_whose_model_is_not_there_is_left_out_with_the_reason() -> None:
    made = described(version())
    assert not made.entities
    assert "its RegisteredModel is not in the registry" in reasons(made)


# -- states ------------------------------------------------------------------------------------------------------


def test_an_archived_version_is_shown_while_a_server_uses_it() -> None:
    rows = [model(), version(state="ARCHIVED")]
    assert "archived" in tags(only(described(*rows, server(registry=link())), "Resource"))
    assert not by_name(described(*rows), "Resource")
    assert not by_name(described(model(state="ARCHIVED"), version()), "Resource")


def test_an_archived_version_stays_while_not_all_servers_are_known_or_it_was_edited() -> None:
    before = known_of(described(model(), version()))
    rows = [model(), version(state="ARCHIVED")]
    assert described(*rows, known=before, incomplete="kserve/east/InferenceService").present
    assert not described(*rows, known=before).present
    edited = dataclasses.replace(before, edited=frozenset(["model-registry/shared/granite/v1"]))
    assert "archived" in tags(only(described(*rows, known=edited), "Resource"))


def test_a_stopped_server_stays_with_its_api_and_its_urls_are_unknown() -> None:
    before = known_of(described(server()))
    stopped = server(state="stopped", external_url=UNKNOWN, internal_url=UNKNOWN)
    made = described(stopped, known=before)
    component, api = only(made, "Component"), only(made, "API")
    assert annotations(component)["rhoai-catalog/state"] == "stopped"
    assert "/metadata/annotations/rhdh.modelcatalog.io~1external-route-url" in component.unknown
    assert "/spec/definition" in api.unknown and "definition" not in api.document["spec"]


def test_a_server_that_is_being_deleted_is_left_as_it_is() -> None:
    made = described(server(state="deleting"))
    assert not made.entities
    assert made.present == {"kserve/east/pay/InferenceService/chat"}


@pytest.mark.parametrize(
    ("required", "shown"), [(True, ["auth-required"]), (False, ["auth-not-required"]), (None, []), (UNKNOWN, [])]
)
def test_the_tag_of_authentication_says_only_what_is_known(required: Any, shown: list[str]) -> None:
    for entity in described(server(authentication_required=required)).entities:
        assert [tag for tag in tags(entity) if tag.startswith("auth")] == shown
        assert ("/metadata/tags/auth-required|auth-not-required" in entity.unknown) is (required is UNKNOWN)


# -- names -------------------------------------------------------------------------------------------------------


def test_a_new_display_name_changes_only_the_title() -> None:
    before = described(server(display_name="Old"))
    after = described(server(display_name="New"), known=known_of(before))
    old, new = only(before, "Component"), only(after, "Component")
    assert new.document["metadata"]["title"] == "New"
    assert (new.ref, new.file) == (old.ref, old.file)


def test_what_is_equal_but_for_its_source_gets_names_apart() -> None:
    servers = [server("a.b", namespace="pay"), server("b", namespace="pay.a"), server("b", kind="LLMInferenceService")]
    made = described(*servers, server("b.llm"))
    assert len(by_name(made, "Component")) == 4
    assert len({entity.ref for entity in made.entities}) == len(made.entities)


def test_a_renamed_source_keeps_names_and_files() -> None:
    before = described(model(), version(registered_model_id="1"))
    texts = merge(load({}), before).texts
    renamed = load(texts, renamed=lambda source: source.replace("model-registry/shared/", "model-registry/team/"))
    team = dataclasses.replace(SHARED, name="team")
    rows = [model(registry="team"), version(registry="team")]
    after = only(described(*rows, sources=(team,), known=renamed.known()), "Resource")
    assert (after.ref, after.file) == (only(before, "Resource").ref, only(before, "Resource").file)
    assert annotations(after)["rhoai-catalog/source"] == "model-registry/team/granite/v1"


def test_entities_go_into_the_configured_namespace() -> None:
    config = dataclasses.replace(CONFIG, defaults=Defaults(entity_namespace="ai", system="genai", lifecycle="beta"))
    made = described(server(registry=link()), model(), version(), config=config)
    assert {entity.ref.namespace for entity in made.entities} == {"ai"}
    assert only(made, "Component").document["spec"] == {
        "type": "model-server",
        "lifecycle": "beta",
        "owner": "group:default/ai",
        "system": "system:default/genai",
        "dependsOn": ["resource:ai/shared.granite.v1"],
        "providesApis": ["api:ai/east.pay.chat"],
    }


# -- owners ------------------------------------------------------------------------------------------------------

RULES = (("alice*", "user:default/alice"), ("bob@corp.example", "group:default/payments"))
WITH_RULES = dataclasses.replace(CONFIG, owners=Owners(default="group:default/ai", rules=RULES))


@pytest.mark.parametrize(
    ("rows", "owner"),
    [
        ([server(annotations={"rhdh.io/owner": "user:default/eve"})], "user:default/eve"),
        ([server(annotations={"modelcatalogbridge.rhdh.io/owner": "Alice B."})], "user:default/alice"),
        ([server(registry=link()), model(owner="bob@corp.example"), version()], "group:default/payments"),
        ([server(registry=link()), model(), version(author="ALICE")], "user:default/alice"),
        ([server(), Namespace(cluster="east", name="pay", requester="alice")], "user:default/alice"),
        ([server(), Namespace(cluster="east", name="pay", requester="system:admin")], "group:default/ai"),
        ([server(), Namespace(cluster="west", name="pay", requester="alice")], "group:default/ai"),
        ([server()], "group:default/ai"),
    ],
)
def test_who_owns_a_server(rows: list[Any], owner: str) -> None:
    made = described(*rows, config=WITH_RULES)
    assert only(made, "Component").document["spec"]["owner"] == owner
    assert only(made, "API").document["spec"]["owner"] == owner
    assert "owner" not in reasons(made)


def test_a_name_that_leads_to_nobody_is_told_once() -> None:
    made = described(server("a"), server("b"), Namespace(cluster="east", name="pay", requester="mallory"))
    assert reasons(made).count("mallory") == 1
    assert "and 1 more" in reasons(made)


# -- cards -------------------------------------------------------------------------------------------------------

LICENCE = {"license": "apache-2.0", "license_link": "https://www.apache.org/licenses/LICENSE-2.0"}


def page(description: Description) -> Any:
    return next(page.text for page in description.pages if page.name == "docs/index.md")


@pytest.mark.parametrize(
    "told",
    [
        {"artifacts": registered_from()},
        {
            "custom_properties": {
                "_registeredFromCatalogSourceName": "Red Hat",
                "_registeredFromCatalogRepositoryName": "ibm",
                "_registeredFromCatalogModelName": "granite",
            }
        },
    ],
)
def test_the_card_of_the_catalog_model_it_was_registered_from(told: dict[str, Any]) -> None:
    source = CatalogSource(catalog="cards", id="redhat", name="Red Hat")
    made = described(model(), version(**told), card(readme="# Granite\n\nIt chats.", **LICENCE), source)
    assert "It chats." in page(made)
    resource = only(made, "Resource")
    assert annotations(resource)["rhoai-catalog/license"] == "apache-2.0"
    licence = {"url": LICENCE["license_link"], "title": "License", "icon": "docs", "type": "license"}
    assert licence in resource.document["metadata"]["links"]


def test_while_a_catalog_cannot_tell_what_is_there_stays() -> None:
    rows = [model(), version(artifacts=registered_from())]
    before = known_of(described(*rows, card(readme="# Granite", **LICENCE)))
    made = described(*rows, known=before, incomplete="model-catalog/cards/CatalogModel")
    assert page(made) is UNKNOWN
    assert "/metadata/annotations/rhoai-catalog~1license" in only(made, "Resource").unknown


def test_where_catalogs_are_found_none_at_all_proves_nothing() -> None:
    rows = [model(), version(artifacts=registered_from())]
    before = known_of(described(*rows, card(readme="# Granite")))
    seen = snapshot(*rows, sources=(EAST, SHARED))
    assert page(describe(seen, CONFIG, before)) is not UNKNOWN
    searched = Scope(source="kserve/east", kind=DISCOVERY, complete=True)
    seen = dataclasses.replace(seen, scopes=(*seen.scopes, searched))
    assert page(describe(seen, CONFIG, before)) is UNKNOWN


def test_a_site_is_called_what_its_model_is_called() -> None:
    made = described(model(name='R&D "v2" <beta>'), version(), card(readme="# Card"))
    [text] = [page.text for page in made.pages if page.name == "mkdocs.yml"]
    assert documents.parse(str(text))["site_name"] == 'R&D "v2" <beta> v1'
    assert (
        site_name("a <script>x</script> <b onclick=x> <plaintext>") == "a ‹script>x‹/script> ‹b onclick=x> ‹plaintext>"
    )


# -- definitions -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("protocol", ["openai", "openai-ovms", "v1", "v2", "caikit", "grpc-v2", "tgis"])
def test_every_protocol_has_a_definition_that_says_how_to_call_it(protocol: str) -> None:
    api = only(described(server(protocols=(protocol,), authentication_required=True)), "API")
    text = api.document["spec"]["definition"]
    if api.document["spec"]["type"] == "grpc":
        assert '\nsyntax = "proto3";' in text
        call = next(line for line in text.splitlines() if "grpcurl" in line)
        assert (
            call.startswith("// ") and "chat.example.net:443" in call and "Bearer $TOKEN" in call and '"chat"' in call
        )
        return
    definition = documents.parse(text)
    assert definition["servers"][0]["url"] == "https://chat.example.net"
    assert definition["security"] == [{"bearer": []}]
    assert "curl https://chat.example.net/" in definition["info"]["description"]
    assert "oc whoami -t" in definition["info"]["description"]


def test_a_declared_definition_comes_first_and_an_unusable_one_is_told() -> None:
    sound = {"rhdh.io/api-spec": 'openapi: "3.1.0"\npaths: {/mine: {}}'}
    made = documents.parse(only(described(server(annotations=sound)), "API").document["spec"]["definition"])
    assert list(made["paths"]) == ["/mine"]
    assert made["servers"] == [
        {"url": "https://chat.example.net"},
        {"url": "http://chat-predictor.pay.svc.cluster.local:8080"},
    ]
    unsound = {"rhdh.io/api-spec": 'openapi: "3.1.0"\npaths: {/x: {$ref: "https://evil.example/x.yaml"}}'}
    fallen_back = described(server(annotations=unsound))
    assert "evil.example" not in only(fallen_back, "API").document["spec"]["definition"]
    assert "it refers to another document" in reasons(fallen_back)


PROTO = "syntax='proto3';\nservice S {}\n"
SWAGGER = '{"swagger": "2.0", "info": {}, "paths": {"/a": {}}}'
OWN_KEY = '{"openapi": "3.0.3", "paths": {"/a": {}}, "components": {"securitySchemes": {"key": {"type": "apiKey"}}}}'


@pytest.mark.parametrize(
    ("text", "called", "type_", "told"),
    [
        (PROTO, "", "grpc", "service S"),
        ("# of ours\n" + '"""What it is"""\nextend type Query { a: Int }', "", "graphql", "extend"),
        ("message M {}\n", "grpc", "grpc", "message M"),
        ("message M {}\n", "", "openapi", "/v1/chat/completions"),
        ('{"openapi": "3.0.3", "paths": {"/a": {}}}', "grpc", "openapi", '"/a"'),
        ("nothing", "openapi", "openapi", "/v1/chat/completions"),
        ('{"openapi": "banana", "paths": {"/a": {}}}', "", "openapi", "/v1/chat/completions"),
        ('{"openapi": "3.0.3", "paths": {"foo": 1}}', "", "openapi", "/v1/chat/completions"),
        ('{"openapi": "3.0.3", "paths": {"/a": {"$ref": "#/components/b"}}}', "", "openapi", "/v1/chat/completions"),
        ('{"openapi": "3.0.3", "paths": {"/a": {}}, "servers": [{"url": "/"}]}', "", "openapi", "https://chat.example"),
        ('{"openapi": "3.0.3", "paths": {"/a": {}}, "servers": [{"url": "https://x"}]}', "", "openapi", "https://x"),
        (SWAGGER, "", "openapi", "host: chat.example.net"),
        (SWAGGER, "", "openapi", "oc whoami -t"),
        (OWN_KEY, "", "openapi", "apiKey"),
        ('openapi: 3.0.3\npaths: {/a: {}}\nx: {$ref: "#/l/\u00b2"}\nl: [1]\n', "", "openapi", "/v1/chat/completions"),
        ('openapi: 3.0.3\npaths: {/a: {}}\nx: {$ref: "#/l/' + "9" * 5000 + '"}\n', "", "openapi", "/v1/chat/complet"),
        ('{"openapi":"3.0.3","paths":{},"x":' + '{"a":' * 350 + "1" + "}" * 351, "", "openapi", "/v1/chat/completions"),
        ('openapi: 3.0.3\npaths: {"/a/{id}": {x: {$ref: "#/paths/~1a~1%7Bid%7D"}}}\n', "", "openapi", "/a/{id}"),
        ("openapi: 3.0.3\npaths:\n  /a:\n    d: |-\n      syntax = 'proto3';\n", "grpc", "openapi", "/a"),
        (
            "openapi: 3.0.3\npaths: {/a: {}}\nservers: [{url: '/{v}', variables: {v: {default: b}}}]",
            "",
            "openapi",
            "variables",
        ),
        ("openapi: 3.0.3\npaths: {/a: {example: {$ref: '#/nowhere'}}}\n", "", "openapi", "/nowhere"),
        (
            "openapi: 3.0.3\npaths: {/a: {default: {$ref: 'https://evil.example/x'}}}\n",
            "",
            "openapi",
            "/v1/chat/comple",
        ),
        ("openapi: 3.0.3\npaths: {/a: {}}\ncomponents:\n", "", "openapi", "/a"),
    ],
)
def test_a_declared_definition_is_checked_called_what_it_is_and_completed(
    text: str, called: str, type_: str, told: str
) -> None:
    """Where it does not say where the server is and that it needs a token, that is filled in; what it says stays."""
    annotations = {"rhdh.io/api-spec": text, **({"rhdh.io/api-type": called} if called else {})}
    made = only(described(server(annotations=annotations, authentication_required=True)), "API").document["spec"]
    assert made["type"] == type_
    assert told in made["definition"] or told.strip('"') in made["definition"]
    if type_ == "openapi" and "swagger" not in text and text != OWN_KEY:
        definition = documents.parse(made["definition"])
        assert definition["security"] == [{"bearer": []}]
        assert "oc whoami -t" in definition["info"]["description"]


def test_a_swagger_definition_keeps_the_path_of_the_server() -> None:
    row = server(annotations={"rhdh.io/api-spec": SWAGGER}, external_url="https://gw.example.net/ns/m")
    assert documents.parse(only(described(row), "API").document["spec"]["definition"])["basePath"] == "/ns/m"


def test_a_name_that_a_caller_may_use_is_no_command() -> None:
    """`-F model=@/etc/passwd` would send the reader's file to whoever named the model."""
    rows = [model(tasks=("automatic-speech-recognition",)), version()]
    named = server(registry=link(), served_model_names=("@/etc/passwd```<b>",))
    told = documents.parse(only(described(*rows, named), "API").document["spec"]["definition"])["info"]["description"]
    assert "-F model" not in told and "--form-string 'model=@/etc/passwd" in told
    spoken = server(protocols=("grpc-v2", 'x\nimport "evil.proto";\n//'), served_model_names=("a\nb",))
    proto = only(described(spoken), "API").document["spec"]["definition"]
    assert not [row for row in proto.splitlines() if row.startswith(("import", "b"))]


def test_quotes_without_end_are_no_work() -> None:
    only(described(server(annotations={"rhdh.io/api-spec": '"' * 100_001 + "\n" * 50_000})), "API")


@pytest.mark.parametrize(
    ("task", "path", "call"),
    [
        ("automatic-speech-recognition", "/v1/audio/transcriptions", "client.audio.transcriptions.create("),
        ("feature-extraction", "/v1/embeddings", "client.embeddings.create("),
        ("text-generation", "/v1/chat/completions", "client.chat.completions.create("),
    ],
)
def test_the_example_asks_for_what_the_model_does(task: str, path: str, call: str) -> None:
    rows = [model(tasks=(task,)), version(), server(registry=link())]
    definition = documents.parse(only(described(*rows), "API").document["spec"]["definition"])
    told = definition["info"]["description"]
    assert f"curl https://chat.example.net{path}" in told and call in told and path in definition["paths"]
    assert 'base_url="https://chat.example.net/v1"' in told


def test_a_server_of_an_unheard_of_protocol_has_no_api_and_that_is_told() -> None:
    made = described(server(protocols=("own",)))
    assert not by_name(made, "API")
    assert "providesApis" not in only(made, "Component").document["spec"]
    assert "API of east/pay/chat: no definition" in reasons(made)


# -- laws --------------------------------------------------------------------------------------------------------

HOSTILE = [
    "../../x",
    "a" * 300,
    "@org/team",
    "con",
    "..",
    "Größe L",
    "モデル",
    "<img src=x onerror=alert(1)>",
    "a | b `c` #1",
    "line\nbreak",
    "\u202egnp.exe",
    "null",
    "no",
    "1.10",
    "{{ x }}",
    "--8<-- x",
    "$text",
    "__proto__",
    " ",
    "%2F",
    "a/b",
]
TEXTS = st.sampled_from(HOSTILE) | st.text(max_size=20)
NAMES = TEXTS.filter(bool)
KEYS = "Owner,License,API Spec,Lifecycle,x,Usage,Ethics,model_type,validated_on,context_length,Provider".split(",")
PROPERTIES = st.dictionaries(st.sampled_from(KEYS), TEXTS)
TOLD = "owner,homepage-url,title,lifecycle,system,backstage-tags,links,serverType,default,api-entity-ref".split(",")
WRITTEN = st.builds("{}/{}".format, st.sampled_from(["rhdh.io", "terasky.backstage.io"]), st.sampled_from(TOLD))
ALL_PROFILES = dataclasses.replace(CONFIG, profiles=("seed", "ai-model-server"))
KUBERNETES = st.sampled_from(["chat", "a.b", "x" * 63, "b", "c-1"])


@st.composite
def estates(draw: st.DrawFn) -> list[Any]:
    models = draw(st.lists(NAMES, min_size=1, max_size=3, unique=True))
    rows: list[Any] = [
        model(str(number), name, description=draw(TEXTS), owner=draw(TEXTS), custom_properties=draw(PROPERTIES))
        for number, name in enumerate(models)
    ]
    versions = draw(st.lists(st.tuples(st.integers(0, len(models)), NAMES), max_size=4, unique=True))
    for number, (of, name) in enumerate(versions):
        state = draw(st.sampled_from(["LIVE", "ARCHIVED"]))
        artifact = Artifact(id="1", artifact_type="model-artifact", uri=draw(TEXTS), name=draw(TEXTS))
        told = {"artifacts": (artifact,), "custom_properties": draw(PROPERTIES), "state": state, "author": draw(TEXTS)}
        rows.append(version(str(number), name, registered_model_id=str(of), description=draw(TEXTS), **told))
    named = st.tuples(KUBERNETES, KUBERNETES, st.sampled_from(KINDS[KSERVE]))
    for name, namespace, kind in draw(st.lists(named, max_size=4, unique=True)):
        rows.append(
            server(
                name,
                namespace=namespace,
                kind=kind,
                display_name=draw(TEXTS),
                description=draw(TEXTS),
                served_model_names=(draw(NAMES),),
                external_url=draw(st.sampled_from([None, "https://x.example.net", "https://x.example.net/a b"])),
                model_format=draw(TEXTS),
                protocols=draw(st.sampled_from([("openai",), ("v2", "grpc-v2"), ("tgis",), ()])),
                registry=draw(st.none() | st.builds(link, st.sampled_from("0123"), st.sampled_from("012"))),
                annotations=draw(st.dictionaries(WRITTEN, TEXTS)),
                artifact_uris=draw(st.sampled_from([(), ("oci://x/y:1",), ("oci://x/z:1",)])),
            )
        )
    readme = draw(TEXTS.map(lambda text: f"---\nlicense: {text}\n---\n{text}"))
    return [*rows, card(artifact_uris=("oci://x/y:1",), readme=readme, maturity=draw(TEXTS), name=draw(NAMES))]


@settings(max_examples=tries(60, 15), deadline=None)
@given(estates(), st.randoms(use_true_random=False))
def test_whatever_the_estate_every_entity_is_valid_named_apart_and_in_no_order(
    rows: list[Any], shuffler: random.Random
) -> None:
    made = described(*rows, config=ALL_PROFILES)
    found = [finding for entity in made.entities for finding in check_entity(entity.checkable())]
    assert [finding for finding in found if finding.rule != "ai-kind"] == []
    assert len({entity.ref for entity in made.entities}) == len(made.entities)
    files = [str(page.file) for page in made.pages]
    assert len({file.lower() for file in files}) == len(files)
    assert all(".." not in PurePosixPath(file).parts for file in [*files, *(str(e.file) for e in made.entities)])
    shuffled = rows.copy()
    shuffler.shuffle(shuffled)
    assert describe(snapshot(*shuffled), ALL_PROFILES, Known()) == made


@settings(max_examples=tries(30, 10), deadline=None)
@given(estates())
def test_what_has_a_name_and_a_file_keeps_both_whatever_comes(rows: list[Any]) -> None:
    texts: Any = {}
    refs: dict[tuple[str, str], tuple[EntityRef, PurePosixPath]] = {}
    for count in range(1, len(rows) + 1):
        current = load(texts)
        made = described(*rows[:count], known=current.known())
        for entity in made.entities:
            place = entity.ref, entity.file
            assert refs.setdefault(entity.key, place) == place
        texts = merge(current, made).texts
