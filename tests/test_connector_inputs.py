"""What people wrote on servers for the connector of RHDH 2.1 has its effect, or is told."""

from __future__ import annotations

import dataclasses
import itertools
from typing import Any

import pytest
from rhoai_catalog import documents
from rhoai_catalog.config import Config, Validation
from rhoai_catalog.describe import describe
from rhoai_catalog.entity import Description, Entity
from rhoai_catalog.merge import load, merge
from rhoai_catalog.snapshot import UNKNOWN, CatalogSource, Snapshot
from rhoai_catalog.validate import check_entity, problems
from test_describe import (
    CONFIG,
    annotations,
    card,
    described,
    link,
    model,
    only,
    registered_from,
    server,
    snapshot,
    tags,
    version,
)

BOTH = dataclasses.replace(CONFIG, profiles=("seed", "ai-model-server"))
ALONE = dataclasses.replace(CONFIG, profiles=("ai-model-server",))
SERVED = "rhoai-catalog/served-model-names"
TWO = {"model-b": "Mistral 7B", "model-a": "granite-3.1"}
REDHAT = CatalogSource(catalog="cards", id="redhat", name="Red Hat", labels=("Red Hat AI",))


def stated(more: dict[str, Any] | None = None, **annotations: str) -> Any:
    written = {f"rhdh.io/{key.replace('_', '-')}": value for key, value in annotations.items()}
    return server(annotations=written, **(more or {}))


def with_models(**more: Any) -> Any:
    return stated(more, **{key.replace("-", "_"): value for key, value in TWO.items()})


def reasons(description: Description) -> str:
    return "\n".join(f"{left.what}: {left.reason}" for left in description.left_out)


def models_of(description: Description) -> dict[str, Any]:
    return dict(only(description, "AiModelServerAPI").document["spec"].get("models", {}))


def definition(description: Description) -> Any:
    return documents.parse(only(description, "API").document["spec"]["definition"])


def example_of(description: Description) -> str:
    post = definition(description)["paths"]["/v1/chat/completions"]["post"]
    return str(post["requestBody"]["content"]["application/json"]["example"]["model"])


def links(entity: Entity) -> dict[str, str]:
    return {row["title"]: row["url"] for row in entity.document["metadata"].get("links", ())}


# -- models ----------------------------------------------------------------------------------------------------------


def test_the_models_that_people_name_are_what_callers_are_shown() -> None:
    """As they stand: the connector writes `mistral-7b`, which no server answers to."""
    made = described(with_models(registry=link()), model(), version(), config=BOTH)
    assert annotations(only(made, "Component"))[SERVED] == "granite-3.1,Mistral%207B"
    assert annotations(only(made, "API"))[SERVED] == annotations(only(made, "Component"))[SERVED]
    assert models_of(made) == {
        "discoverable": True,
        "available": ["granite-3.1", "Mistral 7B"],
        "default": "granite-3.1",
    }
    assert annotations(only(made, "Resource"))["rhdh.modelcatalog.io/model-name"] == "granite-3.1"
    assert example_of(made) == "granite-3.1" and "`Mistral 7B`" in definition(made)["info"]["description"]
    assert "rhdh.io/model-a" in only(made, "Component").origins[f"/metadata/annotations/{SERVED.replace('/', '~1')}"]


@pytest.mark.parametrize("default", ["Mistral 7B", "mistral-7b", " Mistral 7B ", "Mistral-7B"])
def test_the_default_is_what_an_example_asks_for(default: str) -> None:
    """It may be spelled as the connector shows it."""
    shown = stated({"registry": link()}, model_a="granite-3.1", model_b="Mistral 7B", default=default)
    made = described(shown, model(), version(), config=BOTH)
    assert models_of(made)["available"] == ["granite-3.1", "Mistral 7B"]
    assert models_of(made)["default"] == example_of(made) == "Mistral 7B"
    assert annotations(only(made, "Resource"))["rhdh.modelcatalog.io/model-name"] == "Mistral 7B"
    assert "rhdh.io/default" not in reasons(made)


@pytest.mark.parametrize("config", [CONFIG, BOTH, ALONE])
def test_a_default_that_the_server_does_not_serve_is_told(config: Config) -> None:
    made = described(stated({"served_model_names": ("a", "b")}, default="c"), config=config)
    assert "rhdh.io/default is none of the models that the server serves" in reasons(made)
    assert example_of(made) == "a"
    unknown = described(stated({"served_model_names": UNKNOWN}, model_x="x", default="c"), config=config)
    assert "rhdh.io/default is none of" in reasons(unknown)


