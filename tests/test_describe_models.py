"""What people pick a model by, and what its pages say: each fact from where it stands, and only what is known."""

from __future__ import annotations

import dataclasses
import json
import re
from typing import Any

import pytest
from rhoai_catalog.config import Config
from rhoai_catalog.describe import describe
from rhoai_catalog.entity import Description, Known
from rhoai_catalog.merge import is_entity_file, load, merge
from rhoai_catalog.snapshot import (
    UNKNOWN,
    Agent,
    Artifact,
    CatalogSource,
    McpServer,
    RegisteredInferenceService,
    ServingEnvironment,
    Snapshot,
)
from rhoai_catalog.text.credentials import without_credentials
from rhoai_catalog.validate import check_entity
from test_describe import (
    CARDS,
    CONFIG,
    EAST,
    SHARED,
    annotations,
    card,
    described,
    known_of,
    link,
    model,
    only,
    page,
    registered_from,
    server,
    snapshot,
    tags,
    version,
)

VALIDATED = '["RHOAI 2.25","vLLM 0.10.1.1"]'


@pytest.mark.parametrize(
    ("name", "told", "key", "value"),
    [
        ("Meta-Llama-3.1-8B-Instruct", {}, "parameters", "8B"),
        ("prometheus-8x7b-v2-0", {}, "parameters", "8x7B"),
        ("granite-3.1-8b-lab-v1", {}, "parameters", "8B"),
        ("sales-30b2", {}, "parameters", None),
        ("churn", {"Model size": "1.5B"}, "parameters", "1.5B"),
        ("Llama-quantized.w4a16", {}, "quantization", "w4a16"),
        ("Mistral-FP8-dynamic", {}, "quantization", "fp8"),
        ("churn", {"int4": "", "w4a16": "", "4-bit precision": ""}, "quantization", "w4a16"),
        ("churn", {"8-bit precision": ""}, "quantization", "8-bit"),
        ("churn", {"context_length": 131072}, "context-length", "131072"),
        ("churn", {"Context length": "8k"}, "context-length", "8k"),
        ("churn", {"validated_on": VALIDATED}, "validated-on", "RHOAI%202.25,vLLM%200.10.1.1"),
        ("churn", {"hardware_tag": "Intel Xeon"}, "hardware", "Intel%20Xeon"),
        ("churn", {"Provider": "IBM, Inc"}, "provider", "IBM, Inc"),
        ("churn", {"base_model": "[[[["}, "base-model", "[[[["),
        ("churn", {"validated_on": "[" * 20_000}, "validated-on", "[" * 200),
    ],
)
def test_facts_of_names_and_properties(name: str, told: dict[str, Any], key: str, value: str | None) -> None:
    resource = only(described(model(name=name), version(custom_properties=told)), "Resource")
    assert annotations(resource).get(f"rhoai-catalog/{key}") == value


def test_what_people_filter_by_is_a_tag() -> None:
    told = {"validated_on": VALIDATED, "model_type": "generative", "w4a16": "", "auth-not-required": ""}
    made = described(model(), version(custom_properties=told, artifacts=()), card(tasks=("chat",)))
    assert tags(only(made, "Resource")) == ["generative", "validated", "w4a16"]


MATTER = "---\nlicense: mit\nbase_model: [ibm/base]\npipeline_tag: text-generation\nlanguage: [de]\n---\n# Card\n"


def test_the_front_matter_of_a_card_is_taken_out_and_used() -> None:
    made = described(model(), version(artifacts=registered_from()), card(readme=MATTER))
    resource = only(made, "Resource")
    assert annotations(resource)["rhoai-catalog/license"] == "mit"
    assert annotations(resource)["rhoai-catalog/base-model"] == "ibm/base"
    assert tags(resource) == ["de", "text-generation"]
    assert "pipeline_tag" not in page(made) and "| License | mit |" in page(made)
    assert resource.origins["/metadata/annotations/rhoai-catalog~1license"] == "front matter of the model card, license"


def test_the_nearest_word_counts() -> None:
    rows = [model(license="Apache 2.0"), version(artifacts=registered_from()), card(license="x", readme=MATTER)]
    assert annotations(only(described(*rows), "Resource"))["rhoai-catalog/license"] == "Apache 2.0"


@pytest.mark.parametrize(
    ("rows", "lifecycle"),
    [
        ([model(), version()], "production"),
        ([model(), version(custom_properties={"Lifecycle": "beta"}, state="ARCHIVED")], "beta"),
        ([model(state="ARCHIVED"), version()], "deprecated"),
        ([model(maturity="Technology Preview"), version()], "experimental"),
        ([model(maturity="Generally Available"), version()], "production"),
        ([model(), version(artifacts=registered_from()), card(maturity="Developer preview")], "experimental"),
        ([model(), version(artifacts=registered_from()), card(maturity="Deprecated")], "deprecated"),
    ],
)
def test_the_lifecycle_of_a_model(rows: list[Any], lifecycle: str) -> None:
    made = described(*rows, server(registry=link()))
    assert only(made, "Resource").document["spec"]["lifecycle"] == lifecycle


