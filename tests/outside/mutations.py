"""Entities of every kind and what may go wrong with them: where Backstage draws the line between good and bad.

A row of data/verdicts.jsonl.gz is [seed, edits, accepted]: a seed below, the edits that make an entity of it (a JSON
pointer and the value to put there, or the pointer alone to remove it), and whether Backstage's own policies and kind
validators accept that entity, whatever kinds `catalog.rules` allow and however often its reference was seen.

    python tests/outside/mutations.py HARNESS [ROWS [SEED]] > tests/data/verdicts.jsonl.gz

makes the rows anew; HARNESS is a folder with entity_oracle.mjs and the packages of Backstage, and needs Node.
With --ai behind the seed they are about the kinds of Backstage's ai-model module (data/verdicts-ai.jsonl.gz), with
--rhdh about those of Red Hat Developer Hub's modules ai-model-server and ai-resource-agent, whose validators the oracle
then has to know (data/verdicts-rhdh.jsonl.gz).
"""

from __future__ import annotations

import copy
import gzip
import json
import random
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[1] / "data" / "verdicts.jsonl.gz"
AI_DATA = DATA.with_name("verdicts-ai.jsonl.gz")
RHDH_DATA = DATA.with_name("verdicts-rhdh.jsonl.gz")
Edit = list[Any]
Row = tuple[str, list[Edit]]


def _entity(kind: str, spec: dict[str, Any], api_version: str = "backstage.io/v1alpha1") -> dict[str, Any]:
    metadata = {
        "name": "east.payments.fraud-detector",
        "namespace": "default",
        "title": "Fraud detector",
        "description": "Scores card payments.",
        "labels": {"rhoai-catalog/cluster": "east"},
        "annotations": {"rhoai-catalog/source": "kserve/east/payments/InferenceService/fraud-detector", "note": ""},
        "tags": ["vllm", "auth-required"],
        "links": [{"url": "https://fraud.apps.example.net/v1", "title": "Endpoint", "icon": "web", "type": "api"}],
    }
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, "spec": spec}


SEEDS: dict[str, dict[str, Any]] = {
    "Component": _entity(
        "Component",
        {
            "type": "model-server",
            "lifecycle": "production",
            "owner": "group:default/risk",
            "system": "payments",
            "subcomponentOf": "component:default/scoring",
            "providesApis": ["api:default/fraud-detector"],
            "consumesApis": ["ledger"],
            "dependsOn": ["resource:default/main.fraud.v2"],
            "dependencyOf": ["component:default/checkout"],
        },
    ),
    "API": _entity(
        "API",
        {"type": "openapi", "lifecycle": "experimental", "owner": "risk", "system": "payments", "definition": "{}"},
    ),
    "Resource": _entity(
        "Resource",
        {
            "type": "ai-model",
            "owner": "user:default/ana",
            "system": "payments",
            "dependsOn": ["resource:base"],
            "dependencyOf": [],
        },
    ),
    "System": _entity("System", {"owner": "risk", "domain": "money", "type": "product"}),
    "Domain": _entity("Domain", {"owner": "risk", "subdomainOf": "company", "type": "area"}),
    "Group": _entity(
        "Group",
        {
            "type": "team",
            "profile": {"displayName": "Risk", "email": "risk@example.com", "picture": "https://example.com/risk.png"},
            "parent": "finance",
            "children": ["fraud"],
            "members": ["ana", "user:default/bo"],
        },
    ),
    "User": _entity("User", {"profile": {"displayName": "Ana", "email": "ana@example.com"}, "memberOf": ["risk"]}),
    "Location": _entity(
        "Location", {"type": "url", "target": "./a.yaml", "targets": ["./b/*.yaml", "./c.yaml"], "presence": "optional"}
    ),
    "Template": _entity(
        "Template", {"type": "service", "steps": [{"action": "fetch:plain"}]}, "scaffolder.backstage.io/v1beta3"
    ),
}