@pytest.mark.parametrize("names", [UNKNOWN, ()])
def test_where_nothing_else_is_known_what_people_say_is(names: Any) -> None:
    made = described(stated({"served_model_names": names}, default="mine"), config=BOTH)
    assert annotations(only(made, "Component"))[SERVED] == "mine" and example_of(made) == "mine"
    assert models_of(made) == {"discoverable": True, "available": ["mine"], "default": "mine"}
    assert f"/metadata/annotations/{SERVED.replace('/', '~1')}" not in only(made, "Component").unknown
    odd = described(stated({"served_model_names": names}, default="mi\nne"), config=BOTH)
    assert SERVED not in annotations(only(odd, "Component"))
    assert "rhdh.io/default has a character that no name has" in reasons(odd)


@pytest.mark.parametrize(
    ("values", "names", "told"),
    [
        ({"model_a": "x", "model_b": " "}, ["x"], "rhdh.io/model-b names nothing"),
        ({"model_a": "x", "model_b": "y\nz"}, ["x"], "rhdh.io/model-b has a character that no name has"),
        ({"model_a": "x", "model_b": "y\u202ez"}, ["x"], "rhdh.io/model-b has a character that no name has"),
        ({"model_a": "Xy", "model_b": "xY"}, ["Xy"], "rhdh.io/model-b differs from another by case only"),
        ({"model_a": "x", "model_b": "x"}, ["x"], ""),
        ({"model_": "x"}, ["x"], ""),
        ({f"model_{n:03}": f"m{n}" for n in range(250)}, [f"m{n}" for n in range(100)], "150 more"),
        ({"model_a": ""}, ["chat"], "rhdh.io/model-a names nothing"),
        ({"model_a": "\u200b"}, ["chat"], "rhdh.io/model-a names nothing"),
    ],
)
def test_names_that_no_entity_can_have_are_told(values: dict[str, str], names: list[str], told: str) -> None:
    made = described(stated({"served_model_names": ("chat",), "protocols": ("v2",)}, **values), config=BOTH)
    assert models_of(made)["available"] == names
    others = reasons(made).replace("is shown, but what the server is started with does not name this model", "")
    assert told in reasons(made)
    assert bool(told) == any(key in others for key in ("names nothing", "no name has", "by case only", "more than"))
    for entity in made.entities:
        assert [f for f in check_entity(entity.document) if f.rule != "ai-kind"] == []


def test_names_that_differ_by_case_are_told_of_whatever_serves_them() -> None:
    made = described(server(served_model_names=("b", "A", "a")), config=BOTH)
    assert models_of(made)["available"] == ["b", "A"]
    assert "differs from another by case only" in reasons(made)


def test_a_model_that_the_server_s_arguments_do_not_name_is_shown_and_told() -> None:
    served = {"served_model_names": ("granite-3.1", "lora"), "further_model_names": ("publishers/pay/models/chat",)}
    made = described(stated(served, model_a="granite-3.1", model_b="Mistral"), config=BOTH)
    assert models_of(made)["available"] == ["granite-3.1", "Mistral"]
    assert reasons(made).count("does not name this model") == 1 and "rhdh.io/model-b is shown" in reasons(made)
    fine = described(stated(served, model_a="publishers/pay/models/chat", model_b="lora"), config=BOTH)
    assert "does not name" not in reasons(fine)
    assert "publishers/" in models_of(fine)["available"][0]
    assert definition(fine)["info"]["description"].count("publishers/pay/models/chat`") == 1
    for names in (UNKNOWN, ()):
        nothing = described(stated({"served_model_names": names}, model_a="x"), config=BOTH)
        assert "does not name" not in reasons(nothing), "nobody can say"


def test_keys_that_only_begin_alike_name_no_model() -> None:
    other = {"rhdh.modelcatalog.io/model-name": "x", "rhdh.io/models": "y", "modelcatalogbridge.rhdh.io/model-a": "z"}
    assert models_of(described(server(annotations=other), config=BOTH))["available"] == ["chat"]


# -- the API ---------------------------------------------------------------------------------------------------------

