"""What is more than a reader bears is shown up to a bound; the rest is counted, told, and takes nobody else's room."""

from __future__ import annotations

import ast
import json
import re
import time
from dataclasses import replace

import pytest
from rhoai_catalog import documents, limits
from rhoai_catalog.entity import Description, LeftOut
from rhoai_catalog.observe.kserve.facts import shell
from rhoai_catalog.plan import Held, Plan
from rhoai_catalog.report import job_summary, plan_text, pull_request_body
from rhoai_catalog.snapshot import Artifact
from rhoai_catalog.validate.document.url import is_url
from test_describe import annotations, described, model, only, server, version
from test_report_sample import PLAN

SPEC = "rhdh.io/api-spec"


def reasons(description: Description) -> str:
    return "\n".join(f"{left.what}: {left.reason}" for left in description.left_out)


# -- names that a server answers to ------------------------------------------------------------------------------------


@pytest.mark.few(1)
@pytest.mark.parametrize("protocol", ["openai", "v2", "grpc-v2"])
def test_of_twenty_thousand_names_the_first_are_shown_and_the_others_counted(protocol: str) -> None:
    names = tuple(f"customer-{number}" for number in range(20_000))
    shown = described(server(served_model_names=names, protocols=(protocol,)))
    definition = only(shown, "API").document["spec"]["definition"]
    told = definition if protocol.startswith("grpc") else documents.parse(definition)["info"]["description"]
    assert "customer-99" in told and "customer-100" not in definition and ", and 19,900 more." in told
    assert "```python" in told or "grpcurl" in told, "how to call it stands there nevertheless"
    assert "enum: [customer" not in definition, "it would say that these are all"
    assert len(definition) < 20_000
    assert (
        annotations(only(shown, "Component"))["rhoai-catalog/served-model-names"].count(",") == limits.SERVED_NAMES - 1
    )
    assert "InferenceService east/pay/chat: of 20,000 served model names are not shown: 19,900 more than" in reasons(
        shown
    )


@pytest.mark.parametrize(
    "odd", ["a\nb", "a\u202eb", "a\u200b", "a\x00", "a\x1b[31m", " a", "a  b", "", "x" * (limits.SERVED_NAME + 1)]
)
def test_a_name_that_nobody_can_type_is_told_and_shown_nowhere(odd: str) -> None:
    shown = described(server(served_model_names=("good", odd), protocols=("openai",)))
    assert "1 cannot be typed" in reasons(shown)
    for kind in ("API", "Component"):
        assert odd == "" or odd.strip() == "a" or odd not in str(only(shown, kind).document)
    assert documents.parse(only(shown, "API").document["spec"]["definition"])["paths"]["/v1/completions"]["post"][
        "requestBody"
    ]["content"]["application/json"]["schema"]["properties"]["model"] == {
        "type": "string",
        "enum": ["good"],
        "example": "good",
    }


def test_where_no_name_can_be_typed_the_examples_have_a_placeholder() -> None:
    shown = described(server(served_model_names=("a\nb",)))
    assert 'model="MODEL"' in str(only(shown, "API").document)
    assert "rhoai-catalog/served-model-names" not in annotations(only(shown, "Component"))


@pytest.mark.parametrize(
    "name", ['a"b', "a'b", "a`b``c", "a\\b", "a$(id)b", "grüße/模型 1", "a😀b", "{{.Name}}", "-a", "@a"]
)
def test_any_other_name_is_shown_to_the_letter(name: str) -> None:
    shown = described(server(served_model_names=(name, "other")))
    definition = documents.parse(only(shown, "API").document["spec"]["definition"])
    python = definition["info"]["description"].split("```python\n")[1].split("```")[0]
    [spoken] = re.findall(r"create\(model=(.*), messages=", python)
    assert ast.literal_eval(spoken) == name and reasons(shown) == ""


# -- definitions -------------------------------------------------------------------------------------------------------