AI_SEEDS: dict[str, dict[str, Any]] = {
    "Skill": _entity(
        "AiResource",
        {
            "type": "skill",
            "lifecycle": "production",
            "owner": "risk",
            "system": "payments",
            "disciplines": ["web"],
            "categories": ["framework"],
            "agents": ["any"],
            "dependsOn": ["a"],
            "allowedTools": "Read",
            "license": "MIT",
            "compatibility": "x" * 500,
        },
    ),
    "Rule": _entity(
        "AiResource",
        {
            "type": "rule",
            "lifecycle": "production",
            "owner": "risk",
            "disciplines": ["web"],
            "category": "security",
            "rationale": "Card numbers stay in the vault",
        },
    ),
    "Plugin": _entity(
        "AiResource",
        {"type": "plugin", "lifecycle": "production", "owner": "risk", "skills": ["a", "airesource:b"], "version": "1"},
    ),
    "Marketplace": _entity(
        "AiResource",
        {"type": "marketplace", "lifecycle": "production", "owner": "risk", "plugins": ["a"], "version": "1"},
    ),
    "McpServer": _entity(
        "API",
        {
            "type": "mcp-server",
            "lifecycle": "production",
            "owner": "risk",
            "system": "payments",
            "definition": "text",
            "remotes": [{"type": "sse", "url": "https://mcp.example.net"}],
        },
    ),
}
RHDH_SEEDS: dict[str, dict[str, Any]] = {
    "AiModelServerAPI": _entity(
        "AiModelServerAPI",
        {
            "type": "ai-model-server",
            "lifecycle": "production",
            "owner": "risk",
            "system": "payments",
            "serverType": "openai-v1",
            "serverUrl": "https://fraud.apps.example.net/v1",
            "requiresApiKey": True,
            "apiEntityRef": "api:default/fraud",
            "models": {"discoverable": True, "available": ["fraud", "fraud-lora"], "default": "fraud"},
        },
    ),
    "Agent": _entity(
        "AiResource",
        {
            "type": "agent",
            "lifecycle": "production",
            "owner": "risk",
            "system": "payments",
            "instructions": "Ask before you pay.",
            "model": "fraud",
            "tools": ["ledger"],
            "toolUseBehavior": ["ledger"],
            "resetToolChoice": True,
            "handoffs": ["refunds"],
            "handoffDescription": "Knows the payments",
            "modelSettings": {"temperature": 0.5, "maxTokens": 100, "toolChoice": "auto"},
            "outputSchema": {"type": "object"},
        },
    ),
}
ALL_SEEDS = SEEDS | AI_SEEDS | RHDH_SEEDS