SPELLINGS = {
    "mistral-api": "api:default/mistral-api",
    "api:mistral-api": "api:default/mistral-api",
    "api:default/mistral-api": "api:default/mistral-api",
    "team-a/mistral-api": "api:team-a/mistral-api",
    " API:team-a/Mistral-API ": "api:team-a/mistral-api",
}
NO_API = (
    "component:default/x", "api:team-a/mistral api", "api:a/b/c", "api:", "/x", "x/", "::", "a b", "api:Team_A/x",
    "x" * 64, "resource:x", "https://hub.example.net/catalog/default/api/x", ":x", "\u202ex",
)  # fmt: skip


@pytest.mark.parametrize("written", SPELLINGS)
@pytest.mark.parametrize("config", [BOTH, ALONE])
def test_an_api_that_people_name_is_referred_to(written: str, config: Config) -> None:
    made = described(stated(api_entity_ref=written), config=config)
    assert only(made, "AiModelServerAPI").document["spec"]["apiEntityRef"] == SPELLINGS[written]
    assert "api-entity-ref" not in reasons(made)


@pytest.mark.parametrize("written", NO_API)
@pytest.mark.parametrize("config", [CONFIG, BOTH, ALONE])
def test_what_is_no_api_is_told_and_the_own_one_stays(written: str, config: Config) -> None:
    made = described(stated(api_entity_ref=written), config=config)
    assert reasons(made).count("rhdh.io/api-entity-ref is no reference to an API") == 1
    shown = [entity for entity in made.entities if entity.kind == "AiModelServerAPI"]
    assert [entity.document["spec"]["apiEntityRef"] for entity in shown] == ["api:default/east.pay.chat"] * len(shown)


MINE = (
    "apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata: {name: mine}\n"
    "spec: {type: openapi, lifecycle: p, owner: o, definition: '{}'}\n"
)
RHDH_2_1 = Validation(rules={"ai-kind": "off"})


def run(texts: dict[str, str], observed: Snapshot, config: Config) -> dict[str, str]:
    made = describe(observed, config, load(texts).known())
    return dict(merge(load(texts), made).texts)


def test_an_api_of_the_tree_is_provided_by_the_component() -> None:
    observed = snapshot(stated(api_entity_ref="mine"))
    texts = run({"ours.yaml": MINE}, observed, BOTH)
    part = texts["servers/east/pay/entities.yaml"]
    assert "  providesApis:\n  - api:default/east.pay.chat\n  - api:default/mine\n" in part
    assert problems(texts, asked=RHDH_2_1) == (), "all that is referred to is there"
    assert "no file here" not in reasons(describe(observed, CONFIG, load(texts).known()))
    elsewhere = describe(observed, CONFIG, load({}).known())
    assert only(elsewhere, "Component").document["spec"]["providesApis"] == ["api:default/east.pay.chat"]
    assert "rhdh.io/api-entity-ref names an API that no file here holds" in reasons(elsewhere)
    assert "no file here" not in reasons(described(stated(api_entity_ref="mine"), config=BOTH)), "it is shown"


def test_an_api_that_somebody_keeps_elsewhere_is_no_problem() -> None:
    """As the procedure of RHDH has it: a file in a repository of its own."""
    texts = run({}, snapshot(stated(api_entity_ref="team-a/mine")), BOTH)
    assert problems(texts, asked=RHDH_2_1) == ()


@pytest.mark.parametrize(
    ("more", "kind", "server_type", "url"),
    [
        ({"protocols": ()}, "graphql", "graphql", "https://chat.example.net"),
        ({"protocols": ()}, "OpenAPI", "openapi", "https://chat.example.net"),
        ({"protocols": ("openai",)}, "openapi", "openai-v1", "https://chat.example.net/v1"),
        ({"protocols": ("v2", "grpc-v2")}, "grpc", "open-inference-grpc-v2", "https://chat.example.net"),
        ({"protocols": ("openai",)}, "asyncapi", "asyncapi", "https://chat.example.net"),
        ({"protocols": ("openai",)}, "soap", "openai-v1", "https://chat.example.net/v1"),
    ],
)
def test_the_type_of_an_api_decides_where_the_protocol_leaves_it_open(
    more: dict[str, Any], kind: str, server_type: str, url: str
) -> None:
    made = described(stated(more, api_type=kind), config=BOTH)
    spec = only(made, "AiModelServerAPI").document["spec"]
    assert (spec["serverType"], spec["serverUrl"]) == (server_type, url)
    assert ("rhdh.io/api-type is none of openapi, asyncapi, graphql, grpc" in reasons(made)) == (kind == "soap")


