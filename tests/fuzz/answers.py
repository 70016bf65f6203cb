"""Sources over HTTP, one answer of which is odd: it is told, it costs its own row, and all stages behind it go on."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from hypothesis import strategies as st
from outside import Answer, Loopback, Request
from rhoai_catalog import documents
from rhoai_catalog.config import Service
from rhoai_catalog.errors import GeneratorError
from rhoai_catalog.http.policy import Policy
from rhoai_catalog.observation import Observation
from rhoai_catalog.observe import read_estate
from rhoai_catalog.observe.backstage.owners import read_organisation
from rhoai_catalog.snapshot import Fact, Snapshot, from_json, to_json

from fuzz.corpus import FOLDER, Target, Variant
from fuzz.edits import Way, edited, edited_json, edits_of_bytes, edits_of_values, way_of
from fuzz.line import CONFIG, planned, require_inside

Rows = Sequence[Mapping[str, Any]]
SOURCES: Final = {"cluster": "kserve/east", "registry": "model-registry/shared", "catalog": "model-catalog/cards"}
POLICY: Final = Policy(tries=1, read=0.5, deadline=2.0, page=500)
PLANNED: Final[set[bytes]] = set()  # digests of what was observed, and gave a sound plan


@functools.cache
def answers(server: str) -> Rows:
    """The answers of a server, as a corpus file has them: method, path, status, headers, body."""
    return tuple(json.loads((FOLDER / "answers" / f"{server}.json").read_text("utf-8")))


@st.composite
def odd_answers(draw: st.DrawFn, server: str) -> Variant:
    """One answer edited: its status, headers and body as values, or the bytes of its body."""
    rows = answers(server)
    number = draw(st.integers(0, len(rows) - 1))
    if draw(st.integers(0, 3)):
        edits = draw(edits_of_values)
        content = edited_json({key: rows[number][key] for key in ("body", "headers", "status")}, edits)
    else:
        edits = draw(edits_of_bytes)
        content = edited(json.dumps(rows[number]["body"]).encode(), edits)
    return Variant(file=f"{number}", edits=edits, content=content if isinstance(content, bytes) else content.encode())


class Server:
    """One loopback server whose answers can be changed; it stays for the whole process."""

    def __init__(self, server: str) -> None:
        self.name, self.odd = server, dict[tuple[str, str], Answer]()
        self.known = {(row["method"], row["path"]): answer_of(row) for row in answers(server)}
        self._loopback = Loopback(self._answer)
        self._loopback._server.handle_error = lambda *_: None  # who hangs up early is no news
        self.url = self._loopback.__enter__().url

    def _answer(self, request: Request) -> Answer:
        asked = request.method, request.path
        return self.odd.get(asked) or self.known.get(asked) or Answer({"message": "Not Found"}, 404)

    def put(self, variant: Variant) -> None:
        """Answer one question as the variant says; all others as they are."""
        row = answers(self.name)[int(variant.file)]
        self.odd = {(row["method"], row["path"]): _odd_answer(variant.content, row)}


def answer_of(row: Mapping[str, Any]) -> Answer:
    return Answer(row["body"], row["status"], row["headers"])


def _odd_answer(content: bytes, row: Mapping[str, Any]) -> Answer:
    """What of it HTTP can carry; a body that cannot be written as JSON goes out as it stands."""
    try:
        parts = json.loads(content) if content.startswith(b'{"body": ') else {"body": content}
    except (ValueError, RecursionError):
        parts = {"body": content.removeprefix(b'{"body": ')}
    if not isinstance(parts, dict):
        return Answer(content, row["status"])
    status = parts.get("status")
    status = (
        status if isinstance(status, int) and not isinstance(status, bool) and 200 <= status < 600 else row["status"]
    )
    headers = parts.get("headers")
    sent = {str(k): _sendable(v) for k, v in headers.items()} if isinstance(headers, dict) else {}
    body = parts.get("body")
    plain = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(
        plain,
        status,
        {"Content-Type": "application/json", **{k: v for k, v in sent.items() if _sendable(k) == k and k}},
    )


def _sendable(value: Any) -> str:
    """A value as a header can have it."""
    return "".join(c for c in str(value) if c not in "\r\n" and ord(c) < 256)[:3_000]


@functools.cache
def server(name: str) -> Server:
    return Server(name)


def observed(*names: str) -> Observation:
    """What the sources say now, all or some of them."""
    clusters = tuple(replace(cluster, server=server("cluster").url) for cluster in CONFIG.clusters)
    services = tuple(
        replace(service, url=server("registry" if service.family == "model-registry" else "catalog").url)
        for service in CONFIG.services
    )
    config = replace(CONFIG, clusters=clusters, services=services)
    return read_estate(config, only=[SOURCES[name].split("/")[1] for name in names], policy=POLICY)


@functools.cache
def sound() -> Observation:
    """What the sources of the corpus say."""
    observation = observed("cluster", "registry", "catalog")
    assert not [scope for scope in observation.snapshot.scopes if not scope.complete]
    return observation


@functools.cache
def tree() -> Mapping[str, str]:
    """The catalog of the corpus as it is."""
    texts = {file: text for file, text in planned(sound(), {}).files.items() if text is not None}
    assert not planned(sound(), texts)
    return texts


@functools.cache
def later() -> Observation:
    """What they say some time later, when much has changed."""
    seen = sound().snapshot
    chat, *others = seen.inference_services
    changed = {
        "inference_services": (
            replace(chat, external_url=Fact("https://new.example.net", "Route"), display_name="New"),
            *others[1:],
        ),
        "registered_models": tuple(replace(model, description="Anew.") for model in seen.registered_models),
        "catalog_models": tuple(replace(model, readme=f"# Anew\n\n{model.readme}") for model in seen.catalog_models),
        "mcp_servers": (),
    }
    return replace(sound(), snapshot=replace(seen, **changed))


@functools.cache
def edited_tree() -> Mapping[str, str]:
    """The catalog after people wrote into every document and page of it."""
    texts = dict(tree())
    for file, text in tree().items():
        if file.endswith("entities.yaml"):
            text = re.sub(r"(?m)^  description: (\|-\n +|')?", r"\g<0>Ours, ", text)
            texts[file] = text.replace("\nspec:", "\n  x: 1 # ours\nspec:")
            assert [*documents.load(texts[file])], "people write YAML"
        elif file.endswith(".md"):
            texts[file] = text.replace("\n\n", "\n\nOurs.\n\n", 2)
        elif file.endswith("mkdocs.yml"):
            texts[file] = f"{text}strict: true\n"
    return texts


# -- targets ---------------------------------------------------------------------------------------------------------


def _read(name: str) -> Callable[[Variant], None]:
    def read(variant: Variant) -> None:
        tree()  # before anything is odd
        server(name).put(variant)
        try:
            observation = observed(name)
        finally:
            server(name).odd = {}
        seen = observation.snapshot
        for scope in seen.scopes:
            assert scope.complete or scope.reason, f"{scope.kind} is incomplete without a reason"
        _require_other_rows(name, variant, seen)
        assert to_json(from_json(to_json(seen), "x.json")) == to_json(seen)
        _require_planned(observation)

    return read


def _require_planned(observation: Observation) -> None:
    """All stages behind, once for the same: what is odd in an answer is mostly nothing that anybody reads."""
    told = f"{to_json(observation.snapshot)}{observation.left_out!r}".encode("utf-8", "surrogatepass")
    if (digest := hashlib.sha256(told).digest()) not in PLANNED:
        require_inside(planned(observation, tree()), tree())
        PLANNED.add(digest)


def _require_other_rows(name: str, variant: Variant, seen: Snapshot) -> None:
    """A row that is odd costs itself only; one that nests too deep is not read at all, nor is its answer."""
    row = _changed_row(name, variant)
    if row is None or any(kind == "deep" for kind, *_ in variant.edits):
        return
    lost = _things(sound().snapshot, SOURCES[name]) - _things(seen, SOURCES[name])
    others = {thing for thing in lost if not set(thing) & _names(row)}
    assert not others, f"the row {row} cost {others}: {[s for s in seen.scopes if not s.complete]}"


def _changed_row(name: str, variant: Variant) -> Any:
    """The one row of a listing in which an edit changed something, as it was before."""
    rows = answers(name)[int(variant.file)]
    if not variant.content.startswith(b'{"body": ') or len(variant.edits) != 1:
        return None
    way: Way = way_of({key: rows[key] for key in ("body", "headers", "status")}, variant.edits[0])
    if way[:2] != ("body", "items") or len(way) < 3 or variant.edits[0][0] in ("twice", "many"):
        return None
    return rows["body"]["items"][way[2]]


def _names(row: Any) -> set[str]:
    named = row.get("metadata") or row
    return {str(named[key]) for key in ("name", "id") if key in named}


def _things(seen: Snapshot, source: str) -> set[tuple[str, ...]]:
    """What is listed of a source, by table and all of its names."""
    tables: dict[str, Any] = {
        "kserve/east": (seen.namespaces, seen.inference_services, seen.inference_graphs),
        "model-registry/shared": (
            seen.registered_models,
            seen.model_versions,
            seen.serving_environments,
            seen.registered_inference_services,
            seen.experiments,
        ),
        "model-catalog/cards": (seen.catalog_sources, seen.catalog_models, seen.mcp_servers, seen.agents),
    }
    return {
        (type(thing).__name__, *(str(getattr(thing, key, "")) for key in ("name", "id", "source_id")))
        for table in tables[source]
        for thing in table
    }


def _organisation(variant: Variant) -> None:
    server("backstage").put(variant)
    service = Service(family="backstage", name="hub", url=server("backstage").url)
    with contextlib.suppress(GeneratorError):
        read_organisation(service, POLICY)


TARGETS: Final = {
    "cluster": Target(variants=lambda: odd_answers("cluster"), read=_read("cluster"), examples=60),
    "registry": Target(variants=lambda: odd_answers("registry"), read=_read("registry"), examples=60),
    "catalog": Target(variants=lambda: odd_answers("catalog"), read=_read("catalog"), examples=60),
    "backstage": Target(variants=lambda: odd_answers("backstage"), read=_organisation, examples=60),
}