def declared(length: int) -> str:
    definition = {"openapi": "3.0.3", "info": {"title": "x", "version": "1", "description": ""}, "paths": {}}
    definition["info"]["description"] = "x" * (length - len(json.dumps(definition)))  # type: ignore[index]
    return json.dumps(definition)


def test_a_definition_is_shown_whole_or_not_at_all() -> None:
    longest, longer = (
        described(server(annotations={SPEC: declared(limits.DECLARED_DEFINITION + more)})) for more in (0, 1)
    )
    assert "x" * 100_000 in only(longest, "API").document["spec"]["definition"] and reasons(longest) == ""
    assert "x" * 1_000 not in only(longer, "API").document["spec"]["definition"]
    assert "is not used: it is longer than 200000 characters" in reasons(longer)


def test_a_definition_hides_nothing_and_fetches_nothing() -> None:
    hidden = json.dumps({**json.loads(declared(300)), "tags": [{"name": "a\u202eb\u0000"}], "x-\u200b": 1})
    shown = only(described(server(annotations={SPEC: hidden.replace("\\u0000", "")})), "API").document["spec"][
        "definition"
    ]
    assert documents.parse(shown)["tags"] == [{"name": "ab"}] and documents.parse(shown)["x-"] == 1
    sample = {"a": {"externalValue": "https://evil.example/x"}}
    body = {"content": {"application/json": {"schema": {"type": "object"}, "examples": sample}}}
    for text in (
        json.dumps({"asyncapi": "2.6.0", "channels": {"a": {"$ref": "https://evil.example/x"}}}),
        json.dumps({"openapi": "3.1.0", "paths": {"/x": {"post": {"requestBody": body}}}}),
        json.dumps({"openapi": "3.1.0", "paths": {"/x": {}}, "components": {"examples": {"example": sample["a"]}}}),
    ):
        foreign = described(server(annotations={SPEC: text}))
        assert "evil.example" not in str(only(foreign, "API").document)
        assert "it refers to another document" in reasons(foreign)
    named = {"schemas": {"S": {"properties": {"externalValue": {"type": "string"}}}}}
    harmless = json.dumps({"openapi": "3.1.0", "paths": {"/mine": {}}, "components": named})
    assert "/mine" in only(described(server(annotations={SPEC: harmless})), "API").document["spec"]["definition"]
    own = json.dumps({"asyncapi": "2.6.0", "channels": {"a": {"$ref": "#/components/x"}}})
    assert only(described(server(annotations={SPEC: own})), "API").document["spec"]["type"] == "asyncapi"
    proto = 'syntax = "proto3"; // \u202e\x00\nservice A {}'
    assert only(described(server(annotations={SPEC: proto})), "API").document["spec"]["definition"] == (
        'syntax = "proto3"; // \nservice A {}'
    )


@pytest.mark.parametrize("name", ["![x](https://evil.example)", "x\n# H", "`", "\u202ex"])
def test_a_protocol_that_nobody_knows_is_a_word(name: str) -> None:
    shown = described(server(protocols=("v2", name, *(f"p{number}" for number in range(20)))))
    told = documents.parse(only(shown, "API").document["spec"]["definition"])["info"]["description"]
    assert "![x]" not in re.sub(r"`[^`]*`", "", told) and "\n# H" not in told and "\u202e" not in told
    assert "`p8`, and 11 more." in told