ODD: list[Any] = [
    None, True, False, 0, 1, -1.5, 1.10, "", " ", "\t", "\n", "a\n", "\u00a0", "\ufeff", "\u0085", "\x1c", "x", "é",
    "ñandú", "\ud800", "a\0b", "😀", [], [[]], ["a"], [""], [None], [1], {}, {"a": 1}, {"A": 1, "a": 2},
    {"__proto__": 1}, "x" * 64, "x" * 300, "x" * 501,
    "true", "-", ".", "~", "/", ":", "a b", {"kind": "a", "name": "b"},
    [["a:b/c"]], ["a:b", "A:B"],
]  # fmt: skip
NAMES: list[Any] = [
    "a", "A", "0", "a.b", "a_b", "a-b", "a--b", "a..b", "-a", "a-", ".a", "a.", "_a", "a_", "a b", "a/b", "a:b",
    "a@b", "a\n", "\na", " a", "a ", "x" * 63, "x" * 64, "X" * 62 + "-", "a" + "-" * 61 + "b", "a" + "-" * 62 + "b",
    "ä", "а", "a\u200b", "a\0", "Foo", "1.10", "٣", "ｆ", "default", "Default", "default-2", "a.default", "K",
]  # fmt: skip
TAGS: list[Any] = [
    "c++", "c#", "a:b", "a.b", "a_b", "a--b", "-a", "a-", "A", "a-b-c", "x" * 63, "x" * 64, "#", "+", ":", "a b",
    "a\n",
]  # fmt: skip
KEYS = [
    "a", "A", "a/b", "a.b/c", "a/b/c", "/a", "a/", "/", "", "A/b", "a_b/c", "a..b/c", ".a/b", "a./b", "a-/b", "-a/b",
    "a--b/c", "a/_b", "a/b_", "a/b.c", "a" * 63, "a" * 64, "a" * 63 + "/b", "a" * 64 + "/b",
    ".".join(["a" * 63] * 3) + "." + "a" * 61 + "/b", ".".join(["a" * 63] * 3) + "." + "a" * 62 + "/b",
    "a/" + "b" * 63, "a/" + "b" * 64, "a b", "a\n", "a/b\n", "a\n/b", "\n", "é/a", "a:b", "a\0", "__proto__",
    "a.b.c/D", "0/0", "note", "NOTE", "rhoai-catalog/Source",
]  # fmt: skip
URLS: list[Any] = [
    "https://example.com", "http://a", "HTTP://A", "http:a", "http:", "http://", "https:///a", "https:\\\\a", "//a",
    "/a", "a", "./a", "a:b", "mailto:x@y", "javascript:alert(1)", "data:,", "1a:b", "a b:c", " https://a ",
    "https://a b", "https://a%20b", "https://a/b c", "https://a:80", "https://a:", "https://a:65536", "https://a:x",
    "https://u:p@a", "https://u@", "https://@a", "https://[::1]", "https://[::1", "https://[::g]", "https://1.2.3.4",
    "https://1.2.3.256", "https://256", "https://1.2.3.4.5", "https://0x7f.1", "https://a.1", "https://a..b",
    "https://.", "https://a_b", "https://a<b", "https://a|b", "https://münchen.de", "https://例え.jp", "https://xn--",
    "https://xn--mnchen-3ya.de", "https://\u00ad", "https://a\0b", "https://a/\0", "https://%zz", "s3://bucket/key",
    "oci://a b", "oci://a/b c", "oci://:80", "oci://", "file:", "file:///a", "file://a:80/b", "file://C:/a",
    "https://a?b#c", "https://a#b c", "\u00a0https://a", "ht\ntps://a", "https://a\\b", "https://😀.com",
    "https://a^b", "ws://a", "hf://org/model", "pvc://claim/path", "https://{cluster}/x", "https://$(HOST)/x",
    "https://<host>", "https://a:99999999999",
]  # fmt: skip
REFERENCES: list[Any] = [
    "a", "group:a", "group:b/a", "b/a", "a:b:c", "a/b/c", "a:b/c:d", "a/b:c", ":a", "/a", "a:", "a/", "a:/b", "a:b/",
    ":", "/", " a ", "Llama 3/Meta AI", "group:default/" + "x" * 241, "group:default/" + "x" * 242, "x" * 255,
    "x" * 400, "k:" + "n" * 126 + "/" + "x" * 126, "k:" + "n" * 127 + "/" + "x" * 126, "component:a\0", "component:é",
    "😀:😀/" + "😀" * 125, "😀:😀/" + "😀" * 124, "İ" * 120 + ":a", "a:b\n",
]  # fmt: skip
KINDS: list[Any] = ["component", "COMPONENT", "Api", "AiResource", "Pod", "a", "1", "Comp-onent", "X" * 64, *SEEDS]
VERSIONS: list[Any] = [
    "backstage.io/v1alpha1", "backstage.io/v1beta1", "backstage.io/v1beta2", "backstage.io/v1", "v1",
    "Backstage.io/v1alpha1", "backstage.io/v1alpha1\n", "a/b/c", "/v1", "backstage.io/",
    "scaffolder.backstage.io/v1beta3", "-a/v1", "a/v-1",
]  # fmt: skip
ROOTS = ["relations", "status", "extra", "Spec", "Metadata", "", "__proto__", "apiversion"]
LISTS = (
    "providesApis",
    "consumesApis",
    "dependsOn",
    "dependencyOf",
    "children",
    "members",
    "memberOf",
    "skills",
    "plugins",
)
SINGLE = ("owner", "system", "subcomponentOf", "domain", "subdomainOf", "parent")
FREE = ["x", "X", "params", "Params", "type", "Type", "owner", "OWNER", "a.b", "tags", "dependencyOf", "remotes", ""]