def test_the_lifecycle_of_a_server_is_declared_there_or_of_its_version() -> None:
    rows = [model(custom_properties={"Lifecycle": "staging"}), version()]
    for told, lifecycle in (({}, "staging"), ({"rhdh.io/lifecycle": "beta"}, "beta")):
        made = described(*rows, server(registry=link(), annotations=told))
        assert {only(made, kind).document["spec"]["lifecycle"] for kind in ("Component", "API")} == {lifecycle}


def test_a_lifecycle_that_is_not_known_now_stays() -> None:
    rows = [model(), version(artifacts=registered_from()), server(registry=link())]
    before = known_of(described(*rows, card(maturity="Technology preview")))
    made = described(*rows, known=before, incomplete="model-catalog/cards/CatalogModel")
    assert "/spec/lifecycle" in only(made, "Resource").unknown
    assert "lifecycle" not in only(made, "Resource").document["spec"]
    lost = describe(snapshot(server(registry=link()), incomplete="model-registry/shared/ModelVersion"), CONFIG, before)
    assert "/spec/lifecycle" in only(lost, "Component").unknown
    assert "/spec/lifecycle" in only(lost, "API").unknown


def test_the_system_is_that_of_the_first_rule_for_the_place() -> None:
    systems = (("EAST/pay*", "system:default/payments"), ("shared/*", "models"), ("*", "other"))
    config = dataclasses.replace(CONFIG, systems=systems)
    made = described(server(), model(), version(), config=config)
    assert only(made, "Component").document["spec"]["system"] == "system:default/payments"
    assert only(made, "API").document["spec"]["system"] == "system:default/payments"
    assert only(made, "Resource").document["spec"]["system"] == "system:default/models"
    told = described(server(annotations={"terasky.backstage.io/system": "mine"}), config=config)
    assert only(told, "Component").document["spec"]["system"] == "system:default/mine"


# -- what people wrote on a server for earlier tools ------------------------------------------------------------------


def test_the_annotations_of_earlier_ingestors_are_read() -> None:
    told = {
        "terasky.backstage.io/title": "Chat",
        "terasky.backstage.io/description": "It chats.",
        "terasky.backstage.io/owner": "group:default/chat",
        "terasky.backstage.io/lifecycle": "beta",
        "terasky.backstage.io/backstage-tags": "team:chat, Gen AI,auth-required\nx",
        "terasky.backstage.io/links": '[{"url": "https://x.example", "title": "Board"}, {"url": "javascript:a"}, 7]',
        "rhdh.io/how-to-use": "https://docs.example/use",
        "rhdh.io/license": "https://docs.example/licence",
        "opendatahub.io/model-type": "generative",
        "opendatahub.io/genai-use-case": "chat",
    }
    component = only(described(server(annotations=told)), "Component")
    metadata, spec = component.document["metadata"], component.document["spec"]
    assert (metadata["title"], metadata["description"].partition("\n\n")[0]) == ("Chat", "It chats.")
    assert (spec["owner"], spec["lifecycle"]) == ("group:default/chat", "beta")
    assert tags(component) == ["auth-not-required", "chat", "gen-ai", "generative", "team:chat", "vllm", "x"]
    assert [(entry["title"], entry["url"]) for entry in metadata["links"]] == [
        ("API", "https://chat.example.net"),
        ("How to use", "https://docs.example/use"),
        ("License", "https://docs.example/licence"),
        ("Board", "https://x.example"),
    ]
    assert metadata["links"][0]["icon"] == "kind:api"


SECRETS = ("https://user:hunter2@h.example/x", "https://h.example/?access_token=hunter2")


@pytest.mark.parametrize("secret", SECRETS)
def test_no_credential_of_a_property_gets_through(secret: str) -> None:
    told = {"validated_on": json.dumps([secret]).replace("/", "\\/"), "Support": f"Ask {secret}", "Provider": secret}
    links = json.dumps([{"url": secret, "title": "t"}]).replace("/", "\\/")
    rows = [model(), version(custom_properties={k: without_credentials(v) for k, v in told.items()})]
    made = described(*rows, server(annotations={"terasky.backstage.io/links": links}))
    assert "hunter2" not in str([entity.document for entity in made.entities]) + str([page.text for page in made.pages])


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("https://u:p@h/x and https://u@h", "https://h/x and https://h"),
        ("https://u:p/w@h:80/x", "https://h:80/x"),
        ("https://a:b@c:d@e@h", "https://h"),
        ("http://h:80/a@b http://h/a@b", "http://h:80/a@b http://h/a@b"),
        ("oci://r/x@sha256:1", "oci://r/x@sha256:1"),
        ("oci://u:p@r/x@sha256:1", "oci://r/x@sha256:1"),
        ("abfs://c@h wasbs://u:p@c@h", "abfs://c@h wasbs://c@h"),
        ("https://h?a=b?Token=c&d=e&my-sig-2=f", "https://h?a=b?Token=&d=e&my-sig-2="),
        ("https://h?token&a=b", "https://h?token&a=b"),
    ],
)
def test_an_address_keeps_all_but_its_credentials(text: str, bare: str) -> None:
    assert without_credentials(text) == bare