@pytest.mark.parametrize(
    ("more", "stated_type", "url"),
    [
        ({"protocols": ("v1", "openai-huggingface"), "runtime": "huggingface"}, "openai-v1", "/openai/v1"),
        ({"protocols": ()}, "openai-v1", "/v1"),
        ({"protocols": ("openai",)}, "anthropic", ""),
        ({"protocols": ("openai",)}, "kserve-v1", ""),
        ({"protocols": ("v2",), "external_url": "https://mesh.example.net/v2/models/chat"}, "open-inference-v2", ""),
    ],
)
def test_the_address_is_that_of_the_type(more: dict[str, Any], stated_type: str, url: str) -> None:
    made = described(stated(more, serverType=stated_type), config=ALONE)
    spec = only(made, "AiModelServerAPI").document["spec"]
    host = "https://mesh.example.net" if "external_url" in more else "https://chat.example.net"
    assert (spec["serverType"], spec["serverUrl"]) == (stated_type, host + url)


def test_only_what_lists_its_models_is_called_discoverable() -> None:
    for more, listed in (
        ({"protocols": ("openai",)}, True),
        ({"protocols": ("openai",), "runtime": "tei"}, None),
        ({"protocols": ("openai-huggingface", "v1"), "runtime": "huggingface"}, True),
        ({"protocols": ("openai-huggingface", "v1"), "runtime": "huggingface", "task": "classification"}, None),
        ({"protocols": ("v2",)}, None),
    ):
        row = server(**{key: value for key, value in more.items() if key != "task"})
        row = dataclasses.replace(row, task=dataclasses.replace(row.task, value=more.get("task")))
        assert models_of(described(row, config=BOTH)).get("discoverable") == listed, more


def test_a_key_that_the_server_itself_compares_is_one() -> None:
    row = server(authentication_required=False)
    row = dataclasses.replace(row, token=dataclasses.replace(row.token, value="api-key"))
    made = described(row, config=BOTH)
    assert only(made, "AiModelServerAPI").document["spec"]["requiresApiKey"] is True
    assert all("auth-not-required" in tags(entity) for entity in made.entities), "tags say what the platform asks for"
    assert "ask its owner" in definition(made)["info"]["description"]


# -- documentation ---------------------------------------------------------------------------------------------------

FOLDERS = (
    "https://github.com/org/models/tree/main/granite",
    "https://gitlab.example.net/org/models/-/tree/main/granite",
    "https://git.example.net/org/models/src/branch/main/granite/",
    "https://bitbucket.org/org/models/src/main/granite",
    "https://github.com/org/models",
)
NO_FOLDERS = (
    "https://docs.example.net/granite",
    "https://docs.example.net/src/granite",
    "https://github.com/org/models/blob/main/README.md",
    "https://github.com/org",
    "https://example.net/org/models",
)


@pytest.mark.parametrize("url", FOLDERS)
@pytest.mark.parametrize("registered", [True, False])
def test_documentation_in_a_repository_is_shown_as_such(url: str, registered: bool) -> None:
    rows = [stated({"registry": link()} if registered else {}, techdocs=url), model(), version()]
    made = described(*rows, config=BOTH)
    for kind in ("Component", "AiModelServerAPI"):
        entity = only(made, kind)
        assert annotations(entity)["backstage.io/techdocs-ref"] == f"url:{url}"
        assert "backstage.io/techdocs-entity" not in annotations(entity)
        assert links(entity)["Documentation"] == url


def test_documentation_in_a_repository_is_no_site_of_ours() -> None:
    uri = "oci://quay.example.net/m:1"
    text = card("ibm/granite", readme="# Granite\n", artifact_uris=(uri,))
    assert described(stated({"artifact_uris": (uri,)}), REDHAT, text).pages != ()
    assert described(stated({"artifact_uris": (uri,)}, techdocs=FOLDERS[0]), REDHAT, text).pages == ()


@pytest.mark.parametrize("url", NO_FOLDERS)
def test_documentation_elsewhere_is_a_link_and_nothing_else(url: str) -> None:
    """TechDocs reads repositories: any other address would be a tab with an error."""
    rows = [stated({"registry": link()}, techdocs=url), model(), version()]
    made = described(*rows, config=BOTH)
    for kind in ("Component", "API", "AiModelServerAPI"):
        assert links(only(made, kind))["Documentation"] == url
    assert annotations(only(made, "Component"))["backstage.io/techdocs-entity"] == "resource:default/shared.granite.v1"
    told = reasons(described(stated(techdocs="file:docs"), config=ALONE))
    assert "rhdh.io/techdocs is no http or https address" in told