# -- descriptions and tables -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["x" * (limits.PROSE + 1), "x\n" * (limits.PROSE_LINES + 1)])
def test_a_description_that_goes_on_says_so(text: str) -> None:
    shown = described(server(description=text))
    assert "annotation openshift.io/description has" in reasons(shown)
    assert "its beginning is shown" in reasons(shown)
    assert reasons(described(server(description=text[: limits.PROSE // 20]))) == ""


def test_a_table_that_goes_on_says_so() -> None:
    rows = tuple(
        Artifact(id=str(n), artifact_type="metric", name=f"m{n:04}", value=float(n)) for n in range(limits.ROWS + 29)
    )
    shown = described(model(), version(artifacts=rows, custom_properties={"a": "x" * 501}))
    [page] = [str(page.text) for page in shown.pages if page.name == "docs/index.md"]
    assert "| m0199 | `199.0` |\n\n… and 29 more\n" in page and "m0200" not in page
    assert f"`{'x' * 200}" in page and " …`" in page


def test_lists_that_go_on_say_so() -> None:
    rows = [{"url": f"https://a.example/{number}", "title": "x"} for number in range(21)]
    written = {"rhdh.io/links": json.dumps(rows), "rhdh.io/backstage-tags": ",".join(f"t{n}" for n in range(30))}
    told = reasons(described(server(annotations=written)))
    assert "rhdh.io/links has 21 values; the first 20 are shown" in told
    assert "rhdh.io/backstage-tags has 30 values; the first 20 are shown" in told


# -- reports -----------------------------------------------------------------------------------------------------------

MANY = 429


def held(number: int, *, alike: bool) -> Held:
    reason = "12 of 30 would go at once" if alike else f"servers/east/n{number}/entities.yaml cannot be read"
    release = "--allow-removal x=12" if alike else f"mend servers/east/n{number}/entities.yaml"
    return Held(what=f"component:default/east.n{number}.server", reason=reason, release=release)


@pytest.mark.parametrize("alike", [True, False])
def test_many_concerns_of_one_kind_take_no_other_section_s_room(alike: bool) -> None:
    plan = replace(PLAN, held=tuple(held(number, alike=alike) for number in range(MANY)))
    for text in (pull_request_body(plan), job_summary(plan)):
        for other in (
            "**Cannot be read",
            "### Changes",
            "### Values",
            "<b>Pages</b>",
            "<b>Hand edits",
            "<b>Sources</b>",
        ):
            assert other in text, other
        shown = len(set(re.findall(r"component:default/east\.n\d+\.server", text)))
        more = sum(int(number.replace(",", "")) for number in re.findall(r"^… and ([\d,]+) more$", text, re.MULTILINE))
        assert shown + more == MANY and shown > 100
        assert text.count("**Held") <= limits.BODY_REASONS + 1


def test_every_reason_comes_with_what_releases_it() -> None:
    body = pull_request_body(Plan(held=tuple(held(number, alike=False) for number in range(40))))
    assert all(f"mend servers/east/n{number}/entities.yaml" in body for number in range(40))
    assert "**Held for 20 further reasons** (20)" in body


def test_a_terminal_shows_as_many_as_it_has_lines_and_all_on_demand() -> None:
    left_out = tuple(LeftOut(what=f"thing {number:03}", reason=f"odd {number}") for number in range(MANY))
    plan = Plan(held=tuple(held(number, alike=True) for number in range(MANY)), left_out=left_out)
    short, whole = (plan_text(plan, colour=False, verbose=verbose) for verbose in (False, True))
    assert short.count("\n") < 100 and short.count("… and 389 more; --verbose tells all") == 2
    assert "thing 039: odd 39" in short and "thing 040" not in short and "to release: --allow-removal x=12" in short
    assert whole.count("thing ") == MANY and whole.count("component:default/") == MANY and "more;" not in whole


def test_a_label_that_no_name_server_could_hold_is_not_decoded() -> None:
    """Decoding takes the square of its length: 10 MB of it would take hours."""
    began = time.process_time()
    assert is_url("https://xn--bcher-kva.example") and not is_url(f"https://xn--{'a' * 3_000_000}-9d4b.example")
    assert time.process_time() - began < 5


def test_a_line_of_a_script_is_split_up_to_a_bound() -> None:
    """Splitting takes the square of a word's length; of what is not split, nothing is known."""
    word = "x" * (limits.SCRIPT_LINE - 10)
    assert [*shell.commands(f"serve {word}\nother {word}", {})] == [("serve", word), ("other", word)]
    assert shell.split(f"serve {word}") == ["serve", word]
    longer = word + "x" * 10
    assert [*shell.commands(f"serve {longer}\nother", {})] == [] == shell.split(f"serve {longer}")
    assert [*shell.commands(f"serve \\\n{longer}", {})] == [], "joined it is one line"