def test_a_link_of_characters_that_no_address_has_is_none() -> None:
    links = '[{"url": "https://h.example/\\ud800"}, {"url": "https://h.example/\\u202e"}]'
    component = only(described(server(annotations={"terasky.backstage.io/links": links})), "Component")
    assert [entry["title"] for entry in component.document["metadata"]["links"]] == ["API"]


HUGE = ("base_model: [0x" + "f" * 5000 + "]", "language: [0o" + "7" * 9000 + "]", "a: b\n" * 9_000)


@pytest.mark.parametrize("matter", HUGE)
def test_front_matter_of_any_size_is_taken_out(matter: str) -> None:
    made = described(model(), version(artifacts=registered_from()), card(readme=f"---\n{matter}\n---\n# C\n"))
    assert "## C" in page(made) and "fffff" not in page(made)


OFTEN = ("<!--" * 20_000 + " -->", "<div>" + "<?" * 20_000 + "?>", "<div>" + "<![CDATA[" * 9_000 + "]]>")


@pytest.mark.parametrize("text", OFTEN)
def test_html_that_begins_often_is_read_once(text: str) -> None:
    assert described(model(), version(custom_properties={"Ethics": text}))


def test_names_of_one_run_are_apart_whatever_they_are_names_of() -> None:
    shared = dataclasses.replace(SHARED, name="east", registry="east")
    registered = model(name="pay", registry="east"), version(name="chat", registry="east")
    other = server("chat"), server("pay.chat", namespace="east", cluster="west")
    seen = snapshot(*registered, *other, sources=(EAST, shared, CARDS))
    asset = McpServer(catalog="east", source_id="s", name="pay.chat", endpoints={"http": "https://m.example"})
    agents = tuple(Agent(catalog="east", source_id=source, name="pay.chat") for source in "st")
    seen = dataclasses.replace(seen, mcp_servers=(asset,), agents=agents)
    made = describe(seen, CONFIG, Known())
    assert len({entity.ref for entity in made.entities}) == len(made.entities) == 7
    assert [left.reason for left in made.left_out] == ["something else of its source has the same name"]


@pytest.mark.parametrize("name", ["\u200b", "\ufeff", "..", "con", "x" * 5000, "\n"])
def test_an_asset_of_any_name_has_a_title_and_a_place(name: str) -> None:
    seen = dataclasses.replace(snapshot(), agents=(Agent(catalog="c", source_id="s", name=name, readme="# x"),))
    made = describe(seen, CONFIG, Known())
    assert [f for entity in made.entities for f in check_entity(entity.document) if f.rule != "ai-kind"] == []
    assert all(".." not in page.file.parts for page in made.pages)


@pytest.mark.parametrize("links", ["", "{", "[" * 30_000, "7", '{"url": "https://a"}'])
def test_links_that_are_none_are_none(links: str) -> None:
    component = only(described(server(annotations={"terasky.backstage.io/links": links})), "Component")
    assert [entry["title"] for entry in component.document["metadata"]["links"]] == ["API"]


def test_a_server_that_people_keep_out_is_left_out() -> None:
    made = described(server(annotations={"terasky.backstage.io/exclude-from-catalog": "true"}))
    assert made.entities == ()
    assert made.left_out[0].reason == "its InferenceService annotation terasky.backstage.io/exclude-from-catalog"


@pytest.mark.parametrize("blank", [" ", "\u200b"])
def test_a_version_of_blank_names_has_a_title_and_pages(blank: str) -> None:
    made = described(model(name=blank), version(name=blank))
    resource = only(made, "Resource")
    assert resource.document["metadata"]["title"] == resource.ref.name
    assert page(made).startswith("# About\n")


def test_a_title_of_nothing_visible_is_the_name() -> None:
    component = only(described(server(annotations={"terasky.backstage.io/title": "\u200b"})), "Component")
    assert component.document["metadata"]["title"] == "chat"


def test_the_context_length_that_a_server_was_told() -> None:
    component = only(described(server(context_length=8192)), "Component")
    assert annotations(component)["rhoai-catalog/context-length"] == "8192"


# -- pages -----------------------------------------------------------------------------------------------------------


def named(made: Description) -> list[str]:
    return sorted(str(page.file) for page in made.pages)


def test_texts_of_the_registry_are_pages_of_their_own() -> None:
    told = {
        "Ethics": "No *country* of birth.",
        "Usage": "https://docs.example/use",
        "Support": "Ask <script>x</script>",
    }
    made = described(model(), version(custom_properties=told))
    pages = {page.name: page.text for page in made.pages}
    assert sorted(pages) == ["docs/ethics.md", "docs/index.md", "docs/support.md", "mkdocs.yml"]
    assert pages["docs/ethics.md"] == "# Ethics\n\nNo *country* of birth.\n"
    assert "script" not in str(pages["docs/support.md"])


@pytest.mark.parametrize("readme", ["It chats.\n", "### Links\n\nNone.\n\n# Card\n"])
def test_a_card_that_begins_with_no_heading_of_its_own_gets_one(readme: str) -> None:
    text = page(described(model(), version(artifacts=registered_from()), card(readme=readme)))
    assert "\n\n## Model card\n\n" in text