def mutations(count: int, seed: int = 1, seeds: Mapping[str, Any] = SEEDS) -> Iterator[Row]:
    """The seeds as they are, then `count` mutants, some of them mutated several times."""
    rng = random.Random(seed)
    yield from ((name, []) for name in seeds)
    for _ in range(count):
        name = rng.choice(list(seeds))
        yield name, [_edit(rng, name) for _ in range(rng.choice((1, 1, 1, 1, 2, 3)))]


def _edit(rng: random.Random, name: str) -> Edit:
    kinds = [_metadata, _label, _tag, _link, _link, _root] if name == "Template" else [*ALL_EDITS]
    return rng.choice(kinds)(rng, name)


def _root(rng: random.Random, name: str) -> Edit:
    choice = rng.randrange(5)
    if choice == 0:
        return ["/" + rng.choice(ROOTS), rng.choice(ODD)]
    if choice == 1:
        return ["/kind", rng.choice(KINDS + ODD)]
    if choice == 2:
        return ["/apiVersion", rng.choice(VERSIONS + ODD)]
    if name == "Template":
        return ["/metadata", rng.choice(ODD)]
    pointer = "/" + rng.choice(("apiVersion", "kind", "metadata", "spec"))
    return [pointer] if choice == 3 else [pointer, rng.choice(ODD)]


def _metadata(rng: random.Random, name: str) -> Edit:
    field = rng.choice(
        (
            "name",
            "name",
            "namespace",
            "namespace",
            "title",
            "description",
            "uid",
            "etag",
            "labels",
            "annotations",
            "tags",
            "links",
            "x",
        )
    )
    if rng.random() < 0.1:
        return [f"/metadata/{field}"]
    return [f"/metadata/{field}", rng.choice(NAMES + ODD if field in ("name", "namespace") else ODD)]


def _label(rng: random.Random, name: str) -> Edit:
    field = rng.choice(("labels", "annotations"))
    key = rng.choice(KEYS) if rng.random() < 0.6 else "note"
    return [f"/metadata/{field}/{key.replace('~', '~0').replace('/', '~1')}", rng.choice(["x", *NAMES, *ODD])]


def _tag(rng: random.Random, name: str) -> Edit:
    return [f"/metadata/tags/{rng.randrange(3)}", rng.choice(TAGS + NAMES + ODD)]


def _link(rng: random.Random, name: str) -> Edit:
    field = rng.choice(("url", "url", "url", "url", "title", "icon", "type", "x"))
    if rng.random() < 0.1:
        return [rng.choice(("/metadata/links/0/url", f"/metadata/links/0/{field}"))]
    if rng.random() < 0.1:
        return ["/metadata/links/1", rng.choice(ODD)]
    return [f"/metadata/links/0/{field}", rng.choice(URLS + ODD if field == "url" else ODD)]


def _spec(rng: random.Random, name: str) -> Edit:
    field = rng.choice([*ALL_SEEDS[name]["spec"], *FREE])
    inner = ALL_SEEDS[name]["spec"].get(field)
    if name in RHDH_SEEDS and isinstance(inner, dict) and rng.random() < 0.7:
        field += f"/{rng.choice([*inner, 'x'])}"
    return [f"/spec/{field}"] if rng.random() < 0.2 else [f"/spec/{field}", rng.choice(ODD + NAMES)]


