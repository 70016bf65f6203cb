"""`defaults.entityNamespace` is that of what is new: what has been written keeps its own, and is found there."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import histories
import yaml
from rhoai_catalog import pipeline
from rhoai_catalog.backstage import EntityRef
from rhoai_catalog.catalog import Files
from rhoai_catalog.config import Config, Defaults
from rhoai_catalog.merge import is_entity_file
from rhoai_catalog.observation import Observation
from rhoai_catalog.review import Review
from test_describe import EAST, SHARED, link, model, server, snapshot, version

NEW = replace(histories.CONFIG, defaults=Defaults(entity_namespace="ai"))
HUB = replace(NEW, profiles=("seed", "ai-model-server"))
BEFORE = (server("chat", registry=link()), model(), version())
AFTER = (
    server("chat", registry=link("2")),
    server("mail", registry=link()),
    server("new", registry=link("2")),
    model(),
    version(),
    version("2", "v2"),
)
ADDRESS = re.compile(r"/catalog/([\w-]+)/([\w-]+)/([\w.-]+)")


def planned(config: Config, rows: tuple[Any, ...], texts: dict[str, str]) -> dict[str, str]:
    plan = pipeline.plan(
        config, Observation(snapshot=snapshot(*rows, sources=(EAST, SHARED))), {}, Review.of(Files(texts=texts))
    )
    assert {problem.rule for problem in plan.problems} <= {"ai-kind"}
    written = {**texts, **plan.files}
    return {file: text for file, text in written.items() if text is not None}


def documents(texts: dict[str, str]) -> dict[str, Any]:
    """The entities by reference; those of the index aside."""
    found = {}
    for file in filter(is_entity_file, texts):
        for one in yaml.safe_load_all(texts[file]):
            if one and one["kind"] != "Location":
                ref = EntityRef.of(one["kind"], one["metadata"]["name"], one["metadata"].get("namespace", "default"))
                found[str(ref)] = one
    return found


def test_another_default_namespace_moves_nothing() -> None:
    texts = planned(histories.CONFIG, BEFORE, {})
    assert planned(NEW, BEFORE, texts) == texts


def test_references_lead_into_both_namespaces() -> None:
    texts = planned(histories.CONFIG, BEFORE, {})
    old = documents(texts).keys()
    texts = planned(HUB, AFTER, texts)
    entities = documents(texts)
    assert old < entities.keys() and {ref for ref in entities if "/shared.granite.v2" in ref} == {
        "resource:ai/shared.granite.v2"
    }
    assert {ref.partition(":")[2] for ref in entities if "chat" in ref} == {"default/east.pay.chat"}, "all its kinds"
    named = [
        ref
        for one in entities.values()
        for ref in (
            *one["spec"].get("dependsOn", ()),
            *one["spec"].get("providesApis", ()),
            *filter(None, [one["metadata"]["annotations"].get("backstage.io/techdocs-entity")]),
        )
    ]
    assert {"resource:default/shared.granite.v1", "resource:ai/shared.granite.v2", "api:default/east.pay.chat"} < {
        *named
    }
    assert {*named} <= entities.keys()
    led = {f"{kind}:{namespace}/{name}" for t in texts.values() for namespace, kind, name in ADDRESS.findall(t)}
    assert "component:ai/east.pay.new" in led and led <= entities.keys()
    assert planned(HUB, AFTER, texts) == texts
    assert planned(replace(HUB, defaults=Defaults()), AFTER, texts) == texts, "nor back"