def test_where_a_version_was_deployed() -> None:
    place = ServingEnvironment(registry="shared", id="9", name="pay")
    registered = {"registry": "shared", "registered_model_id": "1", "model_version_id": "1"}

    def deployed(number: str, name: str, state: str, **more: Any) -> RegisteredInferenceService:
        row = {**registered, "id": number, "name": name, "desired_state": state, "serving_environment_id": "9", **more}
        return RegisteredInferenceService(**row)

    rows = [
        deployed("1", "chat/1111-2222", "UNDEPLOYED"),
        deployed("2", "chat/3333-4444", "DEPLOYED", runtime="vllm"),
        deployed("3", "old/5555", "UNDEPLOYED", serving_environment_id="none"),
        deployed("4", "other/6666", "DEPLOYED", registry="elsewhere"),
    ]
    text = page(described(model(), version(), place, *rows))
    assert text.split("## Deployments\n\n")[1] == (
        "| Server | Where | Runtime | State |\n| --- | --- | --- | --- |\n"
        "| `old` |  |  | no longer deployed |\n| `chat` | `pay` | vllm | deployed |\n"
    )
    before = known_of(described(model(), version(), place, *rows))
    lost = described(model(), version(), known=before, incomplete="model-registry/shared/InferenceService")
    assert page(lost) is UNKNOWN


URI = "oci://registry.example/granite:1"


def test_a_server_whose_model_only_a_catalog_knows_has_a_site_with_its_card() -> None:
    rows = [card(readme="# Granite\n\nIt chats.", artifact_uris=(URI,)), server(artifact_uris=(URI,))]
    made = described(*rows)
    assert named(made) == ["servers/east/pay/chat/docs/index.md", "servers/east/pay/chat/mkdocs.yml"]
    assert "It chats." in page(made) and URI in page(made)
    assert annotations(only(made, "Component"))["backstage.io/techdocs-ref"] == "dir:./chat"
    assert named(described(card(readme="x", artifact_uris=(URI,)), server(artifact_uris=("oci://a/b",)))) == []


def test_the_card_of_a_server_stays_while_its_catalog_cannot_tell() -> None:
    rows = [card(readme="# Granite", artifact_uris=(URI,)), server(artifact_uris=(URI,))]
    before = known_of(described(*rows))
    for lost in (
        described(server(artifact_uris=(URI,)), known=before, incomplete="model-catalog/cards/CatalogSource"),
        described(server(artifact_uris=(URI,)), card("a", artifact_uris=None), known=before),
        described(server(artifact_uris=(URI,)), known=before),
    ):
        component = only(lost, "Component")
        assert "kserve/east/pay/InferenceService/chat" not in lost.settled
        assert annotations(component)["backstage.io/techdocs-ref"] == "dir:./chat"
    gone = described(server(artifact_uris=(URI,)), card("other", artifact_uris=("oci://a/b",)), known=before)
    assert "kserve/east/pay/InferenceService/chat" in gone.settled and gone.pages == ()
    assert "backstage.io/techdocs-ref" not in annotations(only(gone, "Component"))


def test_a_server_that_gets_a_registered_version_shows_that_ones_site() -> None:
    rows = [card(readme="# Granite", artifact_uris=(URI,)), model(), version()]
    before = known_of(described(*rows, server(artifact_uris=(URI,))))
    made = described(*rows, server(artifact_uris=(URI,), registry=link()), known=before)
    told = annotations(only(made, "Component"))
    assert "backstage.io/techdocs-ref" not in told
    assert told["backstage.io/techdocs-entity"] == "resource:default/shared.granite.v1"
    assert "kserve/east/pay/InferenceService/chat" in made.settled


# -- pages through the merge -------------------------------------------------------------------------------------------

CARD = "# Granite\n\nIt chats.\n\n## Limits\n\nMany.\n"


def merged(made: Description, texts: dict[str, str]) -> dict[str, str]:
    return dict(merge(load(texts), made).texts)


def again(texts: dict[str, str], *rows: Any) -> dict[str, str]:
    made = describe(snapshot(*rows, sources=(EAST, SHARED, CARDS)), CONFIG, load(texts).known())
    return merged(made, texts)


def test_a_new_version_starts_with_what_people_wrote_about_the_previous_one() -> None:
    first, index = version(artifacts=registered_from()), "models/shared/granite/{}/docs/index.md"
    rows = [model(), card(readme=CARD), first]
    texts = again({}, *rows)
    edited = texts[index.format("v1")].replace("It chats.", "It chats well.").replace("Many.", "Few.")
    texts[index.format("v1")] = edited.replace("# About\n", "# About\n\nOurs.\n") + "\n## Ask\n\nAna.\n"
    artifacts = (*registered_from(), Artifact(id="2", artifact_type="metric", name="auc", value=1.0))
    second = version("2", "v2", artifacts=artifacts)
    after = again(texts, *rows, second)
    page = after[index.format("v2")]
    assert page.startswith("# About\n\nOurs.\n")
    assert all(text in page for text in ("It chats well.", "Few.", "## Ask", "version `v2`", "auc"))
    assert again(after, *rows, second) == after
    newer = again(after, model(), card(readme=CARD.replace("Granite", "Granite!")), first, second)
    assert "It chats well." in newer[index.format("v2")], "what was copied is a hand edit from then on"
    other = version("3", "v3", artifacts=registered_from("ibm/other"))
    assert "well" not in again(texts, *rows, card("ibm/other", readme="# Other"), other)[index.format("v3")]


