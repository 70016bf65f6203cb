"""What may be taken out of the tree: only what is proven gone, never too much at once, never a person's work."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import unquote

from rhoai_catalog.backstage import Description
from rhoai_catalog.config import AGENT, MCP_SERVER, Config
from rhoai_catalog.merge import Current
from rhoai_catalog.plan import Held
from rhoai_catalog.snapshot import KSERVE, MODEL_CATALOG, MODEL_REGISTRY, Snapshot

MCP_SERVERS, AGENTS = "MCPServer", "Agent"  # what model catalogs offer beside models
PROFILES: Final = {MCP_SERVERS: MCP_SERVER, AGENTS: AGENT}
AI_AGENT: Final = "ai-agent"  # spec.type of an agent
GENERATED_BY_US: Final = "catalog"  # first part of the identity of the index and of catalog/README.md


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """Something the tree shows, or a run described. `group` is its source and kind; `offered` the kind of what a model
    catalog offers, whose identity does not tell it.
    """

    identity: str
    offered: str = MCP_SERVERS

    @property
    def parts(self) -> list[str]:
        return [unquote(part) for part in self.identity.split("/")]

    @property
    def source(self) -> str:
        return "/".join(self.parts[:2])

    @property
    def kind(self) -> str:
        kinds = {KSERVE: self.parts[3] if len(self.parts) > 3 else "", MODEL_CATALOG: self.offered}
        return kinds.get(self.parts[0], "ModelVersion")

    @property
    def group(self) -> str:
        return f"{self.source}/{self.kind}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Retirement:
    """What goes, what is held back and why, and what stays because a person worked on it.

    `doubted` are the groups (source and kind) whose listings are not believed, since too much would go by them.
    """

    gone: frozenset[str] = frozenset()
    held: tuple[Held, ...] = ()
    doubted: frozenset[str] = frozenset()
    orphans: frozenset[str] = frozenset()
    dropped: Mapping[str, str] = field(default_factory=dict)

    def sparing(self, description: Description) -> Retirement:
        """Without what a description shows, or leaves as it is, after all."""
        shown = description.present | {entity.source for entity in description.entities}
        return replace(self, gone=self.gone - shown)


def retire(
    current: Current, description: Description, snapshot: Snapshot, config: Config, allowed: Mapping[str, int]
) -> Retirement:
    """Decide about everything in the tree that was not described. `allowed` lifts the limits: group -> how many."""
    agents = {key[0] for key, lines in current.lines.items() if lines[0].values.get("/spec/type") == AI_AGENT}
    agents |= {entity.source for entity in description.entities if entity.document["spec"].get("type") == AI_AGENT}

    def thing_of(identity: str) -> Thing:
        return Thing(identity=identity, offered=AGENTS if identity in agents else MCP_SERVERS)

    shown = [thing_of(source) for source in sorted(_in_tree(current))]
    described = {entity.source for entity in description.entities} | description.present
    absent = [thing for thing in shown if thing.identity not in described]
    edited = {thing.identity for thing in absent if _is_edited(current, thing.identity)}
    orphans: set[str] = set()
    unproven: dict[tuple[str, str], int] = {}
    dropped: dict[str, str] = {}
    candidates: list[Thing] = []
    for thing in absent:
        reason, key = _unproven(thing, snapshot), _dropped_by(thing, snapshot, config)
        if reason and not key:
            unproven[thing.group, reason] = unproven.get((thing.group, reason), 0) + 1
        elif thing.identity in edited:
            orphans.add(thing.identity)
        elif key:
            dropped[thing.identity] = key
        else:
            candidates.append(thing)
    alive = {part for identity in described for part in (thing_of(identity).source, thing_of(identity).group)}
    unserved = {f"{scope.source}/{scope.kind}" for scope in snapshot.scopes if not scope.served}
    limits = _Limits(shown, candidates, alive, unserved, config, allowed)
    held = [
        Held(what=f"{group}: {count} not seen", reason=reason, release="decided once it is listed completely")
        for (group, reason), count in sorted(unproven.items())
    ]
    held += [Held(what=t.identity, reason=r, release=limits.release(t)) for t in candidates if (r := limits.reason(t))]
    gone = {thing.identity for thing in candidates if not limits.reason(thing)} | set(dropped)
    return Retirement(
        gone=frozenset(gone),
        held=tuple(held),
        doubted=frozenset(thing.group for thing in candidates if limits.reason(thing)),
        orphans=frozenset(orphans),
        dropped=dropped,
    )


def _in_tree(current: Current) -> set[str]:
    sources = {source for source, kind in current.places if (source, kind) in current.lines}
    return {source for source in sources if not source.startswith(f"{GENERATED_BY_US}/")}


def _is_edited(current: Current, identity: str) -> bool:
    keys = [key for key in current.lines if key[0] == identity and current.in_tree(key)]
    return any(current.is_edited(key) for key in keys)


def _unproven(thing: Thing, snapshot: Snapshot) -> str:
    """Why it is not known that the thing is gone, or nothing."""
    family, _, *rest = thing.parts
    if family == MODEL_CATALOG and snapshot.is_complete(thing.source, thing.kind):
        return ""
    if family == KSERVE:
        if snapshot.is_complete(thing.source, thing.kind, rest[0]):
            return ""
        return f"{thing.kind} of {thing.source} could not be listed completely"
    if family == MODEL_REGISTRY and all(
        snapshot.is_complete(thing.source, k) for k in ("RegisteredModel", "ModelVersion")
    ):
        return ""
    return f"{thing.source} could not be listed completely"


def _dropped_by(thing: Thing, snapshot: Snapshot, config: Config) -> str:
    """The key of the configuration that no longer names the thing, or nothing."""
    family, name, *rest = thing.parts
    if thing.source not in {source.key for source in snapshot.sources}:
        return {KSERVE: "clusters", MODEL_REGISTRY: "modelRegistries"}.get(family, "modelCatalogs")
    if family == MODEL_CATALOG and PROFILES[thing.kind] not in config.profiles:
        return "profiles"
    for cluster in config.clusters:
        if thing.source == cluster.key and not is_included(rest[0], cluster.include, cluster.exclude):
            return f"clusters {name} namespaces"
    return ""


def is_included(namespace: str, include: Iterable[str], exclude: Iterable[str]) -> bool:
    """Whether the globs of a configuration admit a namespace."""
    wanted = any(fnmatch.fnmatchcase(namespace, pattern) for pattern in include)
    return wanted and not any(fnmatch.fnmatchcase(namespace, pattern) for pattern in exclude)


class _Limits:
    """Nothing of a source and kind goes where too much of it, or too much in all, would go at once."""

    def __init__(
        self,
        shown: list[Thing],
        going: list[Thing],
        alive: set[str],
        unserved: set[str],
        config: Config,
        allowed: Mapping[str, int],
    ) -> None:
        self.config, self.allowed, self.alive, self.unserved = config, allowed, alive, unserved
        self.shown = _counts(shown)
        self.going = _counts(going)
        free = [thing for thing in going if not self._is_allowed(thing)]
        self.whole_run = self._exceeds(len(free), len(shown))
        self.totals = len(free), len(shown)

    def reason(self, thing: Thing) -> str:
        if self._is_allowed(thing):
            return ""
        going, shown = self.going[thing.group], self.shown[thing.group]
        if thing.group in self.unserved:
            return f"{thing.source} has no kind {thing.kind} any more"
        if thing.source not in self.alive:
            return f"{thing.source} lists nothing any more"
        if thing.group not in self.alive and shown > 1:
            return f"{thing.source} lists no {thing.kind} any more"
        if self._exceeds(going, shown):
            return f"{going} of {shown} {thing.kind} of {thing.source} would go at once"
        if self.whole_run:
            return f"{self.totals[0]} of {self.totals[1]} entities would go in one run"
        return ""

    def release(self, thing: Thing) -> str:
        return f"--allow-removal {thing.group}={self.going[thing.group]}"

    def _is_allowed(self, thing: Thing) -> bool:
        return self.allowed.get(thing.group, 0) >= self.going[thing.group]

    def _exceeds(self, going: int, shown: int) -> bool:
        removal = self.config.removal
        enough = shown >= removal.population and going > removal.count
        return enough and going * 100 > removal.percent * shown


def _counts(things: Iterable[Thing]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for thing in things:
        counts[thing.group] = counts.get(thing.group, 0) + 1
    return counts