@pytest.mark.parametrize("source", ["redhat", "Red Hat", "Red Hat AI"])
def test_the_card_that_people_name_is_the_server_s(source: str) -> None:
    text = card("ibm/granite", readme="# Granite\n\nThinks.\n", license="apache-2.0", tasks=("text-generation",))
    named = stated(catalog_source=source, catalog_model="ibm/granite")
    made = described(named, REDHAT, text, config=BOTH)
    for kind in ("Component", "AiModelServerAPI"):
        assert annotations(only(made, kind))["backstage.io/techdocs-ref"] == "dir:./chat"
        assert annotations(only(made, kind))["rhoai-catalog/license"] == "apache-2.0"
        assert "text-generation" in tags(only(made, kind))
    [page] = [page for page in made.pages if page.name == "docs/index.md"]
    assert "Thinks." in str(page.text) and "catalog-model" not in reasons(made)


def test_it_counts_before_what_the_model_s_address_says() -> None:
    uri = "oci://quay.example.net/m:1"
    other = card("a/other", readme="# Other\n", artifact_uris=(uri,), license="mit")
    text = card("ibm/granite", readme="# Granite\n", license="apache-2.0")
    named = stated({"artifact_uris": (uri,)}, catalog_source="redhat", catalog_model="ibm/granite")
    made = described(named, REDHAT, text, other)
    assert annotations(only(made, "Component"))["rhoai-catalog/license"] == "apache-2.0"
    gone = described(stated({"artifact_uris": (uri,)}, catalog_source="x", catalog_model="y"), REDHAT, text, other)
    assert annotations(only(gone, "Component"))["rhoai-catalog/license"] == "mit"
    assert "rhdh.io/catalog-model is in no catalog" in reasons(gone)
    elsewhere = described(stated(catalog_source="x", catalog_model="ibm/granite"), REDHAT, text)
    assert elsewhere.pages == () and "rhdh.io/catalog-model is in no catalog" in reasons(elsewhere)


def test_a_registered_version_without_a_card_leaves_it_to_the_server() -> None:
    text = card("ibm/granite", readme="# Granite\n\nThinks.\n")
    named = stated({"registry": link()}, catalog_source="redhat", catalog_model="ibm/granite")
    own = described(named, model(), version(artifacts=()), REDHAT, text, config=BOTH)
    assert annotations(only(own, "Component"))["backstage.io/techdocs-ref"] == "dir:./chat"
    assert "backstage.io/techdocs-entity" not in annotations(only(own, "Component"))
    assert only(own, "Component").document["spec"]["dependsOn"] == ["resource:default/shared.granite.v1"]
    chatting = card("ibm/granite", tasks=("feature-extraction",))
    assert "/v1/embeddings" in str(definition(described(named, model(), version(artifacts=()), REDHAT, chatting)))
    unlisted = described(named, model(), version(artifacts=None), REDHAT, text)
    assert "backstage.io/techdocs-ref" not in annotations(only(unlisted, "Component")), "the version may have a card"
    with_card = described(named, model(), version(artifacts=registered_from()), REDHAT, text, config=BOTH)
    assert annotations(only(with_card, "Component"))["backstage.io/techdocs-entity"].startswith("resource:")
    assert "backstage.io/techdocs-ref" not in annotations(only(with_card, "Component"))


@pytest.mark.parametrize("half", ["catalog_source", "catalog_model"])
@pytest.mark.parametrize("config", [CONFIG, ALONE])
def test_half_a_card_is_told(half: str, config: Config) -> None:
    other = {"catalog_source": "catalog-model", "catalog_model": "catalog-source"}[half]
    made = described(stated(**{half: "x"}), REDHAT, card(), config=config)
    assert f"rhdh.io/{half.replace('_', '-')} means nothing without rhdh.io/{other}" in reasons(made)