METRIC = "| Name | Value |\n| --- | --- |\n| auc | `{}` |"


def measured(number: str, name: str, value: float) -> Any:
    metric = Artifact(id=number, artifact_type="metric", name="auc", value=value)
    return version(number, name, artifacts=(*registered_from(), metric))


@pytest.mark.parametrize(
    "edit",
    [
        lambda text: text.replace("# About", "# Granite v1"),
        lambda text: text.replace("## Metrics\n", "## Metrics\n\nHow we measure.\n"),
        lambda text: text.replace("## Metrics\n", "## Metrics\n\nHow we measure.\n\n## Metrics\n"),
        lambda text: text.replace("auc", "our auc"),
        lambda text: text.replace("## Facts\n", "## Facts\n\nSee below.\n"),
        lambda text: text.replace("## Limits\n", "## Bounds\n"),
    ],
)
def test_a_new_version_never_shows_what_was_measured_of_another(edit: Any) -> None:
    index = "models/shared/granite/{}/docs/index.md"
    rows = [model(), card(readme=CARD), measured("1", "v1", 0.1)]
    texts = again({}, *rows)
    texts[index.format("v1")] = edit(texts[index.format("v1")])
    after = again(texts, *rows, measured("2", "v2", 0.9))
    page = after[index.format("v2")]
    assert page.startswith("# About\n") and "version `v2`" in page and METRIC.format("0.9") in page
    assert "0.1" not in page and page.count("It chats.") == 1
    assert after[index.format("v1")] == texts[index.format("v1")]
    assert again(after, *rows, measured("2", "v2", 0.9)) == after


def test_a_heading_above_the_title_stays_above_it() -> None:
    index = "models/shared/granite/{}/docs/index.md"
    rows = [model(description="Ours."), card(readme=CARD), measured("1", "v1", 0.1)]
    texts = again({}, *rows)
    texts[index.format("v1")] = "# Read this first\n\nAsk Ana.\n\n" + texts[index.format("v1")]
    page = again(texts, *rows, measured("2", "v2", 0.9))[index.format("v2")]
    assert page.startswith("# Read this first\n\nAsk Ana.\n\n# About\n\nOurs.\n") and "0.9" in page


def test_a_page_that_the_registry_no_longer_has_goes_unless_somebody_edited_it() -> None:
    told = version(custom_properties={"Ethics": "None.", "Support": "Ask."})
    texts = again({}, model(), told)
    support, ethics = (f"models/shared/granite/v1/docs/{name}.md" for name in ("support", "ethics"))
    texts[support] += "\nAna knows.\n"
    after = again(texts, model(), version())
    assert ethics not in after and after[support] == texts[support]
    assert ethics in again(texts, server())


# -- the profile ai-model-server -------------------------------------------------------------------------------------

BOTH = dataclasses.replace(CONFIG, profiles=("seed", "ai-model-server"))
ALONE = dataclasses.replace(CONFIG, profiles=("ai-model-server",))


def test_a_server_as_the_kind_of_rhdh_2_1() -> None:
    shown = server(registry=link(), served_model_names=("chat", "other"), authentication_required=True)
    made = described(shown, model(), version(name="v1.2.0"), config=BOTH)
    entity = only(made, "AiModelServerAPI")
    assert str(entity.file) == "servers/east/pay/ai-model-servers.yaml"
    assert entity.ref.name == only(made, "Component").ref.name
    assert entity.document["spec"] == {
        "type": "ai-model-server",
        "lifecycle": "production",
        "owner": "group:default/ai",
        "serverType": "openai-v1",
        "serverUrl": "https://chat.example.net/v1",
        "requiresApiKey": True,
        "apiEntityRef": "api:default/east.pay.chat",
        "models": {"discoverable": True, "available": ["chat", "other"], "default": "chat"},
    }
    told = annotations(entity)
    assert told["rhdh.io/ai-asset-category"] == "model-server" and told["rhdh.io/ai-asset-version"] == "1.2.0"
    assert told["backstage.io/techdocs-entity"] == "resource:default/shared.granite.v1.2.0"
    assert "auth-required" in tags(entity)
    assert annotations(only(made, "Resource"))["rhdh.io/ai-asset-category"] == "ai-model"
    assert [f for f in check_entity(entity.document) if f.rule != "ai-kind"] == []
    assert "rhdh.io/ai-asset-category" not in annotations(only(described(shown, model(), version()), "Resource"))


