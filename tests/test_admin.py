"""What the admin of a Hub copies: the configuration names what is written, and the template finds it in the catalog."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import jinja2
import pytest
from click.testing import CliRunner
from rhoai_catalog import documents
from rhoai_catalog.backstage import RHDH_KINDS
from rhoai_catalog.cli import main
from rhoai_catalog.kinds import KINDS

ROOT = Path(__file__).parent.parent
ADMIN = ROOT / "generator/rhoai_catalog/admin"
CONFIG = (ADMIN / "app-config.yaml").read_text("utf-8")
TEMPLATE = documents.parse((ADMIN / "template/template.yaml").read_text("utf-8"))
SKELETON = ADMIN / "template/skeleton"
STEPS = {step["id"]: step for step in TEMPLATE["spec"]["steps"]}


def test_the_rules_allow_what_the_profiles_write() -> None:
    [location] = documents.parse(CONFIG)["catalog"]["locations"]
    seed = {kind.kind for kind in KINDS if kind.profile in ("", "seed")} | {"Location"}
    assert {*location["rules"][0]["allow"]} == seed <= {*RHDH_KINDS}
    further = re.findall(r"# - allow: \[(.*)\]", CONFIG)
    assert {*further[-1].split(", ")} == {kind.kind for kind in KINDS} | {"Location"}
    assert re.search(r"`profiles: \[ai-model-server\]`.*\n.*\n?.*AiModelServerAPI\]", CONFIG)


def test_the_token_may_only_read() -> None:
    [access] = documents.parse(CONFIG)["backend"]["auth"]["externalAccess"]
    assert access["options"]["token"].startswith("${"), "no token in a file"
    catalog = next(row for row in access["accessRestrictions"] if row["plugin"] == "catalog")
    assert catalog["permissionAttribute"] == {"action": ["read"]}
    assert {row["plugin"] for row in access["accessRestrictions"]} == {"catalog", "techdocs"}


def test_backstage_takes_the_template() -> None:
    result = CliRunner().invoke(main, ["validate", str(ADMIN / "template")])
    assert result.exit_code == 0, result.output


def servers() -> list[dict[str, Any]]:
    files = sorted((ROOT / "catalog/servers").rglob("entities.yaml"))
    return [e for f in files for e in documents.load(f.read_text("utf-8")) if e["kind"] == "Component"]


def rendered(entity: dict[str, Any], file: str) -> str:
    """A file of the skeleton as the scaffolder writes it: its templates read like Jinja's."""
    engine = jinja2.Environment(variable_start_string="${{", variable_end_string="}}", keep_trailing_newline=True)
    engine.filters |= {"parseRepoUrl": lambda _: {"repo": "caller"}, "pick": lambda value, key: value[key]}
    engine.filters["dump"] = engine.filters["tojson"]
    known = {
        "parameters": {
            "repository": "github.com?owner=o&repo=caller",
            "server": f"component:{entity['metadata']['name']}",
        },
        "steps": {"server": {"output": {"entity": entity}}},
    }
    values = {}
    for name, text in STEPS["write"]["input"]["values"].items():
        expression = text.removeprefix("${{").removesuffix("}}")
        values[name] = engine.compile_expression(expression, undefined_to_none=True)(**known)
    return engine.from_string((SKELETON / file).read_text("utf-8")).render(values=values)


def test_the_picker_offers_the_servers_of_the_catalog() -> None:
    picker = TEMPLATE["spec"]["parameters"][0]["properties"]["server"]["ui:options"]["catalogFilter"]
    assert picker == [{"kind": "Component", "spec.type": "model-server"}]
    assert {entity["spec"]["type"] for entity in servers()} == {"model-server"}


@pytest.mark.parametrize("entity", servers(), ids=lambda entity: entity["metadata"]["name"])
def test_what_it_writes_is_what_the_catalog_says(entity: dict[str, Any]) -> None:
    notes, environment = rendered(entity, "README.md"), rendered(entity, "model.env")
    annotations = entity["metadata"]["annotations"]
    outside = annotations.get("rhdh.modelcatalog.io/external-route-url")
    inside = annotations.get("rhdh.modelcatalog.io/internal-service-url")
    names = annotations["rhoai-catalog/served-model-names"]
    assert entity["metadata"]["title"] in notes and names in notes
    assert f"MODEL_NAME={names.split(',')[0]}\n" in environment
    assert f"MODEL_URL={outside or inside or ''}\n".replace("None", "") in environment.replace("None", "")
    assert ("MODEL_TOKEN=" in environment) is ("auth-required" in entity["metadata"]["tags"])
    own = documents.parse(rendered(entity, "catalog-info.yaml"))
    assert own["spec"]["consumesApis"] == entity["spec"]["providesApis"]