def _reference(rng: random.Random, name: str) -> Edit:
    spec = ALL_SEEDS[name]["spec"]
    fields = [field for field in spec if field in LISTS + SINGLE] or ["owner"]
    field = rng.choice(fields)
    values = REFERENCES * 2 + ODD
    if field in LISTS and rng.random() < 0.7:
        return [f"/spec/{field}/{rng.randrange(2)}", rng.choice(values)]
    return [f"/spec/{field}", rng.choice(values)]


def _free(rng: random.Random, name: str) -> Edit:
    """Anything below a key that Backstage leaves to us."""
    key, other = rng.choice(("a", "A", "b.c", "B.C", "x")), rng.choice(("a", "A", "b", "B"))
    value = rng.choice(
        [*ODD, {key: 1, other: "v"}, [key, other], [key, {other: 1}], {key: {other: [1, {}]}}, [[key], [other]]]
    )
    return [rng.choice(("/spec/params", "/metadata/x", "/spec/b", "/spec/profile", "/metadata/annotations")), value]


ALL_EDITS = (_root, _metadata, _label, _tag, _link, _link, _spec, _spec, _reference, _reference, _free)


def mutant(name: str, edits: Iterable[Edit]) -> dict[str, Any]:
    """The entity that a row is about. An edit whose parent is not there, or no longer, does nothing."""
    document = copy.deepcopy(ALL_SEEDS[name])
    for pointer, *value in map(copy.deepcopy, edits):
        *parents, last = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
        target: Any = document
        for part in parents:
            target = _child(target, part)
        if isinstance(target, dict):
            target.pop(last, None)
            target.update({last: value[0]} if value else {})
        elif isinstance(target, list) and value and last.isascii() and last.isdigit():
            target[int(last) : int(last) + 1] = value
    return document


def _child(target: Any, part: str) -> Any:
    if isinstance(target, dict):
        return target.get(part)
    return target[int(part)] if isinstance(target, list) and part.isdigit() and int(part) < len(target) else None


def verdicts(harness: Path, rows: Iterable[Row], *options: str) -> list[bool]:
    """Backstage's own verdict on every row; on a Template as far as the catalog itself knows it: by its envelope.

    With the option --ai as with its ai-model module, with --rhdh also with those of Red Hat Developer Hub.
    """
    lines = "\n".join(json.dumps(mutant(*row)) for row in rows)
    command = ["node", "entity_oracle.mjs", "--allow", "any", *options]
    told = subprocess.run(command, cwd=harness, input=lines, capture_output=True, encoding="utf-8", check=False).stdout
    return [all(map(_no_fault, json.loads(line)["errors"])) for line in told.split("\n") if line]


def _no_fault(error: str) -> bool:
    return error.startswith("duplicate:") or error == "no validator knows scaffolder.backstage.io/v1beta3 Template"


def read_rows(data: Path = DATA) -> list[tuple[Row, bool]]:
    with gzip.open(data, "rt", encoding="utf-8") as file:
        return [((name, edits), accepted) for name, edits, accepted in map(json.loads, file)]


def main(harness: str, count: str = "24000", seed: str = "1", *options: str) -> None:
    seeds = RHDH_SEEDS if "--rhdh" in options else AI_SEEDS if options else SEEDS
    rows = list(mutations(int(count), int(seed), seeds))
    told = verdicts(Path(harness), rows, *options)
    lines = [json.dumps([*row, ok], separators=(",", ":")) for row, ok in zip(rows, told, strict=True)]
    text = "\n".join([*dict.fromkeys(lines), ""])
    sys.stdout.buffer.write(gzip.compress(text.encode(), 9, mtime=0))


if __name__ == "__main__":
    main(*sys.argv[1:])