@pytest.mark.parametrize(
    ("told", "spec"),
    [
        (
            {"protocols": ("v2", "grpc-v2")},
            {"serverType": "open-inference-v2", "serverUrl": "https://chat.example.net"},
        ),
        ({"protocols": ("openai-huggingface", "v1")}, {"serverUrl": "https://chat.example.net/openai/v1"}),
        ({"protocols": ("openai-ovms", "v2")}, {"serverUrl": "https://chat.example.net/v3"}),
        ({"protocols": ()}, {"serverType": "unknown"}),
        ({"annotations": {"rhdh.io/serverType": "anthropic"}}, {"serverType": "anthropic"}),
        ({"annotations": {"rhdh.io/api-entity-ref": "mine"}}, {"apiEntityRef": "api:default/mine"}),
        ({"annotations": {"rhdh.io/default": "b"}, "served_model_names": ("a", "b")}, {"models": None}),
        ({"served_model_names": ("b\0", "A", "b", "a")}, {"models": None}),
        ({"annotations": {"rhdh.io/serverType": "\u200b"}}, {"serverType": "openai-v1"}),
        ({"annotations": {"rhdh.io/api-entity-ref": "a" * 300}}, {"apiEntityRef": "api:default/east.pay.chat"}),
        ({"annotations": {"terasky.backstage.io/lifecycle": "\u200b"}}, {"lifecycle": "production"}),
        ({"external_url": None}, {"serverUrl": "http://chat-predictor.pay.svc.cluster.local:8080/v1"}),
        ({"authentication_required": None}, {"requiresApiKey": None}),
    ],
)
def test_what_is_told_of_a_server(told: dict[str, Any], spec: dict[str, Any]) -> None:
    made = only(described(server(**told), config=ALONE), "AiModelServerAPI").document["spec"]
    expected = {k: v for k, v in spec.items() if k != "models"}
    assert {key: made.get(key) for key in expected} == expected
    if "models" in spec:
        assert made["models"]["default"] in ("A", "b")
        assert made["models"]["available"] in (["a", "b"], ["A", "b"])


def test_alone_it_takes_the_place_of_the_component() -> None:
    made = described(server(), config=ALONE)
    assert sorted(entity.kind for entity in made.entities) == ["API", "AiModelServerAPI"]
    assert made.dropped == {("kserve/east/pay/InferenceService/chat", "Component")}
    stopped = described(server(external_url=UNKNOWN, internal_url=UNKNOWN, state="stopped"), config=ALONE)
    assert "AiModelServerAPI" not in {entity.kind for entity in stopped.entities}
    assert "no address yet" in " ".join(left.reason for left in stopped.left_out)


@pytest.mark.parametrize(("before", "after"), [(CONFIG, BOTH), (ALONE, BOTH), (CONFIG, ALONE)])
def test_what_is_new_while_a_registry_is_down_takes_the_defaults(before: Any, after: Any) -> None:
    """What is there keeps what it has; what is new beside it cannot have a value that is not known."""
    rows = [
        server(registry=link()),
        model(owner="group:default/risk", custom_properties={"Lifecycle": "beta"}),
        version(),
    ]
    known = known_of(described(*rows, config=before))
    lost = snapshot(server(registry=link()), incomplete="model-registry/shared/ModelVersion")
    made = describe(lost, after, known)
    assert {entity.kind for entity in made.entities} >= {"API", "AiModelServerAPI"}
    for entity in made.entities:
        spec, there = entity.document["spec"], entity.key in known.given
        assert {"/spec/owner", "/spec/lifecycle"} <= entity.unknown
        assert ("owner" in spec, "lifecycle" in spec) == (not there, not there)
        assert there or [f for f in check_entity(entity.document) if f.rule != "ai-kind"] == []


def test_a_profile_that_is_switched_off_takes_its_entities_along_but_no_edit() -> None:
    def run(texts: dict[str, str], config: Any) -> dict[str, str]:
        made = describe(snapshot(server(), server("other")), config, load(texts).known())
        return dict(merge(load(texts), made).texts)

    file = "servers/east/pay/ai-model-servers.yaml"
    both = run({}, BOTH)
    assert both[file].count("kind: AiModelServerAPI") == 2
    assert file not in run(both, CONFIG)
    edited = {**both, file: both[file].replace("title: other", "title: Ours")}
    after = run(edited, CONFIG)
    assert after[file].count("kind: AiModelServerAPI") == 1 and "title: Ours" in after[file]
    assert run(after, BOTH)[file].count("kind: AiModelServerAPI") == 2
    part = "servers/east/pay/entities.yaml"
    assert "kind: Component" not in run(both, ALONE)[part] and "kind: API" in run(both, ALONE)[part]


def test_a_stopped_server_keeps_its_last_address() -> None:
    before = known_of(described(server(), config=ALONE))
    stopped = server(external_url=UNKNOWN, internal_url=UNKNOWN, state="stopped")
    entity = only(described(stopped, known=before, config=ALONE), "AiModelServerAPI")
    assert "/spec/serverUrl" in entity.unknown and "serverUrl" not in entity.document["spec"]
    assert [f for f in check_entity(entity.checkable()) if f.rule != "ai-kind"] == []