@pytest.mark.parametrize("lost", ["model-catalog/cards", "model-registry/shared"])
@pytest.mark.parametrize("registered", [True, False])
def test_a_source_that_is_down_takes_no_card_that_people_named(lost: str, registered: bool) -> None:
    text = card("ibm/granite", readme="# Granite\n\nThinks.\n", license="mit")
    more = {"registry": link()} if registered else {}
    rows = [stated(more, catalog_source="redhat", catalog_model="ibm/granite"), stated({"name": "other"})]
    registry, catalog = [model(), version(artifacts=())], [REDHAT, text]
    before = run({}, snapshot(*rows, *registry, *catalog), BOTH)
    assert "Thinks." in "".join(before.values())
    down = snapshot(*rows, *(registry if lost.startswith("model-catalog") else catalog))
    scopes = tuple(dataclasses.replace(s, complete=s.source != lost) for s in down.scopes)
    assert run(before, dataclasses.replace(down, scopes=scopes), BOTH) == before
    emptied = snapshot(*rows, *registry)
    if lost.startswith("model-catalog"):
        assert run(before, emptied, BOTH) == before, "a catalog that lists nothing any more is doubted"


# -- the rest --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["Component", "API", "AiModelServerAPI"])
def test_what_people_wrote_is_on_every_kind(kind: str) -> None:
    written = {
        "owner": "group:default/ml",
        "lifecycle": "beta",
        "system": "chat",
        "description": "Talks.",
        "homepage_url": "https://home.example.net",
        "how_to_use": "https://use.example.net",
    }
    entity = only(described(stated(**written), config=BOTH), kind)
    spec = entity.document["spec"]
    assert (spec["owner"], spec["lifecycle"], spec["system"]) == ("group:default/ml", "beta", "system:default/chat")
    assert entity.document["metadata"]["description"].partition("\n\n")[0] == "Talks."
    assert links(entity) == {
        "API": "https://chat.example.net",
        "Homepage": "https://home.example.net",
        "How to use": "https://use.example.net",
    }
    for title in links(entity):
        assert entity.origins[f"/metadata/links/{links(entity)[title].replace('/', '~1')}"]


def test_what_people_filter_by_is_on_the_kind_of_the_ai_catalog() -> None:
    facts = {"rhdh.io/x": "y", "opendatahub.io/model-type": "generative", "terasky.backstage.io/backstage-tags": "ours"}
    made = described(server(annotations=facts), config=BOTH)
    assert set(tags(only(made, "AiModelServerAPI"))) == set(tags(only(made, "Component"))) >= {"vllm", "ours"}


@pytest.mark.parametrize("key", ["serverType", "lifecycle"])
def test_a_word_that_is_cut_is_told(key: str) -> None:
    made = described(stated(**{key: "x" * 64}), config=BOTH)
    assert only(made, "AiModelServerAPI").document["spec"][key] == "x" * 63
    assert f"rhdh.io/{key} is longer than 63 characters, and cut" in reasons(made)
    assert "and cut" not in reasons(described(stated(**{key: "x" * 63}), config=BOTH))


@pytest.mark.parametrize("config", [CONFIG, BOTH, ALONE])
def test_what_is_refused_is_told_once_whatever_is_shown(config: Config) -> None:
    refused = {"homepage_url": "home", "system": "a b", "owner": "nobody", "support": "x", "api_type": "soap"}
    told = reasons(described(stated(**refused), config=config))
    for key in refused:
        assert told.count(f"rhdh.io/{key.replace('_', '-')}") == 1, key


def test_a_source_that_is_down_changes_no_byte_of_what_people_wrote() -> None:
    rows = [with_models(registry=link(), served_model_names=UNKNOWN), model(), version(custom_properties={"x": "y"})]
    before = run({}, snapshot(*rows), BOTH)
    down = snapshot(rows[0], model(), incomplete="model-registry/shared/ModelVersion")
    assert run(before, down, BOTH) == before
    after = run(before, snapshot(stated({"registry": link()}, model_a="other"), *rows[1:]), BOTH)
    assert "available:\n    - other\n" in after["servers/east/pay/ai-model-servers.yaml"]
    assert run(after, snapshot(stated({"registry": link()}, model_a="other"), *rows[1:]), BOTH) == after


@pytest.mark.few(2)
@pytest.mark.parametrize("config", [CONFIG, BOTH, ALONE])
def test_no_input_of_any_shape_makes_an_invalid_entity(config: Config) -> None:
    keys = ("model_a", "default", "api_entity_ref", "api_type", "serverType", "techdocs", "catalog_source", "system")
    odd = ("", " ", "\0", "a\nb", "x" * 5000, "{{ x }}", "api:x", "https://github.com/a/b/tree/c", "<b>", "日本", "-")
    for key, value in itertools.product(keys, odd):
        made = described(stated(**{key: value}), REDHAT, card(), config=config)
        for entity in made.entities:
            assert [f for f in check_entity(entity.document) if f.rule != "ai-kind"] == [], (key, value)
