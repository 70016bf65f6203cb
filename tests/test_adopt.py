"""`adopt`: what people or the older tools made keeps its name, file and text, and follows its source from then on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from rhoai_catalog import documents
from rhoai_catalog.cli import main
from rhoai_catalog.snapshot import Artifact, to_json
from test_describe import EAST, SHARED, fact, model, server, snapshot, version

OLD = Path("catalog/old/all.yaml")
TOOL = """\
# what the connector wrote
apiVersion: backstage.io/v1beta1
kind: Component
metadata:
  name: pay_chat   # do not rename
  description: Our chat
  tags: [vllm, auth-not-required]
  annotations:
    rhdh.modelcatalog.io/external-route-url: https://chat.example.net
  links:
  - title: API
    url: https://chat.example.net
spec:
  type: model-server
  lifecycle: production
  owner: user:alice
  providesApis: [pay_chat]
---
apiVersion: backstage.io/v1beta1
kind: API
metadata:
  name: pay_chat
  links:
  - {title: API, url: "https://chat.example.net"}
spec:
  type: openapi
  lifecycle: production
  owner: user:alice
  definition: TBD
---
apiVersion: backstage.io/v1beta1
kind: Resource
metadata:
  name: granite
  links:
  - {title: Artifact Location, url: "oci://quay.example.net/m:1"}
spec: {type: ai-model, owner: "user:alice"}
---
apiVersion: backstage.io/v1beta1
kind: Component
metadata: {name: unrelated}
spec: {type: website, lifecycle: production, owner: "user:alice"}
"""


@pytest.fixture(autouse=True)
def catalog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    OLD.parent.mkdir(parents=True)
    OLD.write_text(TOOL, "utf-8")
    Path("catalog/generator.yaml").write_text(
        "clusters: [{name: east, server: 'https://api.example'}]\n"
        "modelRegistries: [{name: shared, url: 'https://r.example', registry: public}]\n",
        "utf-8",
    )
    observed()


def observed(**more: Any) -> None:
    artifact = Artifact(id="1", artifact_type="model-artifact", uri="oci://quay.example.net/m:1")
    rows = (server(**more), model(), version(artifacts=(artifact,)))
    Path("s.json").write_text(to_json(snapshot(*rows, sources=(EAST, SHARED))), "utf-8")


def run(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(main, [*arguments, "--snapshot", "s.json"])
    assert result.exit_code == code, result.output
    return result


def entities(file: Path = OLD) -> dict[tuple[str, str], Any]:
    return {(e["kind"], e["metadata"]["name"]): e for e in documents.load(file.read_text("utf-8"))}


def test_what_can_be_adopted_is_told_and_nothing_is_written() -> None:
    told = json.loads(run("adopt", "--json").stdout)["adoptions"]
    assert {(row["what"], row["why"]) for row in told} == {
        ("component:default/pay_chat", "its address"),
        ("api:default/pay_chat", "its address"),
        ("resource:default/granite", "the address of its artifact"),
    }
    text = run("adopt").stdout
    assert "3 entities can be adopted" in text and "description" in text and "definition" in text
    assert OLD.read_text("utf-8") == TOOL and not Path("catalog/.base").exists()


def test_what_is_adopted_keeps_its_name_its_file_and_its_text_and_follows_its_source() -> None:
    run("adopt", "--write")
    assert OLD.read_text("utf-8") == TOOL
    run("generate", "--quiet")
    after = entities()
    assert set(after) == {
        ("Component", "pay_chat"), ("API", "pay_chat"), ("Resource", "granite"), ("Component", "unrelated"),
    }  # fmt: skip
    assert not Path("catalog/servers").exists()
    component = after["Component", "pay_chat"]
    assert component["metadata"]["description"] == "Our chat" and component["spec"]["owner"] == "user:alice"
    assert component["metadata"]["annotations"]["rhoai-catalog/runtime"] == "vllm", "what was missing comes"
    assert after["API", "pay_chat"]["spec"]["definition"] == "TBD", "what they wrote stays"
    text = OLD.read_text("utf-8")
    assert "# what the connector wrote\n" in text and "name: pay_chat   # do not rename" in text
    assert after["Component", "unrelated"] == documents.load(TOOL)[3]
    observed(external_url=fact("https://other.example.net").value)
    run("generate", "--quiet")
    annotations = entities()["Component", "pay_chat"]["metadata"]["annotations"]
    assert annotations["rhdh.modelcatalog.io/external-route-url"] == "https://other.example.net"
    before = OLD.read_text("utf-8")
    run("generate", "--quiet")
    assert OLD.read_text("utf-8") == before
    result = CliRunner().invoke(main, ["overrides", "drop", "api:default/pay_chat", "definition"])
    assert result.exit_code == 0, result.output
    run("generate", "--quiet")
    assert "openapi" in entities()["API", "pay_chat"]["spec"]["definition"]


def test_one_of_them_can_be_adopted_alone() -> None:
    run("adopt", "resource:default/granite", "--write")
    run("generate", "--quiet")
    assert "rhoai-catalog/source" in entities()["Resource", "granite"]["metadata"]["annotations"]
    assert Path("catalog/servers/east/pay/entities.yaml").exists(), "the others are not ours"
    result = run("adopt", "component:default/typo", code=2)
    assert "nothing that was observed is shown by component:default/typo" in result.output


def test_two_entities_for_one_thing_are_told_and_left_alone() -> None:
    twin = TOOL.partition("---\n")[0].replace("pay_chat   # do not rename", "twin")
    Path("catalog/old/twin.yaml").write_text(twin, "utf-8")
    told = {row["what"]: row["problem"] for row in json.loads(run("adopt", "--json").stdout)["adoptions"]}
    assert "2 entities may show the same" in told["component:default/twin"]
    run("adopt", "--write")
    run("generate", "--quiet")
    assert "rhoai-catalog/source" not in str(entities()["Component", "pay_chat"])