SPEC = json.dumps({"openapi": "3.0.3", "info": {"title": "Ours", "version": "1"}, "paths": {"/score": {}}})
RICH = card(
    "ibm/granite",
    description="From the catalog",
    readme="---\npipeline_tag: text-generation\n---\n# Granite\n",
    license="apache-2.0",
    maturity="Tech preview",
    tasks=("feature-extraction",),
    artifact_uris=(URI,),
    license_link="https://license.example.net",
    custom_properties={"parameters": "8.17B", "quantization": "w8a8", "validated_on": VALIDATED},
)


def written(texts: dict[str, str], observed: Snapshot, config: Config = CONFIG) -> dict[str, str]:
    """The tree after a run over `texts`."""
    made = describe(observed, config, load(texts).known())
    return dict(merge(load(texts), made).texts)


@pytest.mark.parametrize("lost", ["model-registry/shared", "model-catalog/cards"])
def test_a_source_that_is_down_changes_no_byte(lost: str) -> None:
    """Also where something else would be told in its place: a generic definition, a name, a worse fact."""
    registry = [
        model(name="granite-8b-fp8", readme="---\nlanguage: de\npipeline_tag: other\n---\n# Ours\n"),
        version(name="1.2.0", artifacts=registered_from(), custom_properties={"API Spec": SPEC, "maturity": "GA"}),
    ]
    catalog = [CatalogSource(catalog="cards", id="redhat", name="Red Hat"), RICH]
    rest = registry if lost == "model-catalog/cards" else catalog
    servers = [server(registry=link()), server("other", artifact_uris=(URI,))]
    whole = snapshot(*servers, *registry, *catalog)
    down = snapshot(*servers, *rest)
    scopes = tuple(dataclasses.replace(s, complete=s.source != lost) for s in down.scopes)
    before = written({}, whole, BOTH)
    told = "".join(before.values())
    assert "/score" in told and "8.17B" in told and "From the catalog" in told and "ai-asset-version: 1.2.0" in told
    assert written(before, dataclasses.replace(down, scopes=scopes), BOTH) == before


def test_a_card_whose_artifacts_cannot_be_listed_keeps_its_facts_on_servers() -> None:
    rows = [server("other", artifact_uris=(URI,)), CatalogSource(catalog="cards", id="redhat", name="Red Hat")]
    before = written({}, snapshot(*rows, RICH))
    assert "v1/embeddings" in str(before) and "rhoai-catalog/license: apache-2.0" in str(before)
    assert written(before, snapshot(*rows, dataclasses.replace(RICH, artifact_uris=None))) == before


@pytest.mark.parametrize("declared", ["TBD", "rubbish"])
def test_a_registry_that_is_down_changes_no_definition_that_is_not_the_servers_own(declared: str) -> None:
    row = server(registry=link(), annotations={"rhdh.io/api-spec": declared})
    before = written({}, snapshot(row, model(tasks=("feature-extraction",)), version()))
    down = snapshot(row, model(tasks=("feature-extraction",)), incomplete="model-registry/shared/ModelVersion")
    after = written(before, down)
    part = "servers/east/pay/entities.yaml"
    assert "curl https://chat.example.net/v1/embeddings" in before[part] and after[part] == before[part]


@pytest.mark.parametrize(("origin", "copied"), [("ibm/granite", True), ("ibm/other", False)])
def test_a_page_is_copied_in_an_outage_only_where_both_versions_name_the_same_card(origin: str, copied: bool) -> None:
    """Two cards that are not known are not the same card."""
    rows = [server(), model(), version(artifacts=registered_from())]
    source = CatalogSource(catalog="cards", id="redhat", name="Red Hat")
    before = load(written({}, snapshot(*rows, source, RICH)))
    new = version("2", "v2", artifacts=registered_from(origin))
    down = snapshot(*rows, new)
    scopes = tuple(dataclasses.replace(s, complete=s.source != "model-catalog/cards") for s in down.scopes)
    made = describe(dataclasses.replace(down, scopes=scopes), CONFIG, before.known())
    [page] = [page for page in made.pages if page.identity.endswith("/v2") and page.name == "docs/index.md"]
    assert (page.like is not None) == copied


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ({"size": "15 GB"}, None),
        ({"size": "7b"}, "7B"),
        ({"parameters": "1.5 billion"}, "1.5B"),
        ({"parameters": 8e9}, "8B"),
        ({"parameters": "8,030,261,248"}, "8.03B"),
        ({"Model size": "8x7B"}, "8x7B"),
    ],
)
def test_parameters_are_a_number_of_parameters(told: dict[str, Any], shown: str | None) -> None:
    made = only(described(model(name="churn"), version(custom_properties=told)), "Resource")
    assert annotations(made).get("rhoai-catalog/parameters") == shown


def links(made: Any) -> dict[str, str]:
    return {row["title"]: row["url"] for row in made.document["metadata"].get("links", [])}


def test_what_people_wrote_for_earlier_tools_is_shown_whatever_it_is() -> None:
    """A licence that is no address is a text; an address in a page's place is a link; two texts are one page."""
    told = {
        "License": "MIT",
        "TechDocs": "https://docs.example.net",
        "Training": "https://train.example.net",
        "Homepage URL": "https://home.example.net",
        "How to use": "Call it.",
        "Usage": "Use it.",
    }
    made = described(server(registry=link()), model(license="apache-2.0"), version(custom_properties=told))
    assert annotations(only(made, "Resource"))["rhoai-catalog/license"] == "MIT"
    shown = {"Documentation": "https://docs.example.net", "Training": "https://train.example.net"}
    assert links(only(made, "Resource")) == {**shown, "Homepage": "https://home.example.net"}
    assert links(only(made, "Component"))["Homepage"] == "https://home.example.net"
    [usage] = [str(page.text) for page in made.pages if page.name.endswith("usage.md")]
    assert "Call it." in usage and "Use it." in usage
    on_server = {"rhdh.io/license": "mit", "rhdh.io/ethics": "https://ethics.example.net"}
    alone = only(described(server(annotations=on_server)), "Component")
    assert annotations(alone)["rhoai-catalog/license"] == "mit"
    assert links(alone)["Ethics"] == "https://ethics.example.net"


def test_a_server_that_only_a_catalog_knows_has_the_facts_of_its_model() -> None:
    facts = card(
        "ibm/granite",
        artifact_uris=(URI,),
        license="apache-2.0",
        license_link="https://license.example.net",
        provider="IBM",
        tasks=("text-generation",),
        language=("en",),
        maturity="Tech preview",
        custom_properties={"validated_on": VALIDATED},
    )
    rows = [CatalogSource(catalog="cards", id="redhat", name="Red Hat"), facts, server(artifact_uris=(URI,))]
    made = only(described(*rows), "Component")
    assert annotations(made)["rhoai-catalog/license"] == "apache-2.0"
    assert annotations(made)["rhoai-catalog/provider"] == "IBM"
    assert links(made)["License"] == "https://license.example.net"
    assert {"text-generation", "en", "validated"} <= set(tags(made))
    assert made.document["spec"]["lifecycle"] == "experimental"


def test_what_people_asked_for_and_no_entity_can_have_is_reported() -> None:
    asked = {
        "rhdh.io/homepage-url": "not a url",
        "rhdh.io/system": "a b c",
        "terasky.backstage.io/backstage-tags": "chat,\u65e5\u672c",
    }
    told = " ".join(left.reason for left in described(server(annotations=asked)).left_out)
    assert "rhdh.io/homepage-url is no http" in told and "rhdh.io/system is no reference" in told
    assert "backstage-tags has a tag without a letter" in told


def test_a_report_holds_no_value_that_may_be_a_secret() -> None:
    asked = {"rhdh.io/support": "bob:hunter2@wiki", "rhdh.io/system": "https://us\ner:hunter2@host/"}
    told = str(described(server(annotations=asked)).left_out)
    assert "rhdh.io/support" in told and "hunter2" not in told


def test_an_origin_names_no_field_that_says_nothing() -> None:
    origin = only(described(server()), "Component").origins["/metadata/description"]
    assert origin == "its name; nobody described it"


def test_a_model_whose_versions_were_all_replaced_at_once_keeps_its_folder() -> None:
    texts = again({}, model(), version())
    made = describe(snapshot(model(), version("2", "v2"), sources=(EAST, SHARED, CARDS)), CONFIG, load(texts).known())
    assert {str(entity.file) for entity in made.entities} == {"models/shared/granite/entities.yaml"}


def test_a_server_stands_in_a_part_of_its_own_where_a_person_has_made_the_file() -> None:
    own = {"servers/east/pay/entities.yaml": "kind: System\n"}
    made = describe(snapshot(server(), sources=(EAST, SHARED, CARDS)), CONFIG, load(own).known())
    [file] = {str(entity.file) for entity in made.entities}
    assert re.fullmatch(r"servers/east/pay-[0-9a-f]{8}/entities.yaml", file)
    copy = again({}, server())["servers/east/pay/entities.yaml"].partition("---\n")[2].split("---\n")
    texts = {"ours.yaml": "---\n" + next(text for text in copy if "kind: Component" in text)}
    made = describe(snapshot(server(), sources=(EAST, SHARED, CARDS)), CONFIG, load(texts).known())
    files = {entity.kind: str(entity.file) for entity in made.entities}
    assert files == {"Component": "ours.yaml", "API": "servers/east/pay/entities.yaml"}


def test_what_is_called_docs_stands_where_entities_are_looked_for() -> None:
    """A folder `docs` has pages: what stood there would count as deleted by people."""
    things = (
        server(cluster="docs", namespace="docs"),
        model(name="docs", registry="docs"),
        version("1", "docs", registry="docs"),
        McpServer(catalog="docs", source_id="s", name="docs", endpoints={"http": "https://m.example"}),
    )
    names = tuple(dataclasses.replace(source, name="docs") for source in (EAST, SHARED, CARDS))
    seen = dataclasses.replace(snapshot(*things[:3], sources=names), mcp_servers=things[3:])
    made = describe(seen, dataclasses.replace(CONFIG, profiles=("seed", "mcp-server")), Known())
    files = {str(entity.file) for entity in made.entities}
    assert len(files) == 3 and all(map(is_entity_file, files)), files
